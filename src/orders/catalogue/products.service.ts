import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, formatMinor, Money, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { productNotFound, stockReserved } from '../order.errors.js';
import type { CreateProductDto, UpdateProductDto } from './product-requests.dto.js';
import { PRODUCT_COLUMNS, type ProductRow } from './product.types.js';
import { seesInactive } from './products.source.js';

type Queries = Pick<EntityManager, 'query'>;
type ProductSettings = Pick<
  ProductRow,
  'name' | 'description' | 'price_minor' | 'stock' | 'active'
>;

/** What is sold, at which price, and how much of it there is. Orders move stock through `Stock` alone. */
@Injectable()
export class Products {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /**
   * Inside a transaction pass its manager on.
   * @throws DomainError `product_not_found`, also for another account's and for what is not sold any more.
   */
  async read(
    caller: Principal,
    id: ObjectId,
    manager: Queries = this.dataSource,
    lock: '' | 'FOR NO KEY UPDATE' = '',
  ): Promise<ProductRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: ProductRow[] = await manager.query(
      `SELECT ${PRODUCT_COLUMNS} FROM products p
       WHERE p.${column} = $1 AND p.account_id = $2 AND (p.active OR $3) ${lock}`,
      [value, caller.accountId, seesInactive(caller)],
    );
    if (!rows[0]) throw productNotFound();
    return rows[0];
  }

  /** @throws DomainError that names the field at fault. */
  create(caller: Principal, wanted: CreateProductDto): Promise<ProductRow> {
    return this.transactions.run(async (manager) => {
      const price = Money.parse(wanted.price, wanted.currency, 'price');
      const [made]: { id: number }[] = await manager.query(
        `INSERT INTO products (account_id, name, description, currency, price_minor, stock, active)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
        [
          caller.accountId,
          wanted.name.trim(),
          wanted.description ?? '',
          price.currency.code,
          price.minor.toString(),
          wanted.stock,
          wanted.active ?? true,
        ],
      );
      if (!made) throw new Error('the product was not inserted');
      const product = await this.read(caller, made, manager);
      await this.audit(manager, caller, product, 'product.created', {
        name: product.name,
        price: price.toString(),
        currency: price.currency.code,
        stock: product.stock,
      });
      return product;
    });
  }

  /**
   * Orders that are placed keep their prices.
   * @throws DomainError `product_not_found`, `stock_reserved`, or one that names the field at fault.
   */
  change(caller: Principal, id: ObjectId, wanted: UpdateProductDto): Promise<ProductRow> {
    return this.transactions.run(async (manager) => {
      const before = await this.read(caller, id, manager, 'FOR NO KEY UPDATE');
      const after = withInput(before, wanted);
      if (after.stock < before.reserved) throw stockReserved(before.reserved);
      const changes = differences(before, after);
      if (Object.keys(changes).length === 0) return before;
      await change(
        manager,
        `UPDATE products SET name = $2, description = $3, price_minor = $4, stock = $5, active = $6,
           updated_at = now() WHERE id = $1`,
        [before.id, after.name, after.description, after.price_minor, after.stock, after.active],
      );
      await this.audit(manager, caller, before, 'product.changed', changes);
      return this.read(caller, { id: before.id }, manager);
    });
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    product: ProductRow,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: product.account_id,
        actor: actorOf(caller),
        action,
        objectType: 'product',
        objectId: product.id,
        changes,
      },
    ]);
  }
}

function withInput(before: ProductRow, wanted: UpdateProductDto): ProductSettings {
  return {
    name: wanted.name?.trim() ?? before.name,
    description: wanted.description ?? before.description,
    price_minor:
      wanted.price === undefined
        ? before.price_minor
        : Money.parse(wanted.price, before.currency, 'price').minor.toString(),
    stock: wanted.stock ?? before.stock,
    active: wanted.active ?? before.active,
  };
}

function differences(before: ProductRow, after: ProductSettings): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const name of ['name', 'description', 'stock', 'active'] as const) {
    if (before[name] !== after[name]) changes[name] = [before[name], after[name]];
  }
  if (before.price_minor !== after.price_minor) {
    const shown = (minor: string): string => formatMinor(minor, before.currency);
    changes['price'] = [shown(before.price_minor), shown(after.price_minor)];
  }
  return changes;
}
