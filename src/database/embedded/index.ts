export {
  APP_ROLE,
  DATABASE,
  OWNER_ROLE,
  startEmbeddedPostgres,
  type EmbeddedOptions,
  type EmbeddedPostgres,
} from './embedded-postgres.js';
