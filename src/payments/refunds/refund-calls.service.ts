import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/index.js';
import {
  type ProviderCode,
  ProviderMisconfiguredError,
  Providers,
  ProviderUnavailableError,
  ProviderUnsupportedError,
  type RefundRequest,
  type RefundResult,
  type RefundStatus,
} from '../../providers/index.js';
import type { RefundRow } from './refund.entity.js';

/** `unknown`: perhaps carried out. `not_sent`: surely not. */
export type RefundAnswer =
  RefundResult | { outcome: 'unknown'; why: string } | { outcome: 'not_sent'; why: string };

/** Calls of gateways about refunds. None is made inside a transaction. */
@Injectable()
export class RefundCalls {
  private readonly logger = new Logger(RefundCalls.name);

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'gateway'>,
    private readonly providers: Providers,
  ) {}

  /** Seconds after which a call is over, one way or another, also one whose process died. */
  get endInS(): number {
    return Math.ceil(this.config.gateway.totalTimeoutMs / 1000) + 10;
  }

  async send(code: ProviderCode, request: RefundRequest): Promise<RefundAnswer> {
    const provider = this.providers.get(code);
    try {
      if (!provider.refund) throw new ProviderUnsupportedError(`${code} cannot refund`);
      return await provider.refund(request);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const surelyNot =
        error instanceof ProviderUnavailableError ||
        error instanceof ProviderMisconfiguredError ||
        error instanceof ProviderUnsupportedError;
      return { outcome: surelyNot ? 'not_sent' : 'unknown', why };
    }
  }

  /** How a refund stands that was sent before, if need be by sending it again where that cannot pay twice. */
  async ask(
    refund: RefundRow,
    request: RefundRequest,
  ): Promise<RefundStatus | 'no_answer' | 'nobody_to_ask'> {
    const provider = this.providers.get(refund.provider);
    try {
      if (provider.fetchRefundStatus) {
        const view = { ...request, gatewayRefundId: refund.gateway_refund_id };
        const said = await provider.fetchRefundStatus(view);
        if (said.state !== 'not_found') return said;
      }
    } catch (error) {
      this.logger.warn(`refund ${refund.id}: status query failed: ${String(error)}`);
      return error instanceof ProviderUnsupportedError ? 'nobody_to_ask' : 'no_answer';
    }
    if (refund.gateway_refund_id !== null || !provider.capabilities.repeatSafe.refund) {
      return 'nobody_to_ask';
    }
    const again = await this.send(refund.provider, request);
    return again.outcome === 'accepted' ? again : 'no_answer';
  }
}
