/** A row of `visits` with what its house and visitor add. Bigints are text. */
export interface VisitRow {
  id: number;
  uuid: string;
  account_id: number;
  property_id: number;
  user_id: number;
  currency: string;
  cost_minor: string;
  /** Completed payments net of refunds. */
  paid_minor: string;
  /** By the clock: an `active` one past its time reads `expired`. */
  status: VisitStatus;
  payment_id: number | null;
  paid_at: Date | null;
  expires_at: Date | null;
  verified_at: Date | null;
  version: number;
  property_title: string;
  property_city: string;
  property_country: string;
  owner_id: number;
  user_name: string;
  user_email: string | null;
  /** Digits with country code. */
  user_phone: string | null;
}

export const VISIT_STATUSES = ['pending', 'active', 'expired', 'refunded'] as const;
export type VisitStatus = (typeof VISIT_STATUSES)[number];

/** A visit that was paid at some time. */
export type PaidVisit = VisitRow & { payment_id: number; paid_at: Date; expires_at: Date };

export function wasPaid(visit: VisitRow): visit is PaidVisit {
  return visit.payment_id !== null && visit.paid_at !== null && visit.expires_at !== null;
}

/** The owner's contact and the address are open to the visitor: paid, not refunded, not over. */
export function isActive(visit: VisitRow | null): visit is PaidVisit {
  return visit !== null && visit.status === 'active' && wasPaid(visit);
}

/** Tables of every query for `VisitRow`s. */
export const VISIT_TABLES = `visits v JOIN properties p ON p.id = v.property_id
  JOIN users u ON u.id = v.user_id`;
export const VISIT_COLUMNS = `v.id, v.uuid, v.account_id, v.property_id, v.user_id, v.currency,
  v.cost_minor, v.paid_minor, v.payment_id, v.paid_at, v.expires_at, v.verified_at, v.version,
  CASE WHEN v.status = 'active' AND v.expires_at <= app_now() THEN 'expired' ELSE v.status END
    AS status,
  p.title AS property_title, p.city AS property_city, p.country AS property_country, p.owner_id,
  coalesce(nullif(u.name, ''), u.username) AS user_name, u.email AS user_email,
  u.phone AS user_phone`;
