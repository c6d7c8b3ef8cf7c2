import { formatMinor, type Principal } from '../../common/index.js';
import type { SessionCurrency, SessionRow } from '../cash.types.js';
import type { CashSessionCurrencyDto, CashSessionDto, CashPersonDto } from './session.dto.js';
import { isConcealed } from './session.rules.js';

/** A session as `caller` may see it. */
export function presentSession(caller: Principal, row: SessionRow): CashSessionDto {
  const concealed = isConcealed(caller, row);
  return {
    id: row.id,
    uuid: row.uuid,
    number: row.number,
    drawer: row.drawer_id,
    drawer_name: row.drawer_name,
    cashier: { id: row.cashier_id, name: row.cashier_name },
    status: row.status,
    blind: row.blind,
    currencies: row.currencies.map((each) => presentCurrency(each, concealed)),
    review_required: row.review_required,
    opened_at: row.opened_at.toISOString(),
    counting_at: row.counting_at?.toISOString() ?? null,
    counted_by: person(row.counted_by, row.counter_name),
    closed_at: row.closed_at?.toISOString() ?? null,
    closed_by: person(row.closed_by, row.closer_name),
    reviewed_at: row.reviewed_at?.toISOString() ?? null,
    reviewed_by: person(row.reviewed_by, row.reviewer_name),
    last_event: row.last_event_id === null ? null : Number(row.last_event_id),
    opening_notes: row.opening_notes,
    closing_notes: row.closing_notes,
    review_notes: row.review_notes,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function presentCurrency(amounts: SessionCurrency, concealed: boolean): CashSessionCurrencyDto {
  const { currency, expected_opening_minor: left, declared_opening_minor: declared } = amounts;
  const shown = (minor: string | bigint | null): string | null =>
    minor === null ? null : formatMinor(minor, currency);
  const expectedOpening = concealed ? null : left;
  return {
    currency,
    declared_opening: formatMinor(declared, currency),
    expected_opening: shown(expectedOpening),
    opening_difference: shown(
      expectedOpening === null ? null : BigInt(declared) - BigInt(expectedOpening),
    ),
    expected: concealed ? null : shown(amounts.expected_minor ?? amounts.balance_minor),
    counted: shown(amounts.counted_minor),
    variance: shown(amounts.variance_minor),
    variance_limit: shown(amounts.variance_limit_minor),
    denominations:
      amounts.denominations?.map(({ value_minor: value, count }) => ({
        value: formatMinor(value, currency),
        count,
      })) ?? null,
  };
}

function person(id: number | null, name: string | null): CashPersonDto | null {
  return id === null ? null : { id, name: name ?? '' };
}
