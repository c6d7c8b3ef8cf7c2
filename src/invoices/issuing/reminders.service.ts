import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../config/index.js';
import { Outbox } from '../../database/index.js';
import { PAYABLE_REMINDER, type ReminderPayload, type ReminderStep } from '../../payments/index.js';

/** Reminders go out at this hour of the day, UTC. */
const HOUR = 8;

/** Plans the e-mails that remind of an invoice; whether one is still needed is seen when it is due. */
@Injectable()
export class Reminders {
  constructor(
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Pick<Config, 'invoices'>,
  ) {}

  /** One row per step, none for a step whose time is over. */
  async plan(manager: EntityManager, invoiceId: number, dueDate: string): Promise<void> {
    const { remindBeforeDays, remindAfterDays } = this.config.invoices;
    const steps: [ReminderStep, number][] = [
      ['before', -remindBeforeDays],
      ['due', 0],
      ['after', remindAfterDays],
    ];
    const planned: { step: ReminderStep; delay_s: number }[] = await manager.query(
      `SELECT step, delay_s FROM (
         SELECT step, days,
           extract(epoch FROM ($3::date + days + make_interval(hours => $4)) AT TIME ZONE 'UTC'
             - app_now())::float8 AS delay_s
         FROM unnest($1::text[], $2::int[]) AS steps (step, days)
       ) AS planned
       WHERE delay_s > 0 AND (days <> 0 OR step = 'due')`,
      [steps.map(([step]) => step), steps.map(([, days]) => days), dueDate, HOUR],
    );
    for (const { step, delay_s: delayS } of planned) {
      await this.outbox.add(manager, {
        topic: PAYABLE_REMINDER,
        key: `invoice:${invoiceId}:${step}`,
        payload: { kind: 'invoice', payableId: invoiceId, step, dueDate } satisfies ReminderPayload,
        delayS,
      });
    }
  }
}
