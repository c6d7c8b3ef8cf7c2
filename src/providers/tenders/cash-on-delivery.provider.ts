import { Gateway } from '../gateway.decorator.js';
import { tenderCapabilities, TenderProvider } from './tender.provider.js';

/** Cash that is taken when an order is handed over. */
@Gateway()
export class CashOnDeliveryProvider extends TenderProvider {
  readonly code = 'cash_on_delivery';
  readonly name = 'Cash on delivery';
  readonly description = 'Cash taken when the order is handed over';
  readonly capabilities = tenderCapabilities(['COD']);
  protected readonly prefix = 'COD';
}
