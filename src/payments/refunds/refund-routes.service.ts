import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../../database/index.js';
import { Providers } from '../../providers/index.js';
import type { RefundRow } from './refund.entity.js';

/** Outbox topic of the work on a refund; the key is its id. */
export const REFUND_EXECUTE = 'refund.execute';

/** Which way a refund goes: through the gateway's API, or by a person who records how it was paid back. */
@Injectable()
export class RefundRoutes {
  constructor(
    private readonly providers: Providers,
    private readonly outbox: Outbox,
  ) {}

  /** Whether an API does it; `paidMinor` is the whole payment, for gateways that refund only that. */
  byGateway(
    refund: Pick<RefundRow, 'provider' | 'amount_minor'>,
    paidMinor: string | bigint,
  ): boolean {
    const provider = this.providers.all().find(({ code }) => code === refund.provider);
    if (!provider?.enabled || !provider.refund) return false;
    const whole = BigInt(refund.amount_minor) === BigInt(paidMinor);
    return (
      provider.capabilities.refund === 'partial' ||
      (provider.capabilities.refund === 'full' && whole)
    );
  }

  /** Has the gateway asked once the caller's transaction is committed. */
  async send(manager: EntityManager, refund: Pick<RefundRow, 'id'>): Promise<void> {
    await this.outbox.add(manager, {
      topic: REFUND_EXECUTE,
      key: String(refund.id),
      payload: { refundId: refund.id },
    });
  }
}
