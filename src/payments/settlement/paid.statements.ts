import type { ForMany } from '../../database/index.js';

/** What a gateway names as having paid, and the attempt that may well be it. */
interface NamedMoney {
  provider: string;
  gatewayTransactionId: string;
  except: number;
}

interface CompletedPayment {
  id: number;
  appliedMinor: bigint;
  excessMinor: bigint;
  provider: string;
  gatewayId: string | null;
}

interface CompletedAttempt {
  id: number;
  gatewayId: string | null;
  wireStatus: string | null;
  overpayment: boolean;
  ledgerAccount: string | null;
}

/** Whether another attempt has been completed by the same transaction of the gateway. */
export const haveBeenPaid: ForMany<NamedMoney, boolean> = async (manager, named) => {
  const rows: { place: number }[] = await manager.query(
    `SELECT DISTINCT money.place::int FROM unnest($1::text[], $2::text[], $3::int[]) WITH ORDINALITY
       AS money (provider, gateway_transaction_id, except_id, place)
     JOIN payment_transactions t USING (provider, gateway_transaction_id)
     WHERE t.status = 'completed' AND t.id <> money.except_id`,
    [
      named.map(({ provider }) => provider),
      named.map(({ gatewayTransactionId }) => gatewayTransactionId),
      named.map(({ except }) => except),
    ],
  );
  const paid = new Set(rows.map(({ place }) => place - 1));
  return named.map((_, place) => paid.has(place));
};

export const completePayments: ForMany<CompletedPayment, void> = async (manager, payments) => {
  await manager.query(
    `UPDATE payments p SET status = 'completed', applied_minor = done.applied_minor,
       excess_minor = done.excess_minor, provider = done.provider,
       transaction_ref = done.gateway_id, failure_code = NULL, failure_reason = NULL,
       paid_at = app_now(), processed_at = now(), version = p.version + 1, updated_at = now()
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
       AS done (id, applied_minor, excess_minor, provider, gateway_id)
     WHERE p.id = done.id`,
    [
      payments.map(({ id }) => id),
      payments.map(({ appliedMinor }) => appliedMinor.toString()),
      payments.map(({ excessMinor }) => excessMinor.toString()),
      payments.map(({ provider }) => provider),
      payments.map(({ gatewayId }) => gatewayId),
    ],
  );
  return [];
};

export const completeAttempts: ForMany<CompletedAttempt, void> = async (manager, attempts) => {
  await manager.query(
    `UPDATE payment_transactions t SET status = 'completed',
       gateway_transaction_id = done.gateway_id,
       wire_status = coalesce(done.wire_status, t.wire_status), overpayment = done.overpayment,
       review_reason = CASE WHEN done.overpayment THEN 'overpayment' END, failure_code = NULL,
       failure_reason = NULL, ledger_account = done.ledger_account, completed_at = now(),
       updated_at = now()
     FROM unnest($1::int[], $2::text[], $3::text[], $4::boolean[], $5::text[])
       AS done (id, gateway_id, wire_status, overpayment, ledger_account)
     WHERE t.id = done.id`,
    [
      attempts.map(({ id }) => id),
      attempts.map(({ gatewayId }) => gatewayId),
      attempts.map(({ wireStatus }) => wireStatus),
      attempts.map(({ overpayment }) => overpayment),
      attempts.map(({ ledgerAccount }) => ledgerAccount),
    ],
  );
  return [];
};
