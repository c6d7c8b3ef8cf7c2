import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../http/index.js';

/**
 * - `sent`: somebody took it over. `repeated`: it had gone out before, nothing was sent.
 * - `no_address`: nobody to send it to. `not_configured`: neither a mail server nor a sandbox.
 * - `failed`: one try failed. `given_up`: the last one did.
 */
export type MailOutcome =
  'sent' | 'repeated' | 'no_address' | 'not_configured' | 'failed' | 'given_up';

@Injectable()
export class MailMetrics {
  private readonly mails: Counter<'kind' | 'outcome'>;

  constructor(metrics: Metrics) {
    this.mails = metrics.counter('mails_total', 'E-mails by what became of them', [
      'kind',
      'outcome',
    ] as const);
  }

  count(kind: string, outcome: MailOutcome): void {
    this.mails.inc({ kind, outcome });
  }
}
