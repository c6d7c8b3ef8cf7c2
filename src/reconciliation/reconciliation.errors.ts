import { DomainError } from '../common/index.js';

export const runNotFound = (): DomainError =>
  new DomainError('not_found', 'run_not_found', 'Reconciliation run not found');

export const itemNotFound = (): DomainError =>
  new DomainError('not_found', 'item_not_found', 'Reconciliation item not found');

export const runUnderWay = (): DomainError =>
  new DomainError(
    'conflict',
    'run_under_way',
    'Another statement of this gateway is being read; send yours again in a moment',
    { retryAfterS: 5 },
  );
