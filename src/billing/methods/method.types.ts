import type { PaymentMethod } from '../../providers/index.js';

/** Methods that a person pays by at a bank or in a wallet and then reports, for somebody to approve. */
export const MANUAL_METHODS = ['bank_transfer', 'local_wallet'] as const satisfies PaymentMethod[];
export type ManualMethod = (typeof MANUAL_METHODS)[number];

/** A row of `payment_method_configs`: what the deployment offers at all. */
export interface MethodConfigRow {
  id: number;
  uuid: string;
  /** A manual method, or the code of a gateway. */
  code: string;
  kind: 'manual' | 'gateway';
  /** Null: the gateway's own name. */
  name: string | null;
  enabled: boolean;
  /** The smallest comes first. */
  position: number;
  /** ISO 3166 and ISO 4217 codes it is limited to; empty for no further limit. */
  countries: string[];
  currencies: string[];
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** A row of `account_payment_methods`: where an account takes such money. Amounts in minor units. */
export interface AccountMethodRow {
  id: number;
  uuid: string;
  account_id: number;
  code: ManualMethod;
  name: string;
  /** ISO 3166; null where it is offered everywhere. */
  country: string | null;
  currency: string;
  min_minor: string | null;
  max_minor: string | null;
  /** The bank, or the wallet's operator. */
  bank_name: string;
  account_name: string;
  account_number: string;
  /** Branch, SWIFT code and the like. */
  bank_details: string;
  /** What the payer writes on the transfer, with `{number}` for the invoice's number. */
  reference_template: string;
  /** For people, e.g. "1 to 2 working days". */
  settlement_time: string;
  support_contact: string;
  /** Texts by language tag; they may hold the places of `INSTRUCTION_PLACES`. */
  instructions: Record<string, string>;
  is_default: boolean;
  archived_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export const ACCOUNT_METHOD_COLUMNS = `m.id, m.uuid, m.account_id, m.code, m.name, m.country, m.currency,
  m.min_minor, m.max_minor, m.bank_name, m.account_name, m.account_number, m.bank_details,
  m.reference_template, m.settlement_time, m.support_contact, m.instructions, m.is_default,
  m.archived_at, m.version, m.created_at, m.updated_at`;

/** What instructions and reference templates may name in braces. */
export const INSTRUCTION_PLACES = [
  'number',
  'reference',
  'bank_name',
  'account_name',
  'account_number',
] as const;
