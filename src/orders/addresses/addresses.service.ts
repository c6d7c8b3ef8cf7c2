import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CURRENCIES, normalisePhone, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import type { ListSource } from '../../http/index.js';
import { addressNotFound } from '../order.errors.js';
import type { CreateAddressDto, UpdateAddressDto } from './address.dto.js';
import {
  ADDRESS_COLUMNS,
  type AddressRow,
  POSTAL_FIELDS,
  type PostalAddress,
} from './address.types.js';

type Queries = Pick<EntityManager, 'query'>;

/** Each user's own addresses; nobody else sees them but in an order. */
@Injectable()
export class Addresses {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Inside a transaction pass its manager on.
   * @throws DomainError `address_not_found`, also for another user's.
   */
  async read(
    caller: Principal,
    id: ObjectId,
    manager: Queries = this.dataSource,
    lock: '' | 'FOR UPDATE' = '',
  ): Promise<AddressRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: AddressRow[] = await manager.query(
      `SELECT ${ADDRESS_COLUMNS} FROM addresses a WHERE a.${column} = $1 AND a.user_id = $2 ${lock}`,
      [value, caller.userId],
    );
    if (!rows[0]) throw addressNotFound();
    return rows[0];
  }

  /** @throws DomainError that names the field at fault. */
  create(caller: Principal, wanted: CreateAddressDto): Promise<AddressRow> {
    const postal = withInput(EMPTY, wanted);
    return this.transactions.run(async (manager) => {
      const [made]: { id: number }[] = await manager.query(
        `INSERT INTO addresses (user_id, ${POSTAL_FIELDS.join(', ')})
         VALUES ($1, ${POSTAL_FIELDS.map((_, n) => `$${n + 2}`).join(', ')}) RETURNING id`,
        [caller.userId, ...POSTAL_FIELDS.map((name) => postal[name])],
      );
      if (!made) throw new Error('the address was not inserted');
      return this.read(caller, made, manager);
    });
  }

  /** Orders that were placed keep the address as it was. */
  change(caller: Principal, id: ObjectId, wanted: UpdateAddressDto): Promise<AddressRow> {
    return this.transactions.run(async (manager) => {
      const before = await this.read(caller, id, manager, 'FOR UPDATE');
      const postal = withInput(before, wanted);
      await change(
        manager,
        `UPDATE addresses SET ${POSTAL_FIELDS.map((name, n) => `${name} = $${n + 2}`).join(', ')},
           updated_at = now() WHERE id = $1`,
        [before.id, ...POSTAL_FIELDS.map((name) => postal[name])],
      );
      return this.read(caller, { id: before.id }, manager);
    });
  }

  async remove(caller: Principal, id: ObjectId): Promise<void> {
    await this.transactions.run(async (manager) => {
      const address = await this.read(caller, id, manager, 'FOR UPDATE');
      await change(manager, 'DELETE FROM addresses WHERE id = $1', [address.id]);
    });
  }
}

export function addressesOf(caller: Principal): ListSource {
  return {
    select: ADDRESS_COLUMNS,
    from: 'addresses a',
    where: [{ sql: 'a.user_id = ?', params: [caller.userId] }],
    orderings: { city: 'a.city', updated_at: 'a.updated_at', id: 'a.id' },
    idColumn: 'a.id',
    createdColumn: 'a.created_at',
  };
}

const EMPTY: PostalAddress = {
  recipient: '',
  line1: '',
  line2: '',
  city: '',
  region: '',
  postal_code: '',
  country: '',
  phone: null,
};

function withInput(before: PostalAddress, wanted: UpdateAddressDto): PostalAddress {
  const country = wanted.country?.toUpperCase() ?? before.country;
  return {
    recipient: wanted.recipient?.trim() ?? before.recipient,
    line1: wanted.line1?.trim() ?? before.line1,
    line2: wanted.line2 ?? before.line2,
    city: wanted.city?.trim() ?? before.city,
    region: wanted.region ?? before.region,
    postal_code: wanted.postal_code ?? before.postal_code,
    country,
    phone: wanted.phone === undefined ? before.phone : phoneIn(country, wanted.phone),
  };
}

/** Phone numbers are read by currency everywhere; here the currency is that of the country. */
function phoneIn(country: string, phone: string | null): string | null {
  if (!phone) return null;
  const currency = [...CURRENCIES.values()].find((known) => known.country === country);
  return normalisePhone(phone, currency?.code ?? null, 'phone');
}
