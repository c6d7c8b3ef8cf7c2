import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DomainError } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { gatewaySettings } from './gateways.js';
import { type PaymentProvider, PROVIDER_IDS } from './port/provider.port.js';
import { Gateway } from './gateway.decorator.js';
import { falseClaims } from './provider.claims.js';

/** All gateways of this build, found by their decorator and checked when the application starts. */
@Injectable()
export class Providers implements OnModuleInit {
  private byCode: ReadonlyMap<string, PaymentProvider> | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(CONFIG) private readonly config: Pick<Config, 'section'>,
  ) {}

  /** @throws Error that lists everything wrong with the adapters, so that the boot stops. */
  onModuleInit(): void {
    this.load();
  }

  /**
   * The gateway behind a code, enabled or not: late news of a gateway switched off since is still read.
   * @throws DomainError `unknown_provider`.
   */
  get(code: string): PaymentProvider {
    const provider = this.load().get(code);
    if (provider) return provider;
    throw new DomainError('invalid', 'unknown_provider', `Payment provider ${code} is not known`, {
      errors: {
        provider: [
          `must be one of ${this.enabled()
            .map((p) => p.code)
            .join(', ')}`,
        ],
      },
    });
  }

  /** The gateways that have their settings, in the order of their integer ids. */
  enabled(): PaymentProvider[] {
    return this.all().filter((provider) => provider.enabled);
  }

  all(): PaymentProvider[] {
    return [...this.load().values()];
  }

  private load(): ReadonlyMap<string, PaymentProvider> {
    this.byCode ??= indexByCode(this.discovered(), (provider) => this.lacksSettings(provider));
    return this.byCode;
  }

  private discovered(): PaymentProvider[] {
    return this.discovery
      .getProviders({ metadataKey: Gateway.KEY })
      .map((wrapper) => wrapper.instance as PaymentProvider);
  }

  /** Tenders such as cash talk to nobody and need none. */
  private lacksSettings(provider: PaymentProvider): boolean {
    if (provider.capabilities.flow === 'none') return false;
    const section = gatewaySettings.find(({ key }) => key === provider.code);
    return !section || this.config.section(section) === null;
  }
}

/** @throws Error naming every duplicate, false claim and gateway without settings. */
export function indexByCode(
  providers: readonly PaymentProvider[],
  lacksSettings: (provider: PaymentProvider) => boolean,
): ReadonlyMap<string, PaymentProvider> {
  const byCode = new Map<string, PaymentProvider>();
  const problems: string[] = [];
  for (const provider of providers) {
    const { code } = provider;
    if (byCode.has(code)) problems.push(`gateway ${code} has two adapters: keep one`);
    if (provider.enabled && lacksSettings(provider)) {
      problems.push(
        `gateway ${code} is enabled without settings: declare them in gateways.ts under the key "${code}"`,
      );
    }
    problems.push(...falseClaims(provider));
    byCode.set(code, provider);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return new Map([...byCode].sort(([, a], [, b]) => PROVIDER_IDS[a.code] - PROVIDER_IDS[b.code]));
}
