import { CURRENCIES, randomToken } from '../../common/index.js';
import { ProviderUnsupportedError } from '../port/provider.errors.js';
import type {
  InitiateResult,
  PaymentMethod,
  PaymentProvider,
  ProviderCapabilities,
  ProviderCode,
  RequestSummary,
} from '../port/provider.port.js';

/** Nothing of ours is bounded here: the largest amount that an API request can name. */
const LIMITS = { min: 0, max: 999_999_999_999_999, wholeOnly: false };
/** Never counted: a tender is complete when it is recorded. */
const LIFETIME_S = 1;

/** What is the same for every tender that people confirm and no gateway is asked for. */
export function tenderCapabilities(methods: readonly PaymentMethod[]): ProviderCapabilities {
  return {
    currencies: [...CURRENCIES.keys()],
    countries: [],
    methods,
    networks: [],
    needsPhone: false,
    flow: 'none',
    refund: 'none',
    cancel: false,
    statusQuery: false,
    repeatSafe: { initiate: false, refund: false },
    confirms: 'person',
    pollScheduleS: [],
    lifetimeS: LIFETIME_S,
    limits: LIMITS,
  };
}

/** A tender in the registry: it has a name and a reference, and nothing to ask. */
export abstract class TenderProvider implements PaymentProvider {
  abstract readonly code: ProviderCode;
  abstract readonly name: string;
  abstract readonly description: string;
  abstract readonly capabilities: ProviderCapabilities;
  protected abstract readonly prefix: string;
  readonly enabled = true;

  newReference(): string {
    return `${this.prefix}-${randomToken()}`;
  }

  check(): RequestSummary {
    return {};
  }

  initiate(): Promise<InitiateResult> {
    return Promise.reject(new ProviderUnsupportedError(`${this.name} is recorded, not started`));
  }
}
