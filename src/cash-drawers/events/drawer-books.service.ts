import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Journal, Ledger, type LedgerCode } from '../../ledger/index.js';

export interface DrawerMove {
  accountId: number;
  drawerId: number;
  currency: string;
  /** Into the drawer when positive, out of it when negative, minor units; zero is not posted. */
  amountMinor: bigint;
  /** Where it came from or went to. */
  against: LedgerCode;
  fact: Extract<Journal['fact'], 'moved' | 'counted'>;
  sourceType: Extract<Journal['sourceType'], 'drawer_event' | 'drawer_session'>;
  sourceId: string;
  memo: string;
}

export function drawerAccount(drawerId: number): LedgerCode {
  return `drawer:${drawerId}`;
}

/** The drawer's side of the books. Sales, refunds and expenses are posted by who takes or pays them. */
@Injectable()
export class DrawerBooks {
  constructor(private readonly ledger: Ledger) {}

  async post(manager: EntityManager, move: DrawerMove): Promise<void> {
    if (move.amountMinor === 0n) return;
    await this.ledger.post(manager, {
      accountId: move.accountId,
      currency: move.currency,
      fact: move.fact,
      sourceType: move.sourceType,
      sourceId: move.sourceId,
      paymentId: null,
      memo: move.memo,
      postings: [
        { code: drawerAccount(move.drawerId), amountMinor: move.amountMinor },
        { code: move.against, amountMinor: -move.amountMinor },
      ],
    });
  }
}
