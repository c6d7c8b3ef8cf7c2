import type { EntityManager } from 'typeorm';
import { DEMO_ACCOUNT_IDS, DEMO_USER_IDS } from '../identity/index.js';

/** Where the demo's accounts take transfers. */
export const DEMO_METHOD_IDS = { bank: 1, wallet: 2, bankUsd: 3, otherBranchBank: 4 } as const;

/** Ids that no method made later gets: room for more demo rows. */
const RESERVED_IDS = 100;

const BANK = {
  account_id: DEMO_ACCOUNT_IDS.main,
  code: 'bank_transfer',
  bank_name: 'Demo Bank',
  account_name: 'Malipo Demo Ltd',
  bank_details: 'Ohio Street branch, SWIFT DEMOTZTZ',
  settlement_time: '1 to 2 working days',
  support_contact: 'billing@malipo.test',
  created_by: DEMO_USER_IDS.admin,
};

const METHODS = [
  {
    ...BANK,
    id: DEMO_METHOD_IDS.bank,
    name: 'Bank transfer (Demo Bank)',
    currency: 'TZS',
    account_number: '0150123456780',
    min_minor: 100_000,
    max_minor: 100_000_000_000,
    instructions: {
      en: 'Transfer to {account_name}, account {account_number} at {bank_name}, and write "{reference}" on it. Then report it here with the reference that your bank gave you.',
      sw: 'Tuma kwa {account_name}, akaunti {account_number}, {bank_name}, na uandike "{reference}". Kisha tuarifu hapa ukitumia namba ya muamala ya benki yako.',
    },
  },
  {
    ...BANK,
    id: DEMO_METHOD_IDS.wallet,
    code: 'local_wallet',
    name: 'Wallet till 445566',
    country: 'TZ',
    currency: 'TZS',
    bank_name: 'Demo Wallet',
    account_number: '445566',
    bank_details: '',
    settlement_time: 'Within an hour',
    min_minor: 100_000,
    max_minor: 500_000_000,
    instructions: {
      en: 'Pay to till {account_number} ({account_name}) in {bank_name} and write "{reference}" on it. Then report it here with the id of the transaction.',
      sw: 'Lipa kwa namba {account_number} ({account_name}), {bank_name}, na uandike "{reference}". Kisha tuarifu hapa ukitumia namba ya muamala.',
    },
  },
  {
    ...BANK,
    id: DEMO_METHOD_IDS.bankUsd,
    name: 'Bank transfer in US dollars (Demo Bank)',
    currency: 'USD',
    account_number: '0250123456780',
    instructions: {
      en: 'Transfer to {account_name}, account {account_number} at {bank_name}, charges paid by the sender, and write "{reference}" on it.',
    },
  },
  {
    ...BANK,
    id: DEMO_METHOD_IDS.otherBranchBank,
    account_id: DEMO_ACCOUNT_IDS.other,
    name: 'Bank transfer (Branch Bank)',
    currency: 'TZS',
    bank_name: 'Branch Bank',
    account_name: 'Another Branch',
    account_number: '0770999888777',
    bank_details: '',
    support_contact: 'outsider@malipo.test',
    created_by: DEMO_USER_IDS.outsider,
    instructions: { en: 'Transfer to account {account_number} at {bank_name}.' },
  },
];

/** Bank accounts and a wallet of the demo's accounts, on a database without any. */
export async function seedBilling(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM account_payment_methods LIMIT 1');
  if (any.length > 0) return;
  await manager.query(
    `INSERT INTO account_payment_methods (id, account_id, code, name, country, currency, min_minor,
       max_minor, bank_name, account_name, account_number, bank_details, reference_template,
       settlement_time, support_contact, instructions, created_by)
     SELECT id, account_id, code, name, country, currency, min_minor, max_minor, bank_name,
       account_name, account_number, bank_details, 'Invoice {number}', settlement_time,
       support_contact, instructions, created_by
     FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer, code text,
       name text, country text, currency text, min_minor bigint, max_minor bigint, bank_name text,
       account_name text, account_number text, bank_details text, settlement_time text,
       support_contact text, instructions jsonb, created_by integer)`,
    [JSON.stringify(METHODS)],
  );
  // Step by step, because the application's role may draw from a sequence but not set it.
  await manager.query(
    `SELECT max(nextval(pg_get_serial_sequence('account_payment_methods', 'id')))
     FROM generate_series(1, $1)`,
    [RESERVED_IDS],
  );
}
