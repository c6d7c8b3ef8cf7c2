import type { PayableKind } from './payable.port.js';

/**
 * Outbox topic: somebody may have to be reminded of what is owed. A payable's module plans it, and
 * whoever handles it looks whether anything is owed still. One row per payable and step.
 */
export const PAYABLE_REMINDER = 'payable.reminder';

/** Before the due date, on it, after it. */
export const REMINDER_STEPS = ['before', 'due', 'after'] as const;
export type ReminderStep = (typeof REMINDER_STEPS)[number];

export interface ReminderPayload extends Record<string, string | number> {
  kind: PayableKind;
  payableId: number;
  step: ReminderStep;
  /** `yyyy-mm-dd`, of UTC. */
  dueDate: string;
}
