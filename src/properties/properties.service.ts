import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import {
  actorOf,
  DomainError,
  invalidField,
  type ObjectId,
  type Principal,
} from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import { Users, type UserView } from '../identity/index.js';
import { initialSettings, withInput } from './property.settings.js';
import type { CreatePropertyDto, UpdatePropertyDto } from './property-requests.dto.js';
import {
  PROPERTY_COLUMNS,
  PROPERTY_SETTINGS,
  PROPERTY_TABLES,
  type PropertyKind,
  type PropertyRow,
  type PropertySettings,
} from './property.types.js';

type Queries = Pick<EntityManager, 'query'>;

@Injectable()
export class Properties {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly users: Users,
    private readonly audits: Audits,
  ) {}

  /** A property of this account, null otherwise. Inside a transaction pass its manager on. */
  async find(
    accountId: number,
    id: ObjectId,
    manager: Queries = this.dataSource,
  ): Promise<PropertyRow | null> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: PropertyRow[] = await manager.query(
      `SELECT ${PROPERTY_COLUMNS} FROM ${PROPERTY_TABLES}
       WHERE p.${column} = $1 AND p.account_id = $2`,
      [value, accountId],
    );
    return rows[0] ?? null;
  }

  /** @throws DomainError `property_not_found`, also for another account's. */
  async read(caller: Principal, id: ObjectId, manager?: Queries): Promise<PropertyRow> {
    const row = await this.find(caller.accountId, id, manager);
    if (!row) throw propertyNotFound();
    return row;
  }

  /** @throws DomainError that names the field at fault. */
  create(caller: Principal, wanted: CreatePropertyDto): Promise<PropertyRow> {
    return this.transactions.run(async (manager) => {
      const owner = await this.owner(manager, caller, wanted.owner);
      const settings = withInput(initialSettings(owner), wanted.kind, wanted);
      const id = await this.insert(manager, caller.accountId, wanted.kind, settings);
      await this.audits.append(manager, [
        {
          accountId: caller.accountId,
          actor: actorOf(caller),
          action: 'property.created',
          objectType: 'property',
          objectId: id,
          changes: { kind: wanted.kind, title: settings.title, owner_id: owner.id },
        },
      ]);
      return this.read(caller, { id }, manager);
    });
  }

  /** @throws DomainError `property_not_found`, or one that names the field at fault. */
  change(caller: Principal, id: ObjectId, wanted: UpdatePropertyDto): Promise<PropertyRow> {
    return this.transactions.run(async (manager) => {
      const seen = await this.read(caller, id, manager);
      const before = await this.lock(manager, seen.id);
      const after = withInput(before, seen.kind, wanted);
      if (wanted.owner) after.owner_id = (await this.owner(manager, caller, wanted.owner)).id;
      const changes = differences(before, after);
      if (Object.keys(changes).length > 0) {
        await this.update(manager, seen.id, after);
        await this.audits.append(manager, [
          {
            accountId: caller.accountId,
            actor: actorOf(caller),
            action: 'property.changed',
            objectType: 'property',
            objectId: seen.id,
            changes,
          },
        ]);
      }
      return this.read(caller, { id: seen.id }, manager);
    });
  }

  private async owner(manager: EntityManager, caller: Principal, email: string): Promise<UserView> {
    const user = await this.users.findByEmail(caller.accountId, email, manager);
    if (user?.role === 'owner') return user;
    throw invalidField('owner', 'must be the e-mail of an owner of this account');
  }

  /** Bookings that name the property at the same time need not wait for the change. */
  private async lock(manager: EntityManager, id: number): Promise<PropertySettings> {
    const rows: PropertySettings[] = await manager.query(
      `SELECT ${PROPERTY_SETTINGS.join(', ')} FROM properties WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    if (!rows[0]) throw propertyNotFound();
    return rows[0];
  }

  private async update(
    manager: EntityManager,
    id: number,
    settings: PropertySettings,
  ): Promise<void> {
    await change(
      manager,
      `UPDATE properties
       SET ${PROPERTY_SETTINGS.map((name, n) => `${name} = $${n + 2}`).join(', ')}, updated_at = now()
       WHERE id = $1`,
      [id, ...PROPERTY_SETTINGS.map((name) => settings[name])],
    );
  }

  private async insert(
    manager: EntityManager,
    accountId: number,
    kind: PropertyKind,
    settings: PropertySettings,
  ): Promise<number> {
    const [row]: { id: number }[] = await manager.query(
      `INSERT INTO properties (account_id, kind, ${PROPERTY_SETTINGS.join(', ')})
       VALUES ($1, $2, ${PROPERTY_SETTINGS.map((_, n) => `$${n + 3}`).join(', ')}) RETURNING id`,
      [accountId, kind, ...PROPERTY_SETTINGS.map((name) => settings[name])],
    );
    if (!row) throw new Error('the property was not inserted');
    return row.id;
  }
}

export const propertyNotFound = (): DomainError =>
  new DomainError('not_found', 'property_not_found', 'Property not found');

/** The trail is read by more people than may know where a house stands and how its owner is reached. */
const HIDDEN: ReadonlySet<string> = new Set([
  'address',
  'district',
  'latitude',
  'longitude',
  'contact_name',
  'contact_phone',
  'contact_email',
] satisfies (keyof PropertySettings)[]);

/** `{column: [before, after]}` of what changed; of what is not for everybody only that it did. */
function differences(before: PropertySettings, after: PropertySettings): Record<string, unknown> {
  const shown = (name: keyof PropertySettings, value: string | number | null) =>
    HIDDEN.has(name) && value !== null && value !== '' ? 'hidden' : value;
  return Object.fromEntries(
    PROPERTY_SETTINGS.filter((name) => before[name] !== after[name]).map((name) => [
      name,
      [shown(name, before[name]), shown(name, after[name])],
    ]),
  );
}
