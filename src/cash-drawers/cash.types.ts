export const SESSION_STATUSES = ['open', 'counting', 'closed', 'reviewed'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** What can happen to the cash in a drawer, and whether it adds (1) to it, takes (-1), either, or neither. */
export const EVENT_DIRECTIONS = {
  opening_float: 1,
  sale: 1,
  refund: -1,
  pay_in: 1,
  pay_out: -1,
  drop_to_safe: -1,
  bank_deposit: -1,
  change_exchange: 'either',
  no_sale: 0,
  adjustment: 'either',
} as const satisfies Record<string, Direction | 'either'>;

export type Direction = 1 | -1 | 0;
export type EventType = keyof typeof EVENT_DIRECTIONS;
export const EVENT_TYPES = Object.keys(EVENT_DIRECTIONS) as EventType[];

/** What people record themselves; the others follow from opening, payments and refunds. */
export const RECORDED_TYPES = [
  'pay_in',
  'pay_out',
  'drop_to_safe',
  'bank_deposit',
  'change_exchange',
  'no_sale',
  'adjustment',
] as const satisfies EventType[];
export type RecordedType = (typeof RECORDED_TYPES)[number];

/** Amounts of one currency, in minor units as text (bigint). */
export interface SessionCurrency {
  currency: string;
  /** What the last close left; null when there was none. */
  expected_opening_minor: string | null;
  declared_opening_minor: string;
  /** What the drawer holds by the events so far. */
  balance_minor: string;
  counted_minor: string | null;
  denominations: Denomination[] | null;
  /** Frozen by the close, as is the variance; the limit is the one that it was held to. */
  expected_minor: string | null;
  variance_minor: string | null;
  variance_limit_minor: string | null;
}

/** So many notes or coins of a value, which is in minor units as text. */
export interface Denomination {
  value_minor: string;
  count: number;
}

/** A row of `cash_sessions` with its amounts and the names that people know. */
export interface SessionRow {
  id: number;
  uuid: string;
  account_id: number;
  drawer_id: number;
  drawer_name: string;
  drawer_location: string;
  cashier_id: number;
  cashier_name: string;
  number: number;
  status: SessionStatus;
  blind: boolean;
  opening_notes: string;
  closing_notes: string;
  review_notes: string;
  opened_at: Date;
  counted_by: number | null;
  counter_name: string | null;
  counting_at: Date | null;
  closed_by: number | null;
  closer_name: string | null;
  closed_at: Date | null;
  last_event_id: string | null;
  event_count: number | null;
  review_required: boolean;
  reviewed_by: number | null;
  reviewer_name: string | null;
  reviewed_at: Date | null;
  close_claim_id: string | null;
  review_claim_id: string | null;
  z_report_id: number | null;
  created_at: Date;
  updated_at: Date;
  currencies: SessionCurrency[];
}

/** A row of `cash_events`. */
export interface EventRow {
  id: string;
  uuid: string;
  session_id: number;
  drawer_id: number;
  type: EventType;
  direction: Direction;
  currency: string;
  amount_minor: string;
  reason: string;
  exchange_id: string | null;
  payment_id: number | null;
  refund_id: number | null;
  expense_id: number | null;
  actor_id: number;
  actor_name: string;
  created_at: Date;
}

export interface DrawerCurrency {
  currency: string;
  float_target_minor: string | null;
  holding_limit_minor: string | null;
  variance_limit_minor: string | null;
}

/** A row of `cash_drawers` with its currencies and the session that is open at it. */
export interface DrawerRow {
  id: number;
  uuid: string;
  account_id: number;
  name: string;
  location: string;
  blind: boolean;
  archived_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  currencies: DrawerCurrency[];
  /** Null when nobody works at it. */
  session_id: number | null;
}
