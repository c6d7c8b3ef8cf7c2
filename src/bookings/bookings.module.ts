import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { IdentityModule } from '../identity/index.js';
import { Payables, PaymentsModule } from '../payments/index.js';
import { PropertiesModule } from '../properties/index.js';
import { BookingPayable } from './booking.payable.js';
import { BookingReader } from './booking.reader.js';
import { BookingsController } from './bookings.controller.js';
import { Bookings } from './bookings.service.js';

@Module({
  imports: [AuditsModule, IdentityModule, PaymentsModule, PropertiesModule],
  controllers: [BookingsController],
  providers: [Bookings, BookingReader, BookingPayable],
})
export class BookingsModule implements OnModuleInit {
  constructor(
    private readonly payables: Payables,
    private readonly payable: BookingPayable,
  ) {}

  onModuleInit(): void {
    this.payables.register(this.payable);
  }
}
