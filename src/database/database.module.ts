import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/index.js';
import { dataSourceOptions } from './data-source.js';
import { Outbox, OutboxHandlers } from './outbox.js';
import { Statements } from './statements.js';
import { Transactions } from './transactions.js';

/** A database that starts beside us, or restarts, is waited for; a wrong password is not. */
const NOT_YET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  '57P03',
]);

/** The application's own connection, and what is built on it. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => {
        const { url } = config.database;
        if (!url)
          throw new Error('DATABASE_URL is not set, and no embedded PostgreSQL was started');
        return {
          ...dataSourceOptions({ ...config.database, url }, `malipo ${config.role}`),
          autoLoadEntities: true,
          retryAttempts: 15,
          retryDelay: 1_000,
          toRetry: (error: { code?: string }) => NOT_YET.has(error.code ?? ''),
        };
      },
    }),
  ],
  providers: [Transactions, Statements, Outbox, OutboxHandlers],
  exports: [TypeOrmModule, Transactions, Statements, Outbox, OutboxHandlers],
})
export class DatabaseModule implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    const { synchronize, migrationsRun, dropSchema } = this.dataSource.options;
    if (synchronize || migrationsRun || dropSchema) {
      throw new Error('the application never changes the schema itself: migrations do');
    }
  }
}
