import { Gateway } from '../gateway.decorator.js';
import { tenderCapabilities, TenderProvider } from './tender.provider.js';

/** Notes and coins over a counter, into an open drawer session. */
@Gateway()
export class CashProvider extends TenderProvider {
  readonly code = 'cash';
  readonly name = 'Cash';
  readonly description = 'Cash over the counter, into an open drawer session';
  readonly capabilities = tenderCapabilities(['cash']);
  protected readonly prefix = 'CASH';
}
