import { Inject, Injectable } from '@nestjs/common';
import { CURRENCIES, DomainError, randomToken } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { Gateway } from '../gateway.decorator.js';
import { ProviderUnsupportedError } from '../port/provider.errors.js';
import type {
  InitiateResult,
  PaymentProvider,
  ProviderCapabilities,
  RequestSummary,
  WebhookInput,
  WebhookVerdict,
} from '../port/provider.port.js';
import { signedWebhookSettings, type SignedWebhookSettings } from './signed-webhook.config.js';
import { translate } from './signed-webhook.mapper.js';
import { checkSignatures } from './signed-webhook.signature.js';

const CAPABILITIES: ProviderCapabilities = {
  currencies: [...CURRENCIES.keys()],
  countries: [],
  methods: ['ONLINE'],
  networks: [],
  needsPhone: false,
  flow: 'none',
  refund: 'none',
  cancel: false,
  statusQuery: false,
  repeatSafe: { initiate: false, refund: false },
  confirms: 'signature',
  pollScheduleS: [],
  // Nothing is started here, so nothing waits: the sender speaks first.
  lifetimeS: 86_400,
  limits: { min: 0, max: 999_999_999_999, wholeOnly: false },
};

/** Any gateway that sends signed notifications about orders and knows nothing else of us. */
@Gateway()
@Injectable()
export class SignedWebhookProvider implements PaymentProvider {
  readonly code = 'signed_webhook';
  readonly name = 'Signed webhook';
  readonly description = 'Online payments that another gateway confirms by a signed notification';
  readonly capabilities = CAPABILITIES;

  private readonly settings: SignedWebhookSettings | null;

  constructor(@Inject(CONFIG) config: Pick<Config, 'section'>) {
    this.settings = config.section(signedWebhookSettings);
  }

  get enabled(): boolean {
    return this.settings !== null;
  }

  /** `ONLINE-7QD3…`: 80 random bits; the gateway behind it never sees ours. */
  newReference(): string {
    return `ONLINE-${randomToken().toUpperCase()}`;
  }

  check(): RequestSummary {
    throw new DomainError(
      'refused',
      'not_startable',
      'Payments of this provider are started at the gateway that sends the notifications',
    );
  }

  initiate(): Promise<InitiateResult> {
    return Promise.reject(
      new ProviderUnsupportedError('signed_webhook only hears of payments, it starts none'),
    );
  }

  /** A good signature is the only proof there is, so what carries none counts as forged. */
  parseWebhook(input: WebhookInput): Promise<WebhookVerdict> {
    return Promise.resolve(this.judge(input));
  }

  private judge(input: WebhookInput): WebhookVerdict {
    if (!this.settings) return { verdict: 'malformed', reason: 'SIGNED_WEBHOOK_SECRET is unset' };
    const checked = checkSignatures(input, this.settings, Date.now() / 1000);
    if (checked.proof !== 'proven') {
      const reason = checked.proof === 'absent' ? 'no signature' : 'wrong or outdated signature';
      return { verdict: 'forged', reason };
    }
    const told = translate(input.rawBody, checked.id);
    return 'event' in told ? { verdict: 'verified', event: told.event } : told;
  }
}
