import { DEMO_PASSWORD } from '../../stack/index.js';
import type { AccessDesk } from './access.desk.js';
import { type AccessRow, of, plain, row } from './access.row.js';
import {
  aBooking,
  aCashPayment,
  anEvent,
  aPaidPayment,
  aPayment,
  aRefund,
  aTransaction,
  bookingBody,
  paymentBody,
} from './money.objects.js';

const EVERYBODY = '401 200 200 200 200 200 200 200';
const SEES = '401 200 404 200 200 200 200 404';
const EDITS = '401 200 404 403 200 200 200 404';
const BACK_OFFICE = '401 403 403 403 403 200 200 404';
const ADMINS = '401 403 403 403 403 403 200 404';

const initiation = async (desk: AccessDesk) => ({
  booking_id: await aBooking(desk),
  mobile_money_provider: 'AIRTEL',
  phone_number: '255653294241',
});
const lodge = {
  owner: 'owner@malipo.test',
  kind: 'lodge',
  title: 'Ngorongoro Lodge',
  city: 'Karatu',
  country: 'Tanzania',
};
const newcomer = (desk: AccessDesk) => ({
  email: `new-${desk.number}@example.test`,
  password: 'karibu-zanzibar',
  name: 'New',
});
const theHotel = () => Promise.resolve(124);
const NOT_OURS = { refresh: 'nothing-of-ours' };
const RESOLUTION = { outcome: 'failed', evidence: 'statement', reason: 'nothing came' };

const P = '/api/v1/payments/';

/** Users, payments, refunds, checkout, properties, bookings, notifications of gateways. */
export const moneyRows: readonly AccessRow[] = [
  row(
    'POST /api/v1/auth/token/',
    '200 200 200 200 200 200 200 200',
    plain({ username: 'john_doe', password: DEMO_PASSWORD }),
  ),
  row('POST /api/v1/auth/token/refresh/', '401 401 401 401 401 401 401 401', plain(NOT_OURS)),
  row('POST /api/v1/auth/logout/', '200 200 200 200 200 200 200 200', plain(NOT_OURS)),
  row('POST /api/v1/auth/register/', '201 201 201 201 201 201 201 201', plain(newcomer)),
  row('GET /api/v1/auth/me/', EVERYBODY),
  row('PATCH /api/v1/auth/me/', EVERYBODY, plain({})),
  row(`GET ${P}providers/`, EVERYBODY),
  row(`GET ${P}payments/`, EVERYBODY),
  row(`GET ${P}payments/export/`, EVERYBODY),
  row(`GET ${P}transactions/export/`, EVERYBODY),
  row(`POST ${P}payments/`, '401 201 404 403 201 201 201 404', plain(paymentBody), ['booking']),
  row(`GET ${P}payments/{id}/`, SEES, of(aPayment)),
  row(`PUT ${P}payments/{id}/`, EDITS, of(aPayment, { notes: 'n' })),
  row(`PATCH ${P}payments/{id}/`, EDITS, of(aPayment, { notes: 'n' })),
  row(`DELETE ${P}payments/{id}/`, '401 204 404 403 204 204 204 404', of(aPayment)),
  row(`POST ${P}payments/{id}/cancel/`, EDITS, of(aPayment)),
  // Nobody of them has an open drawer session.
  row(`POST ${P}payments/{id}/collect/`, '401 403 403 403 409 409 409 404', of(aCashPayment)),
  row(`POST ${P}payments/{id}/initiate-gateway/`, SEES, of(aPayment)),
  row(`GET ${P}payments/{id}/refunds/`, SEES, of(aPaidPayment)),
  row(
    `POST ${P}payments/{id}/refunds/`,
    '401 403 403 403 403 201 201 404',
    of(aPaidPayment, { reason: 'left early' }),
  ),
  row(`POST ${P}refunds/{id}/approve/`, '401 403 403 403 403 409 409 404', of(aRefund)),
  row(
    `POST ${P}refunds/{id}/reject/`,
    '401 403 403 403 403 409 409 404',
    of(aRefund, { reason: 'not so' }),
  ),
  row(
    `POST ${P}refunds/{id}/settle/`,
    BACK_OFFICE,
    of(aRefund, { method: 'bank_transfer', evidence: 'CRDB 7' }),
  ),
  // A guest may pay a booking by its uuid alone.
  row('POST /api/payments/initiate/', '404 201 404 403 201 201 201 404', plain(initiation), [
    'booking_id',
  ]),
  row('GET /api/payments/{id}/status/', SEES, of(aPayment)),
  row('GET /api/payments/verify/', '400 400 400 400 400 400 400 400'),
  row('POST /api/payments/verify/', '400 400 400 400 400 400 400 400'),
  row(`GET ${P}transactions/`, EVERYBODY),
  row(`GET ${P}transactions/{id}/`, SEES, of(aTransaction)),
  row(`POST ${P}transactions/{id}/resolve/`, BACK_OFFICE, of(aTransaction, RESOLUTION)),
  row(`GET ${P}audits/`, EVERYBODY),
  row(`GET ${P}audits/verify/`, '401 403 403 403 403 403 200 200'),
  row('GET /api/v1/properties/', EVERYBODY),
  row('POST /api/v1/properties/', '401 403 403 403 403 201 201 400', plain(lodge)),
  row('GET /api/v1/properties/{id}/', '401 200 200 200 200 200 200 404', of(theHotel)),
  row('PATCH /api/v1/properties/{id}/', BACK_OFFICE, of(theHotel, { title: 'Hotel' })),
  row('GET /api/v1/bookings/', EVERYBODY),
  row('POST /api/v1/bookings/', '401 403 403 403 403 201 201 400', plain(bookingBody), [
    'property',
  ]),
  row('GET /api/v1/bookings/{id}/', SEES, of(aBooking)),
  row('POST /api/v1/bookings/{id}/cancel/', BACK_OFFICE, of(aBooking)),
  row('GET /api/v1/webhook-events/', '401 403 403 403 403 403 200 200'),
  row('GET /api/v1/webhook-events/{id}/', ADMINS, of(anEvent)),
  row('POST /api/v1/webhook-events/{id}/replay/', ADMINS, of(anEvent)),
];
