import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  DomainError,
  formatMinor,
  invalidField,
  Money,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { readCash } from '../cash.amounts.js';
import { drawerArchived, drawerInUse, drawerNotEmpty, reviewPending } from '../cash.errors.js';
import type { DrawerCurrency, DrawerRow } from '../cash.types.js';
import type {
  CreateDrawerDto,
  DrawerCurrencyInput,
  UpdateDrawerDto,
} from './drawer-requests.dto.js';
import { DrawerReader } from './drawer.reader.js';

/** Drawers as staff set them up. What lies in them moves through sessions alone. */
@Injectable()
export class Drawers {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: DrawerReader,
    private readonly audits: Audits,
  ) {}

  /** The same claim again answers the drawer it made before. */
  create(caller: Principal, wanted: CreateDrawerDto, claimId: string | null): Promise<DrawerRow> {
    const currencies = readCurrencies(wanted.currencies);
    return this.transactions.run(async (manager) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return this.reader.read(caller, { id: made }, manager);
      await this.assertNameFree(manager, caller.accountId, wanted.name, null);
      const [row]: { id: number }[] = await manager.query(
        `INSERT INTO cash_drawers (account_id, name, location, blind, created_by, idempotency_claim_id)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [
          caller.accountId,
          wanted.name.trim(),
          wanted.location?.trim() ?? '',
          wanted.blind ?? false,
          caller.userId,
          claimId,
        ],
      );
      if (!row) throw new Error('the drawer was not inserted');
      await this.setCurrencies(manager, row.id, currencies);
      const drawer = await this.reader.read(caller, { id: row.id }, manager);
      await this.audit(manager, caller, drawer, 'cash_drawer.created', settingsOf(drawer));
      return drawer;
    });
  }

  /**
   * @throws DomainError 409 for an archived drawer, a name in use, or a currency that is taken away while
   * the drawer holds some of it.
   */
  update(caller: Principal, id: ObjectId, wanted: UpdateDrawerDto): Promise<DrawerRow> {
    const currencies = wanted.currencies && readCurrencies(wanted.currencies);
    return this.transactions.run(async (manager) => {
      const drawer = await this.reader.lock(caller, id, manager);
      if (drawer.archived_at) throw drawerArchived();
      if (wanted.name !== undefined) {
        await this.assertNameFree(manager, caller.accountId, wanted.name, drawer.id);
      }
      await change(
        manager,
        `UPDATE cash_drawers SET name = $2, location = $3, blind = $4, version = version + 1,
           updated_at = now() WHERE id = $1 RETURNING id`,
        [
          drawer.id,
          wanted.name?.trim() ?? drawer.name,
          wanted.location?.trim() ?? drawer.location,
          wanted.blind ?? drawer.blind,
        ],
      );
      if (currencies) {
        await this.assertNotHeld(manager, drawer, currencies);
        await this.setCurrencies(manager, drawer.id, currencies);
      }
      const after = await this.reader.read(caller, { id: drawer.id }, manager);
      const changes = differences(settingsOf(drawer), settingsOf(after));
      await this.audit(manager, caller, after, 'cash_drawer.updated', changes);
      return after;
    });
  }

  /** An archived drawer stays readable, with its sessions and reports, and opens no more. */
  archive(caller: Principal, id: ObjectId): Promise<DrawerRow> {
    return this.transactions.run(async (manager) => {
      const drawer = await this.reader.lock(caller, id, manager);
      if (drawer.archived_at) throw drawerArchived();
      await this.assertNotHeld(manager, drawer, []);
      await change(
        manager,
        `UPDATE cash_drawers SET archived_at = now(), version = version + 1, updated_at = now()
         WHERE id = $1 RETURNING id`,
        [drawer.id],
      );
      await this.audit(manager, caller, drawer, 'cash_drawer.archived', { name: drawer.name });
      return this.reader.read(caller, { id: drawer.id }, manager);
    });
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM cash_drawers WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  private async assertNameFree(
    manager: EntityManager,
    accountId: number,
    name: string,
    except: number | null,
  ): Promise<void> {
    const taken: unknown[] = await manager.query(
      `SELECT 1 FROM cash_drawers WHERE account_id = $1 AND lower(name) = lower($2)
         AND archived_at IS NULL AND id IS DISTINCT FROM $3`,
      [accountId, name.trim(), except],
    );
    if (taken.length === 0) return;
    throw new DomainError('conflict', 'cash_drawer_name_taken', 'Another drawer has this name', {
      errors: { name: ['another drawer has this name'] },
    });
  }

  /** Cash must not vanish from sight with its currency, or with its drawer. */
  private async assertNotHeld(
    manager: EntityManager,
    drawer: DrawerRow,
    kept: readonly DrawerCurrency[],
  ): Promise<void> {
    const names = new Set(kept.map(({ currency }) => currency));
    if (drawer.currencies.every(({ currency }) => names.has(currency))) return;
    if (drawer.session_id !== null) throw drawerInUse();
    const last: { currency: string; held: boolean; number: number; pending: boolean }[] =
      await manager.query(
        `SELECT c.currency, c.counted_minor > 0 AS held, s.number,
           s.status = 'closed' AND s.review_required AS pending
         FROM cash_sessions s JOIN cash_session_currencies c ON c.session_id = s.id
         WHERE s.drawer_id = $1
           AND s.number = (SELECT max(number) FROM cash_sessions WHERE drawer_id = $1)`,
        [drawer.id],
      );
    const leaving = last.filter(({ currency }) => !names.has(currency));
    const pending = leaving.find((each) => each.pending);
    if (pending) throw reviewPending(pending.number);
    const held = leaving.find((each) => each.held);
    if (held) throw drawerNotEmpty(held.currency);
  }

  private async setCurrencies(
    manager: EntityManager,
    drawerId: number,
    currencies: readonly DrawerCurrency[],
  ): Promise<void> {
    await change(
      manager,
      `DELETE FROM cash_drawer_currencies WHERE drawer_id = $1 AND currency <> ALL ($2)
       RETURNING currency`,
      [drawerId, currencies.map(({ currency }) => currency)],
    );
    await manager.query(
      `INSERT INTO cash_drawer_currencies (drawer_id, currency, float_target_minor,
         holding_limit_minor, variance_limit_minor)
       SELECT $1, currency, float_target_minor, holding_limit_minor, variance_limit_minor
       FROM jsonb_to_recordset($2::jsonb) AS input (currency text, float_target_minor bigint,
         holding_limit_minor bigint, variance_limit_minor bigint)
       ON CONFLICT (drawer_id, currency) DO UPDATE
         SET float_target_minor = excluded.float_target_minor,
           holding_limit_minor = excluded.holding_limit_minor,
           variance_limit_minor = excluded.variance_limit_minor`,
      [drawerId, JSON.stringify(currencies)],
    );
  }

  private async audit(
    manager: EntityManager,
    caller: Principal,
    drawer: DrawerRow,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: drawer.account_id,
        actor: actorOf(caller),
        action,
        objectType: 'cash_drawer',
        objectId: drawer.id,
        changes,
      },
    ]);
  }
}

/** @throws DomainError that names the entry at fault. */
function readCurrencies(inputs: readonly DrawerCurrencyInput[]): DrawerCurrency[] {
  const seen = new Set<string>();
  return inputs.map((input, index) => {
    const field = `currencies.${index}`;
    const { code } = Money.currency(input.currency);
    if (seen.has(code)) throw invalidField(`${field}.currency`, `${code} is named twice`);
    seen.add(code);
    const read = (name: 'float_target' | 'holding_limit' | 'variance_limit'): bigint | null => {
      const value = input[name];
      if (value === undefined || value === null) return null;
      return readCash(value, code, `${field}.${name}`).minor;
    };
    const [float, holding, variance] = [
      read('float_target'),
      read('holding_limit'),
      read('variance_limit'),
    ];
    if (float !== null && holding !== null && float >= holding) {
      throw invalidField(`${field}.holding_limit`, 'must be more than float_target');
    }
    return {
      currency: code,
      float_target_minor: float?.toString() ?? null,
      holding_limit_minor: holding?.toString() ?? null,
      variance_limit_minor: variance?.toString() ?? null,
    };
  });
}

/** A drawer's settings as the audit trail shows them. */
function settingsOf(drawer: DrawerRow): Record<string, unknown> {
  const currencies = drawer.currencies.map((each) => {
    const limits = (['float_target', 'holding_limit', 'variance_limit'] as const).flatMap(
      (name) => {
        const minor = each[`${name}_minor`];
        return minor === null ? [] : [`${name} ${formatMinor(minor, each.currency)}`];
      },
    );
    return [each.currency, ...limits].join(' ');
  });
  return { name: drawer.name, location: drawer.location, blind: drawer.blind, currencies };
}

function differences(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> {
  const changed = Object.keys(after).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, [before[name], after[name]]]));
}
