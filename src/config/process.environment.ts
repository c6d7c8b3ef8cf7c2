import { existsSync } from 'node:fs';
import type { Environment } from './environment.reader.js';

/**
 * The process's environment, completed from `.env` in the working directory, where what is set already wins.
 * For entry points only: a test passes its own.
 */
export function processEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
