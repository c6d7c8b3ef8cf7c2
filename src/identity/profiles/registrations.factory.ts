import type { DataSource } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { Transactions } from '../../database/index.js';
import { PasswordTurns } from '../login/password-turns.service.js';
import { Passwords } from '../login/passwords.service.js';
import { Accounts } from './accounts.service.js';
import { Registrations } from './registrations.service.js';

/**
 * Registrations without the application around them, for a program that makes a user and ends: it needs
 * no server, no jobs and none of the settings that go with those.
 */
export function registrationsOn(dataSource: DataSource): Registrations {
  const audits = new Audits();
  return new Registrations(
    new Passwords(),
    new PasswordTurns(),
    new Accounts(audits),
    new Transactions(dataSource),
    audits,
  );
}
