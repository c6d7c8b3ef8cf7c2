import { Logger } from '@nestjs/common';
import { types, type CustomTypesConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../config/index.js';
import { NamingClient } from './named-statements.js';

/** The application's connection and its limits. */
export type ConnectionSettings = Pick<
  Config['database'],
  'poolSize' | 'lockTimeoutMs' | 'statementTimeoutMs' | 'idleInTransactionTimeoutMs'
> & { url: string };

/** Pause before a caller is told that no connection came free, or none could be made. */
const CONNECT_TIMEOUT_MS = 5_000;

/** A `date` stays `yyyy-mm-dd`: as a JavaScript Date it would be midnight in this machine's zone. */
const datesAsText: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === types.builtins.DATE ? (value: string) => value : types.getTypeParser(oid, format),
};

/**
 * TypeORM's options for the application's role. Limits and time zone travel in the packet that opens a
 * connection, so taking one from the pool costs no round trip.
 */
export function dataSourceOptions(
  settings: ConnectionSettings,
  applicationName = 'malipo',
): DataSourceOptions & { type: 'postgres' } {
  const logger = new Logger('Database');
  return {
    type: 'postgres',
    url: settings.url,
    applicationName,
    poolSize: settings.poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    logging: false,
    poolErrorHandler: (error: Error) => logger.warn(`a connection was lost: ${error.message}`),
    extra: {
      Client: NamingClient,
      types: datesAsText,
      keepAlive: true,
      lock_timeout: settings.lockTimeoutMs,
      statement_timeout: settings.statementTimeoutMs,
      idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
      options: '-c TimeZone=UTC',
    },
  };
}
