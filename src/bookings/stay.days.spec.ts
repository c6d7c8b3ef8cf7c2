import { isDay, isStay } from './stay.days.js';

describe('isDay', () => {
  it.each(['2026-01-15', '2028-02-29', '0001-01-01', '9999-12-31'])('takes %s', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    '2026-02-31',
    '2026-02-29',
    '2026-1-5',
    '2026-01-15T00:00:00Z',
    '15-01-2026',
    '',
    '0000-01-01',
    '2026-13-01',
  ])('refuses "%s"', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('isStay', () => {
  it('needs at least one night', () => {
    expect(isStay('2026-01-15', '2026-01-16')).toBe(true);
    expect(isStay('2026-12-31', '2027-01-01')).toBe(true);
    expect(isStay('2026-01-15', '2026-01-15')).toBe(false);
    expect(isStay('2026-01-15', '2026-01-14')).toBe(false);
  });
});
