export { BookingPayable } from './booking.payable.js';
export * from './bookings.demo.js';
export { BookingsModule } from './bookings.module.js';
