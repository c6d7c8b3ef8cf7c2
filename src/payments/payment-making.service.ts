import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AuditRow, auditJson, auditRow, insertAudits } from '../audits/index.js';
import { type Actor, formatMinor, orderedUuid } from '../common/index.js';
import { Gathering, Statements } from '../database/index.js';
import type { MobileNetwork, PaymentMethod } from '../providers/index.js';
import type { Payable } from './payable.port.js';
import type { PaymentRow } from './payment.entity.js';
import { PAYMENT_COLUMNS } from './payment.repository.js';

export interface PaymentMaker {
  actor: Actor;
  amountMinor: bigint;
  method: PaymentMethod;
  network: MobileNetwork | null;
  notes: string;
  claimId: string | null;
  /** Who pays, where it is not the payable's customer. */
  payer: { name: string | null; email: string | null };
}

/** A row of `payments` to be, with what its audit entry says. */
interface Draft {
  payment: Readonly<Record<string, unknown>>;
  entry: AuditRow;
}

/** A draft of what was decided without a lock, and the version of the payable that it was decided by. */
interface GuardedDraft extends Draft {
  version: number;
}

/** Columns of a draft, with their types. The uuid is made here: it tells which row came of which draft. */
const COLUMNS = {
  uuid: 'uuid',
  account_id: 'integer',
  payable_kind: 'text',
  payable_id: 'integer',
  payable_uuid: 'uuid',
  payable_reference: 'text',
  customer_id: 'integer',
  owner_id: 'integer',
  created_by: 'integer',
  currency: 'text',
  amount_minor: 'bigint',
  payment_method: 'text',
  mobile_money_provider: 'text',
  notes: 'text',
  idempotency_claim_id: 'uuid',
  payer_name: 'text',
  payer_email: 'text',
};
const NAMES = Object.keys(COLUMNS).join(', ');

/**
 * One statement for the payments of $1 and their audit entries, $2: `condition` is joined to each draft, and
 * where it answers no row, neither is written.
 */
function makeStatement(condition: string): string {
  const types = Object.entries({ ...COLUMNS, version: 'integer' });
  return `WITH drafts AS (
      SELECT draft.* FROM jsonb_to_recordset($1::jsonb) AS draft
        (${types.map((column) => column.join(' ')).join(', ')}) ${condition}
    ), made AS (
      INSERT INTO payments AS p (${NAMES}) SELECT ${NAMES} FROM drafts
      RETURNING ${PAYMENT_COLUMNS}
    ), told AS (${insertAudits('$2', 'made')})
    SELECT * FROM made`;
}

const MAKE = makeStatement('');

/**
 * Keeps each payable from changing until the commit, one by one by its key, and passes over those that have
 * changed or that somebody is about to change: a statement for many must wait for nobody.
 */
const MAKE_IF_UNCHANGED = {
  bookings: makeStatement(`CROSS JOIN LATERAL (
        SELECT FROM bookings b WHERE b.id = draft.payable_id AND b.version = draft.version
        FOR SHARE SKIP LOCKED
      ) AS unchanged`),
};

/** Writes new payments with their first audit entries. */
@Injectable()
export class PaymentMaking {
  private readonly unchanged: Record<
    keyof typeof MAKE_IF_UNCHANGED,
    Gathering<GuardedDraft, PaymentRow | null>
  >;

  constructor(private readonly statements: Statements) {
    const run = (drafts: GuardedDraft[]) => this.makeEach(MAKE_IF_UNCHANGED.bookings, drafts);
    this.unchanged = { bookings: new Gathering({ run, lanes: 2 }) };
  }

  /** What is owed was checked under the payable's lock, which `manager` holds. */
  async make(manager: EntityManager, payable: Payable, maker: PaymentMaker): Promise<PaymentRow> {
    const { payment, entry } = draftOf(payable, maker);
    const [made]: PaymentRow[] = await manager.query(MAKE, [
      JSON.stringify([payment]),
      auditJson([entry]),
    ]);
    if (!made) throw new Error('the payment was not written');
    return made;
  }

  /**
   * What is owed was checked without a lock: writes, and commits, only if the payable is still as it was
   * `seen` when it was read, and nobody is at it; null otherwise. Requests of the same moment share the
   * statement and its commit.
   */
  makeIfUnchanged(
    payable: Payable,
    seen: NonNullable<Payable['seen']>,
    maker: PaymentMaker,
  ): Promise<PaymentRow | null> {
    const { version } = seen;
    return this.unchanged[seen.table].ask({ ...draftOf(payable, maker), version });
  }

  private async makeEach(
    statement: string,
    drafts: GuardedDraft[],
  ): Promise<(PaymentRow | null)[]> {
    const rows = await this.statements.query<PaymentRow>(statement, [
      JSON.stringify(drafts.map(({ payment, version }) => ({ ...payment, version }))),
      auditJson(drafts.map(({ entry }) => entry)),
    ]);
    const made = new Map(rows.map((row) => [row.uuid, row]));
    return drafts.map(({ payment }) => made.get(String(payment['uuid'])) ?? null);
  }
}

function draftOf(payable: Payable, maker: PaymentMaker): Draft {
  const uuid = orderedUuid();
  const payment: Record<keyof typeof COLUMNS, unknown> = {
    uuid,
    account_id: payable.accountId,
    payable_kind: payable.kind,
    payable_id: payable.id,
    payable_uuid: payable.uuid,
    payable_reference: payable.reference,
    customer_id: payable.customerId,
    owner_id: payable.ownerId,
    created_by: maker.actor.userId,
    currency: payable.currency,
    amount_minor: maker.amountMinor.toString(),
    payment_method: maker.method,
    mobile_money_provider: maker.network,
    notes: maker.notes,
    idempotency_claim_id: maker.claimId,
    payer_name: maker.payer.name,
    payer_email: maker.payer.email,
  };
  const entry = auditRow({
    accountId: payable.accountId,
    actor: maker.actor,
    action: 'payment.created',
    objectType: 'payment',
    objectUuid: uuid,
    changes: {
      amount: formatMinor(maker.amountMinor, payable.currency),
      currency: payable.currency,
      payment_method: maker.method,
      [payable.kind]: payable.reference,
    },
  });
  return { payment, entry };
}
