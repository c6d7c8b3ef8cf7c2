import type { ProviderCapabilities } from '../../providers/index.js';
import {
  chooseDefault,
  gatewayOffers,
  type Offer,
  takes,
  transferOffers,
} from './method.offers.js';
import type { AccountMethodRow, MethodConfigRow } from './method.types.js';

const CAPABILITIES: ProviderCapabilities = {
  currencies: ['TZS', 'XOF'],
  countries: ['TZ', 'KE'],
  methods: ['mobile_money', 'card'],
  networks: [],
  needsPhone: false,
  flow: 'redirect',
  refund: 'none',
  cancel: false,
  statusQuery: false,
  repeatSafe: { initiate: false, refund: false },
  confirms: 'signature',
  pollScheduleS: [],
  lifetimeS: 60,
  limits: { min: 0.01, max: 5_000_000, wholeOnly: true },
};
const CONFIG: MethodConfigRow = {
  id: 1,
  uuid: '',
  code: 'wave',
  kind: 'gateway',
  name: null,
  enabled: true,
  position: 3,
  countries: [],
  currencies: [],
  version: 1,
  created_at: new Date(0),
  updated_at: new Date(0),
};
const METHOD = {
  code: 'bank_transfer',
  name: 'Bank',
  currency: 'TZS',
  country: null,
  min_minor: '100',
  max_minor: null,
  is_default: false,
} as AccountMethodRow;
const MANUAL: MethodConfigRow = { ...CONFIG, code: 'bank_transfer', kind: 'manual', name: 'Bank' };

const offersOf = (
  config: Partial<MethodConfigRow> = {},
  capabilities: Partial<ProviderCapabilities> = {},
): Offer[] =>
  gatewayOffers(
    { code: 'wave', name: 'Wave', capabilities: { ...CAPABILITIES, ...capabilities } },
    { ...CONFIG, ...config },
    (currency) => (currency === 'XOF' ? 0 : 2),
  );
const wanted = (more: Partial<Parameters<typeof takes>[1]> = {}) => ({
  country: null,
  currency: null,
  amountMinor: null,
  ...more,
});

describe('what a gateway offers', () => {
  it('is one method in each currency, with limits in its minor units', () => {
    expect(offersOf()).toMatchObject([
      {
        currency: 'TZS',
        name: 'Wave',
        type: 'mobile_money',
        minMinor: 1n,
        maxMinor: 500_000_000n,
        stepMinor: 100n,
      },
      { currency: 'XOF', minMinor: null, maxMinor: 5_000_000n, stepMinor: 1n },
    ]);
  });

  it('has the deployment’s name and limits', () => {
    expect(offersOf({ name: 'Ours', currencies: ['XOF'] })).toMatchObject([
      { currency: 'XOF', name: 'Ours' },
    ]);
    expect(offersOf({ countries: ['KE', 'UG'] })[0]).toMatchObject({ countries: ['KE'] });
    expect(offersOf({ countries: ['UG'] }, { countries: [] })[0]).toMatchObject({
      countries: ['UG'],
    });
    expect(offersOf({}, { countries: [] })[0]).toMatchObject({ countries: 'everywhere' });
  });

  it('is offered nowhere when the limits leave no country', () => {
    const [offer] = offersOf({ countries: ['UG'] });
    expect(offer && takes(offer, wanted())).toBe(false);
    expect(offer && takes(offer, wanted({ country: 'UG' }))).toBe(false);
  });

  it.each<[boolean, Partial<Parameters<typeof takes>[1]>]>([
    [true, {}],
    [true, { currency: 'TZS', country: 'KE', amountMinor: 100n }],
    [false, { currency: 'XOF' }],
    [false, { country: 'UG' }],
    [false, { currency: 'TZS', amountMinor: 150n }],
    [true, { currency: 'TZS', amountMinor: 500_000_000n }],
    [false, { currency: 'TZS', amountMinor: 500_000_100n }],
  ])('is %s for %j', (expected, more) => {
    const [offer] = offersOf();
    expect(offer && takes(offer, wanted(more))).toBe(expected);
  });
});

describe('what an account offers', () => {
  it('needs the deployment', () => {
    expect(transferOffers(METHOD, MANUAL)).toMatchObject([{ minMinor: 100n, maxMinor: null }]);
    expect(transferOffers(METHOD, undefined)).toEqual([]);
    expect(transferOffers(METHOD, { ...MANUAL, enabled: false })).toEqual([]);
    expect(transferOffers(METHOD, { ...MANUAL, currencies: ['USD'] })).toEqual([]);
  });

  it('comes first as default when the account says so', () => {
    const offers = [...offersOf(), ...transferOffers(METHOD, MANUAL)];
    expect(chooseDefault(offers)?.code).toBe('wave');
    const own = transferOffers({ ...METHOD, is_default: true }, MANUAL);
    expect(chooseDefault([...offersOf(), ...own])?.code).toBe('bank_transfer');
    expect(chooseDefault([])).toBeNull();
  });
});
