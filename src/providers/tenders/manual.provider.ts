import { Gateway } from '../gateway.decorator.js';
import { tenderCapabilities, TenderProvider } from './tender.provider.js';

/** A transfer that the payer reports and a reviewer approves. */
@Gateway()
export class ManualProvider extends TenderProvider {
  readonly code = 'manual';
  readonly name = 'Manual transfer';
  readonly description =
    'Bank transfer or local wallet, reported by the payer and approved by staff';
  readonly capabilities = tenderCapabilities(['bank_transfer', 'local_wallet']);
  protected readonly prefix = 'MANUAL';
}
