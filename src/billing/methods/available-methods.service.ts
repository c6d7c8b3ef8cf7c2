import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  formatMinor,
  invalidField,
  Money,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { Providers } from '../../providers/index.js';
import { methodNotAvailable } from './method.errors.js';
import { instructionsIn } from './method.instructions.js';
import { type AvailableMethodDto, type AvailableMethodsDto, presentDetails } from './method.dto.js';
import {
  chooseDefault,
  gatewayOffers,
  inRange,
  type Offer,
  takes,
  transferOffers,
} from './method.offers.js';
import type { AvailableMethodsQuery } from './method-requests.dto.js';
import {
  ACCOUNT_METHOD_COLUMNS,
  type AccountMethodRow,
  type ManualMethod,
  type MethodConfigRow,
} from './method.types.js';

type Queries = Pick<EntityManager, 'query'>;

/** By which methods an account can be paid: the deployment's gateways and the account's own transfers. */
@Injectable()
export class AvailableMethods {
  constructor(
    private readonly dataSource: DataSource,
    private readonly providers: Providers,
  ) {}

  /** @throws DomainError 400 for an amount without a currency or one that the currency cannot have. */
  async list(caller: Principal, query: AvailableMethodsQuery): Promise<AvailableMethodsDto> {
    const { country = null, currency = null, amount, language = null } = query;
    if (amount !== undefined && currency === null) {
      throw invalidField('currency', 'is needed with an amount');
    }
    const amountMinor =
      amount === undefined || currency === null ? null : Money.parse(amount, currency).minor;
    const offers = (await this.offers(caller.accountId)).filter((offer) =>
      takes(offer, { country, currency, amountMinor }),
    );
    return {
      methods: offers.map((offer) => presentOffer(offer, language)),
      count: offers.length,
      default: chooseDefault(offers)?.code ?? null,
      country,
      currency,
    };
  }

  /**
   * Where a transfer of this amount goes: the method named, else the account's default of that kind, else
   * the first of it.
   * @throws DomainError 400 `payment_method_not_available` that names the field at fault.
   */
  async transfer(
    manager: Queries,
    accountId: number,
    wanted: { code: ManualMethod; id: ObjectId | null; amount: Money },
  ): Promise<AccountMethodRow> {
    const { code: currency } = wanted.amount.currency;
    const configs = await this.configs(manager);
    const all = (await this.transfers(manager, accountId, configs)).filter(
      (offer) =>
        offer.code === wanted.code && takes(offer, { country: null, currency, amountMinor: null }),
    );
    const field = wanted.id ? 'payment_method_id' : 'payment_method';
    const named = wanted.id ? all.filter((offer) => isNamed(offer.method, wanted.id)) : all;
    if (named.length === 0) {
      throw methodNotAvailable(field, `${wanted.code} is not offered for ${currency} here`);
    }
    const chosen = chooseDefault(named.filter((offer) => inRange(offer, wanted.amount.minor)));
    if (chosen?.method) return chosen.method;
    throw methodNotAvailable('amount', `${wanted.code} does not take ${wanted.amount.toString()}`);
  }

  private async offers(accountId: number): Promise<Offer[]> {
    const configs = await this.configs(this.dataSource);
    const gateways = this.providers
      .enabled()
      .filter(({ code, capabilities }) => {
        return capabilities.flow !== 'none' && configs.get(code)?.enabled !== false;
      })
      .flatMap((provider) => gatewayOffers(provider, configs.get(provider.code), exponentOf));
    const transfers = await this.transfers(this.dataSource, accountId, configs);
    return [...gateways, ...transfers].sort((a, b) => a.position - b.position);
  }

  private async transfers(
    manager: Queries,
    accountId: number,
    configs: ReadonlyMap<string, MethodConfigRow>,
  ): Promise<Offer[]> {
    const rows: AccountMethodRow[] = await manager.query(
      `SELECT ${ACCOUNT_METHOD_COLUMNS} FROM account_payment_methods m
       WHERE m.account_id = $1 AND m.archived_at IS NULL ORDER BY m.is_default DESC, m.id`,
      [accountId],
    );
    return rows.flatMap((row) => transferOffers(row, configs.get(row.code)));
  }

  private async configs(manager: Queries): Promise<ReadonlyMap<string, MethodConfigRow>> {
    const rows: MethodConfigRow[] = await manager.query('SELECT * FROM payment_method_configs');
    return new Map(rows.map((row) => [row.code, row]));
  }
}

function exponentOf(currency: string): number {
  return Money.currency(currency).exponent;
}

function isNamed(method: AccountMethodRow | null, id: ObjectId | null): boolean {
  if (!method || !id) return false;
  return 'id' in id ? method.id === id.id : method.uuid === id.uuid;
}

function presentOffer(offer: Offer, language: string | null): AvailableMethodDto {
  const shown = (minor: bigint | null): string | null =>
    minor === null ? null : formatMinor(minor, offer.currency);
  const instructions = offer.method && instructionsIn(offer.method, language);
  return {
    code: offer.code,
    name: offer.name,
    type: offer.type,
    currency: offer.currency,
    min_amount: shown(offer.minMinor),
    max_amount: shown(offer.maxMinor),
    instructions: instructions?.text ?? null,
    language: instructions?.language ?? null,
    id: offer.method?.id ?? null,
    details: offer.method && presentDetails(offer.method),
    manual: offer.method !== null,
  };
}
