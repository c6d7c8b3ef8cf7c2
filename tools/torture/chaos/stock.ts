import { Client } from 'pg';
import { type ProductDatabase, waitFor } from '../../stack/index.js';

/** A server that crashed comes back within this (ms). */
const FILL_MS = 120_000;

/** Something to pay. */
export interface Stay {
  id: number;
  /** Decimal string of the currency. */
  amount: string;
  currency: Currency;
}

const CURRENCIES = { TZS: '255653294241', XOF: '221771234567', UGX: '256772123456' } as const;
export type Currency = keyof typeof CURRENCIES;

/** Inserted at once. */
const PORTION = 1_000;

/** Bookings of the demo's customer, made in portions by SQL: what is tried is paying them. */
export class Stock {
  private made = 0;
  private readonly shelves = new Map<Currency, Stay[]>();
  private readonly filling = new Map<Currency, Promise<void>>();

  constructor(private readonly database: ProductDatabase) {}

  /** One that nobody else takes. Waits while the database is down. */
  async take(currency: Currency): Promise<Stay> {
    for (;;) {
      const stay = this.shelves.get(currency)?.pop();
      if (stay) return stay;
      const filling = this.filling.get(currency) ?? this.fill(currency);
      this.filling.set(currency, filling);
      await filling.finally(() => this.filling.delete(currency));
    }
  }

  /** On a connection of its own, past every proxy; again where the server went away meanwhile. */
  private fill(currency: Currency): Promise<void> {
    return waitFor(
      `bookings in ${currency}`,
      () =>
        this.insert(currency).then(
          () => true,
          () => false,
        ),
      FILL_MS,
      250,
    ).then(() => undefined);
  }

  private async insert(currency: Currency): Promise<void> {
    const client = new Client({ connectionString: this.database.ownerUrl });
    client.on('error', () => undefined);
    const first = this.made;
    this.made += PORTION;
    try {
      await client.connect();
      const { rows } = await client.query<{ id: number; total_minor: string }>(
        `INSERT INTO bookings (account_id, property_id, customer_id, customer_name, customer_phone,
           reference, check_in, check_out, guests, currency, total_minor)
         SELECT b.account_id, b.property_id, b.customer_id, b.customer_name, $3,
           'HTL-' || (1000000 + $4::int + i), b.check_in, b.check_out, b.guests, $1,
           (10000 + i % 997) * $5::int
         FROM bookings b, generate_series(1, $2::int) i WHERE b.id = 123
         RETURNING id, total_minor`,
        [currency, PORTION, CURRENCIES[currency], first, currency === 'TZS' ? 100 : 1],
      );
      this.shelves.set(
        currency,
        rows.map(({ id, total_minor: minor }) => ({
          id,
          currency,
          amount: decimal(minor, currency),
        })),
      );
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function decimal(minor: string, currency: Currency): string {
  return currency === 'TZS' ? `${minor.slice(0, -2)}.${minor.slice(-2)}` : minor;
}
