import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { notePayment } from '../common/index.js';
import {
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
  Transactions,
} from '../database/index.js';
import { type AppliedEvent, GatewayEvents } from '../payments/index.js';
import { Providers, type WebhookEvent } from '../providers/index.js';
import { type EventStatus, fromStored, type WebhookEventRow } from './webhook-event.entity.js';
import { WEBHOOK_PROCESS } from './webhook-inbox.service.js';

const DONE: OutboxVerdict = { done: true };
/** How often a gateway that does not hand out its key is asked again, and for how long. */
const KEY_RETRY_S = 30;
const KEY_TRIES = 10;

interface Conclusion extends Partial<Omit<AppliedEvent, 'disposition' | 'reason'>> {
  status: Exclude<EventStatus, 'received'>;
  reason: string | null;
}

const STATUS = {
  applied: 'processed',
  no_change: 'ignored',
  parked: 'parked',
} as const satisfies Record<AppliedEvent['disposition'], Conclusion['status']>;

/**
 * Works on stored events. A proven one is evidence; an unsigned one makes us ask the gateway; what can
 * be neither proven nor asked about waits for a person. Concluding is conditional on `received`, so that
 * redelivered work finds nothing to do.
 */
@Injectable()
export class WebhookProcessing implements OnModuleInit {
  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly providers: Providers,
    private readonly events: GatewayEvents,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: WEBHOOK_PROCESS,
      leaseS: 60,
      handle: (row) => this.process(row),
      onParked: (row, manager, error) => this.giveUp(row, manager, error),
    });
  }

  private async process(row: OutboxRow): Promise<OutboxVerdict> {
    const rows: WebhookEventRow[] = await this.dataSource.query(
      'SELECT * FROM webhook_events WHERE id = $1',
      [row.payload['eventId']],
    );
    const event = rows[0];
    if (!event || event.status !== 'received') return DONE;
    if (event.verification !== 'verified') return this.decide(event, row.attempts);
    await this.apply(event, fromStored(event.event));
    return DONE;
  }

  /** Its key could not be had when it came, or it carries no proof: now the gateway may be asked. */
  private async decide(event: WebhookEventRow, tries: number): Promise<OutboxVerdict> {
    const provider = this.providers.get(event.provider);
    const verdict = await provider.parseWebhook?.(
      { rawBody: event.raw_body, headers: event.headers },
      { trustCachedKeyOnly: false },
    );
    if (!verdict || 'reason' in verdict) {
      await this.conclude(event, () => ({ status: 'ignored', reason: 'invalid_signature' }));
      return DONE;
    }
    if (verdict.verdict === 'verified') {
      await this.apply(event, verdict.event);
      return DONE;
    }
    if (verdict.verdict === 'undecided' && tries < KEY_TRIES) {
      return { done: false, againInS: KEY_RETRY_S };
    }
    await this.hint(event, verdict.askGateway !== false);
    return DONE;
  }

  private async apply(event: WebhookEventRow, proven: WebhookEvent): Promise<void> {
    await this.conclude(event, async (manager) => {
      const applied = await this.events.apply(manager, event.provider, proven);
      if (applied.paymentId !== null) notePayment(applied.paymentId);
      const { disposition, ...match } = applied;
      return { ...match, status: STATUS[disposition] };
    });
  }

  /** Not proven: never moves money, at most makes us ask. */
  private async hint(event: WebhookEventRow, mayAsk: boolean): Promise<void> {
    const askable = mayAsk && this.providers.get(event.provider).capabilities.statusQuery;
    await this.conclude(event, async (manager) =>
      askable && (await this.events.hint(manager, event.provider, event.reference))
        ? { status: 'processed', reason: 'asked_the_gateway' }
        : { status: 'parked', reason: `${event.verification}_signature` },
    );
  }

  private async conclude(
    event: WebhookEventRow,
    work: (manager: EntityManager) => Conclusion | Promise<Conclusion>,
  ): Promise<void> {
    await this.transactions.run(async (manager) => {
      const open: unknown[] = await manager.query(
        `SELECT 1 FROM webhook_events WHERE id = $1 AND status = 'received' FOR UPDATE`,
        [event.id],
      );
      if (open.length === 0) return;
      await this.write(manager, event.id, await work(manager), null);
    });
  }

  private async giveUp(row: OutboxRow, manager: EntityManager, error: string): Promise<void> {
    const conclusion = { status: 'parked', reason: 'processing_failed' } as const;
    await this.write(manager, Number(row.payload['eventId']), conclusion, error);
  }

  private async write(
    manager: EntityManager,
    id: number,
    conclusion: Conclusion,
    error: string | null,
  ): Promise<void> {
    await manager.query(
      `UPDATE webhook_events SET status = $2, reason = $3, transaction_id = coalesce($4, transaction_id),
         payment_id = coalesce($5, payment_id), account_id = coalesce($6, account_id),
         last_error = $7, processed_at = now()
       WHERE id = $1 AND status = 'received'`,
      [
        id,
        conclusion.status,
        conclusion.reason,
        conclusion.transactionId ?? null,
        conclusion.paymentId ?? null,
        conclusion.accountId ?? null,
        error,
      ],
    );
  }
}
