import { Injectable } from '@nestjs/common';
import { Gathering, Outbox, Statements } from '../database/index.js';
import type { ProviderCode } from '../providers/index.js';
import type { Verification } from './webhook-event.entity.js';
import { topicOf } from './webhook.topics.js';

/** A row of `webhook_events` as it is first written; JSON as text. */
export interface NewEvent {
  provider: ProviderCode;
  dedupeKey: string;
  verification: Verification;
  headers: string;
  rawBody: Buffer;
  event: string;
  wireStatus: string;
  reference: string;
  gatewayTransactionId: string | null;
}

export interface StoredEventId {
  id: number;
  /** The same was stored before; its id is that of the first. */
  repeated: boolean;
}

/** In one order of their keys, so that two processes wait for each other one way only. */
const STORE = `
  WITH told AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[], $6::jsonb[],
        $7::text[], $8::text[], $9::text[], $10::text[]) WITH ORDINALITY
      AS told (provider, dedupe_key, verification, headers, raw_body, event, wire_status, reference,
        gateway_transaction_id, topic, place)
  ), fresh AS (
    INSERT INTO webhook_events (provider, dedupe_key, verification, headers, raw_body, event,
      wire_status, reference, gateway_transaction_id)
    SELECT provider, dedupe_key, verification, headers, raw_body, event, wire_status, reference,
      gateway_transaction_id FROM told ORDER BY provider, dedupe_key
    ON CONFLICT (provider, dedupe_key) DO NOTHING
    RETURNING id, uuid, provider, dedupe_key
  ), work AS (
    INSERT INTO outbox (topic, key, payload, next_at)
    SELECT told.topic, fresh.uuid::text, jsonb_build_object('eventId', fresh.id), app_now()
    FROM fresh JOIN told USING (provider, dedupe_key)
  )
  SELECT fresh.id, told.place::int FROM fresh JOIN told USING (provider, dedupe_key)`;

/**
 * Writes notifications and the work on them, each pair in one commit: neither is ever there alone.
 * Deliveries that come at the same time share the statement.
 */
@Injectable()
export class WebhookStore {
  private readonly newcomers: Gathering<NewEvent, number | null>;

  constructor(
    private readonly statements: Statements,
    private readonly outbox: Outbox,
  ) {
    this.newcomers = new Gathering({
      run: (events) => this.write(events),
      apart: ({ provider, dedupeKey }) => `${provider} ${dedupeKey}`,
    });
  }

  /** Resolves after the commit. @throws when it cannot be stored now. */
  async store(event: NewEvent): Promise<StoredEventId> {
    const id = await this.newcomers.ask(event);
    if (id === null) return { id: await this.earlier(event), repeated: true };
    this.outbox.announce(topicOf(event.verification));
    return { id, repeated: false };
  }

  /** Null for those that are there already. */
  private async write(events: NewEvent[]): Promise<(number | null)[]> {
    const rows = await this.statements.query<{ id: number; place: number }>(STORE, [
      events.map(({ provider }) => provider),
      events.map(({ dedupeKey }) => dedupeKey),
      events.map(({ verification }) => verification),
      events.map(({ headers }) => headers),
      events.map(({ rawBody }) => rawBody),
      events.map(({ event }) => event),
      events.map(({ wireStatus }) => wireStatus),
      events.map(({ reference }) => reference),
      events.map(({ gatewayTransactionId }) => gatewayTransactionId),
      events.map(({ verification }) => topicOf(verification)),
    ]);
    const ids = new Map(rows.map(({ id, place }) => [place - 1, id]));
    return events.map((_, place) => ids.get(place) ?? null);
  }

  private async earlier({ provider, dedupeKey }: NewEvent): Promise<number> {
    const [row] = await this.statements.query<{ id: number }>(
      'SELECT id FROM webhook_events WHERE provider = $1 AND dedupe_key = $2',
      [provider, dedupeKey],
    );
    if (!row) throw new Error(`an event of ${provider} was there and is gone`);
    return row.id;
  }
}
