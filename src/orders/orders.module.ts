import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { Payables, PaymentsModule } from '../payments/index.js';
import { ProvidersModule } from '../providers/index.js';
import { AddressesController } from './addresses/addresses.controller.js';
import { Addresses } from './addresses/addresses.service.js';
import { CartController } from './carts/cart.controller.js';
import { Carts } from './carts/carts.service.js';
import { ProductsController } from './catalogue/products.controller.js';
import { Products } from './catalogue/products.service.js';
import { OrderPaymentsController } from './paying/order-payments.controller.js';
import { OrderPayments } from './paying/order-payments.service.js';
import { StripeOrderChoice } from './paying/stripe-order-choice.service.js';
import { StripeOrders } from './paying/stripe-orders.service.js';
import { OrderDesk } from './placing/order-desk.service.js';
import { OrderGateways } from './placing/order-gateways.service.js';
import { OrderPayable } from './placing/order.payable.js';
import { OrderPlacing } from './placing/order-placing.service.js';
import { OrderReader } from './placing/order.reader.js';
import { OrderRerouting } from './placing/order-rerouting.service.js';
import { OrdersController } from './placing/orders.controller.js';
import { Orders } from './placing/orders.service.js';
import { PaymentsOfOrders } from './placing/payments-of-orders.service.js';
import { Stock } from './placing/stock.service.js';
import { UnpaidOrdersProcessor } from './placing/unpaid-orders.processor.js';
import { UnpaidOrders } from './placing/unpaid-orders.service.js';

@Module({
  imports: [AuditsModule, PaymentsModule, ProvidersModule],
  controllers: [
    ProductsController,
    CartController,
    AddressesController,
    OrdersController,
    OrderPaymentsController,
  ],
  providers: [
    Products,
    Carts,
    Addresses,
    Stock,
    OrderReader,
    OrderGateways,
    OrderPlacing,
    OrderDesk,
    OrderRerouting,
    OrderPayable,
    PaymentsOfOrders,
    Orders,
    UnpaidOrders,
    UnpaidOrdersProcessor,
    OrderPayments,
    StripeOrderChoice,
    StripeOrders,
  ],
})
export class OrdersModule implements OnModuleInit {
  constructor(
    private readonly payables: Payables,
    private readonly payable: OrderPayable,
  ) {}

  onModuleInit(): void {
    this.payables.register(this.payable);
  }
}
