import { Client } from 'pg';
import type { ProductDatabase } from '../../stack/index.js';

/** Something to pay. */
export interface Stay {
  id: number;
  /** Decimal string of the currency. */
  amount: string;
  currency: Currency;
}

const CURRENCIES = { TZS: '255653294241', XOF: '221771234567', UGX: '256772123456' } as const;
export type Currency = keyof typeof CURRENCIES;

/** Bookings of the demo's customer, made in portions by SQL: what is tried is paying them. */
export class Stock {
  private made = 0;
  private readonly shelves = new Map<Currency, Stay[]>();

  private constructor(private readonly client: Client) {}

  /** On a connection of its own, past every proxy; reconnects after a crash of the server. */
  static async open(database: ProductDatabase, counts: Record<Currency, number>): Promise<Stock> {
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    const stock = new Stock(client);
    try {
      for (const [currency, count] of Object.entries(counts)) {
        await stock.fill(currency as Currency, count);
      }
    } finally {
      await client.end();
    }
    return stock;
  }

  /** @throws when there is nothing left. */
  take(currency: Currency): Stay {
    const stay = this.shelves.get(currency)?.pop();
    if (!stay) throw new Error(`there is no booking in ${currency} left to be paid`);
    return stay;
  }

  private async fill(currency: Currency, count: number): Promise<void> {
    const unit = currency === 'TZS' ? 100 : 1;
    const { rows } = await this.client.query<{ id: number; total_minor: string }>(
      `INSERT INTO bookings (account_id, property_id, customer_id, customer_name, customer_phone,
         reference, check_in, check_out, guests, currency, total_minor)
       SELECT b.account_id, b.property_id, b.customer_id, b.customer_name, $3,
         'HTL-' || (1000000 + $4 + i), b.check_in, b.check_out, b.guests, $1, (10000 + i % 997) * $5
       FROM bookings b, generate_series(1, $2::int) i WHERE b.id = 123
       RETURNING id, total_minor`,
      [currency, count, CURRENCIES[currency], this.made, unit],
    );
    this.made += count;
    this.shelves.set(
      currency,
      rows.map(({ id, total_minor: minor }) => ({
        id,
        currency,
        amount: decimal(minor, currency),
      })),
    );
  }
}

function decimal(minor: string, currency: Currency): string {
  return currency === 'TZS' ? `${minor.slice(0, -2)}.${minor.slice(-2)}` : minor;
}
