import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { USER_COLUMNS, type UserView } from './user.types.js';

/** What other rooms ask about users. A deactivated user is found too: what they did stays theirs. */
@Injectable()
export class Users {
  constructor(private readonly dataSource: DataSource) {}

  /** Inside a transaction pass its manager on. */
  async find(userId: number, manager: Queries = this.dataSource): Promise<UserView | null> {
    const rows: UserView[] = await manager.query(
      `SELECT ${USER_COLUMNS} FROM users u WHERE u.id = $1`,
      [userId],
    );
    return rows[0] ?? null;
  }

  /** The user of this account with this address, whatever its case. */
  async findByEmail(
    accountId: number,
    email: string,
    manager: Queries = this.dataSource,
  ): Promise<UserView | null> {
    const rows: UserView[] = await manager.query(
      `SELECT ${USER_COLUMNS} FROM users u WHERE lower(u.email) = lower($1) AND u.account_id = $2`,
      [email, accountId],
    );
    return rows[0] ?? null;
  }
}

type Queries = Pick<EntityManager, 'query'>;
