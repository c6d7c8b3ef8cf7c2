import type { RunFolder } from '../support/run-folder.js';
import { AMOUNT, soundRun } from '../support/sound-run.js';

/** A flaw, what plants it, and the judgements that must find it, and no others. */
type Flaw = [symptom: string, plant: (run: RunFolder) => void, found: string[]];

const HALF = String(AMOUNT / 2);

const CREATIONS: Flaw[] = [
  [
    'a payment that was acknowledged is lost',
    (run) => {
      run.tables.payments = run.tables.payments.filter((row) => row['id'] !== '8');
      run.tables.payment_transactions = run.tables.payment_transactions.filter(
        (row) => row['payment_id'] !== '8',
      );
    },
    ['acknowledged-creates', 'gateway-orders-known'],
  ],
  [
    'a payment is over another amount than was acknowledged',
    (run) => void (run.row('payments', 8)['amount_minor'] = '1'),
    ['acknowledged-creates'],
  ],
  [
    'one key made two payments, both acknowledged',
    (run) => {
      twin(run);
      acknowledge(run, 9, { key: 'key-8' });
    },
    ['acknowledged-creates', 'idempotent-answers'],
  ],
  [
    'a second payment of a retried key, which no answer names',
    (run) => twin(run),
    ['payments-asked-for'],
  ],
  [
    'a replay differs by a byte',
    (run) => acknowledge(run, 1, { key: 'key-1', bytes: 'other' }),
    ['idempotent-answers'],
  ],
  [
    'somebody of another account is shown a payment',
    (run) => run.call('read', { account: 2, request: { payment: 8 }, answer: { id: 8 } }),
    ['own-account-only'],
  ],
];

const MONEY: Flaw[] = [
  [
    'money was taken for an attempt that is failed, and nobody is told',
    (run) => void (order(run, 'REF-8')['status'] = 'approved'),
    ['money-taken', 'failed-for-good'],
  ],
  [
    'money was taken under a reference that nobody knows',
    (run) => run.gateway.push({ ...order(run, 'REF-1'), id: 'prm-new', reference: 'REF-NEW' }),
    ['money-taken', 'gateway-orders-known', 'acknowledged-webhooks'],
  ],
  [
    'money was taken twice under one reference',
    (run) => run.gateway.push({ ...order(run, 'REF-1'), id: 'prm-again' }),
    ['money-taken', 'gateway-orders-known'],
  ],
  [
    'less was taken than is counted',
    (run) => void (order(run, 'REF-1')['amount'] = '1.00'),
    ['money-taken', 'completed-with-money'],
  ],
  [
    'a payment was completed by a notification that nobody sent',
    (run) => void (order(run, 'REF-1')['status'] = 'declined'),
    ['completed-with-money'],
  ],
  [
    'a transfer counts that nobody approved',
    (run) => run.tables.manual_payment_reviews.pop(),
    ['completed-with-money'],
  ],
  [
    'cash counts that no drawer has',
    (run) => {
      run.tables.cash_events.length = 0;
      run.row('cash_session_currencies', 1)['balance_minor'] = '0';
    },
    ['completed-with-money', 'cash-taken'],
  ],
  [
    'a second payment of one attempt is not set apart',
    (run) => void (run.row('payment_transactions', 5)['overpayment'] = 'f'),
    ['paid-once', 'balances'],
  ],
  [
    'an attempt was called failed while its prompt waits',
    (run) => void (order(run, 'REF-8')['status'] = 'pending'),
    ['failed-for-good'],
  ],
];

const WEBHOOKS: Flaw[] = [
  [
    'a forged notification was taken',
    (run) => {
      run.call('webhook', {
        request: { provider: 'azampay', kind: 'forged', reference: 'REF-8', outcome: 'failure' },
      });
    },
    ['forged-webhooks'],
  ],
  [
    'an acknowledged notification is lost',
    (run) => run.tables.webhook_events.shift(),
    ['acknowledged-webhooks'],
  ],
  [
    'a repeated notification is a second event',
    (run) => {
      const [event] = run.tables.webhook_events;
      run.tables.webhook_events.push({ ...event, id: '99', dedupe_key: 'random' });
    },
    ['webhooks-once'],
  ],
];

const REFUNDS: Flaw[] = [
  [
    'a gateway paid back twice for one refund',
    (run) => run.gateway.push({ ...refundOf(run), id: 're-again' }),
    ['gateway-refunds'],
  ],
  [
    'a refund is completed that no gateway knows',
    (run) => void run.gateway.splice(run.gateway.indexOf(refundOf(run)), 1),
    ['gateway-refunds'],
  ],
  [
    'refunds promise more than was paid',
    (run) => {
      run.add('refunds', {
        payment_id: 4,
        reference: 'rf-more',
        amount_minor: AMOUNT,
        status: 'needs_attention',
      });
      run.row('payments', 4)['refunding_minor'] = String(AMOUNT);
      run.audit('refund', '2', 'refund.requested', { status: 'needs_attention' });
      run.seal();
    },
    ['refunds-within-payment'],
  ],
  [
    'an acknowledged refund is over another amount',
    (run) => {
      run.call('refund', { request: { payment: 4 }, answer: { id: 1, amount: '1.00' } });
    },
    ['acknowledged-refunds'],
  ],
];

const STATES: Flaw[] = [
  [
    'a completed attempt failed afterwards',
    (run) => {
      run.audit('transaction', '1', 'transaction.expired', { status: ['completed', 'expired'] });
      run.audit('transaction', '1', 'transaction.again', { status: ['expired', 'completed'] });
      run.seal();
    },
    ['transitions'],
  ],
  [
    'a payment was shown at an older version than before',
    (run) =>
      run.call('read', { request: { payment: 1 }, answer: { status: 'pending', version: 1 } }),
    ['observed-states'],
  ],
  [
    'a job is long overdue',
    (run) => void (lookAfter(run)['next_at'] = '2026-11-21 10:00:30+00'),
    ['next-steps'],
  ],
  [
    'nobody looks after an open attempt',
    (run) => void (lookAfter(run)['done_at'] = '2026-11-21 10:01:30+00'),
    ['next-steps'],
  ],
  ['the drain took too long', (run) => void (run.run['drainMs'] = 31_000), ['drained']],
  ['what can be final was so too late', (run) => void (run.run['finalMs'] = 31_000), ['drained']],
  ['something never was final', (run) => void (run.run['finalMs'] = null), ['drained']],
  [
    'a step that the trail does not tell of',
    (run) => void (run.row('payments', 3)['status'] = 'processing'),
    ['transitions', 'next-steps'],
  ],
];

const BOOKS: Flaw[] = [
  [
    'a journal does not balance',
    (run) => void (run.row('ledger_postings', 1)['amount_minor'] = '1'),
    ['journals-balance', 'balances'],
  ],
  [
    'a refund is not in the ledger',
    (run) => {
      const lost = run.tables.ledger_journals.find((row) => row['source_type'] === 'refund');
      run.tables.ledger_journals = run.tables.ledger_journals.filter((row) => row !== lost);
      run.tables.ledger_postings = run.tables.ledger_postings.filter(
        (row) => row['journal_id'] !== lost?.['id'],
      );
    },
    ['journals-of-facts', 'balances'],
  ],
  [
    'a journal stands on the wrong account',
    (run) => {
      const [first, second] = run.tables.ledger_postings;
      if (first && second) first['ledger_account_id'] = second['ledger_account_id'] ?? null;
    },
    ['balances'],
  ],
  [
    'a booking says that more was paid',
    (run) => void (run.row('bookings', 4)['paid_minor'] = String(AMOUNT)),
    ['payables-paid'],
  ],
  [
    'an overpayment is not in the queue',
    (run) => run.tables.unallocated_receipts.pop(),
    ['money-taken', 'unallocated-queue'],
  ],
  [
    'what was paid back to somebody is not written down',
    (run) => run.tables.unallocated_acts.pop(),
    ['balances', 'unallocated-queue', 'acknowledged-acts'],
  ],
  [
    'the queue’s money was paid back twice for one wish',
    (run) => {
      run.add('unallocated_acts', { ...run.row('unallocated_acts', 1), id: 2, status: 'waiting' });
      run.row('unallocated_receipts', 1)['left_minor'] = '0';
    },
    ['acknowledged-acts'],
  ],
  [
    'an act is over another amount than was acknowledged',
    (run) => void (run.row('unallocated_acts', 1)['amount_minor'] = '1'),
    ['balances', 'unallocated-queue', 'acknowledged-acts'],
  ],
  [
    'an act that was confirmed waits again',
    (run) => void (run.row('unallocated_acts', 1)['status'] = 'waiting'),
    ['balances', 'acknowledged-acts'],
  ],
  [
    'a paid invoice was not credited',
    (run) => void (run.row('credit_entries', 1)['payment_id'] = null),
    ['credits'],
  ],
  [
    'goods are held back for nobody',
    (run) => void (run.row('products', 1)['reserved'] = '3'),
    ['stock'],
  ],
  [
    'a drawer holds other than its events say',
    (run) => void (run.row('cash_session_currencies', 1)['balance_minor'] = HALF),
    ['drawer-sums'],
  ],
  [
    'collected cash is in no drawer twice over',
    (run) => run.call('collect', { request: { payment: 8 }, answer: { id: 8 } }),
    ['cash-taken'],
  ],
];

const TRAIL: Flaw[] = [
  [
    'an audit entry was changed after it was sealed',
    (run) => void (run.row('audit_entries', 1)['actor_label'] = 'somebody else'),
    ['audit-chain'],
  ],
  [
    'a seal follows another than the last one',
    (run) => void (run.row('audit_seals', 3)['prev_hash'] = `\\x${'ab'.repeat(32)}`),
    ['audit-chain'],
  ],
  ['an entry was never sealed', (run) => run.tables.audit_seals.pop(), ['audit-chain']],
  [
    'a payment was made without an entry',
    (run) => {
      run.tables.audit_entries = run.tables.audit_entries.filter(
        (row) => row['action'] !== 'payment.created' || row['object_id'] !== '3',
      );
      run.seal();
    },
    ['audit-entries'],
  ],
  ['a payer was not told', (run) => run.tables.sent_mails.shift(), ['confirmation-mails']],
  ['no job tells of a paid payment', (run) => run.tables.outbox.shift(), ['confirmation-mails']],
  [
    'somebody approved a refund of their own',
    (run) => void (run.row('refunds', 1)['decided_by'] = '6'),
    ['second-persons'],
  ],
  [
    'the payer approved the transfer',
    (run) => void (run.row('manual_payment_reviews', 1)['actor_id'] = '1'),
    ['second-persons'],
  ],
  [
    'a number is missing',
    (run) => void (run.row('invoices', 6)['number_seq'] = '2'),
    ['numbers-without-gaps'],
  ],
  [
    'a Z report was changed',
    (run) => void (run.row('cash_z_reports', 1)['content'] = '{"session":3}'),
    ['sealed-papers'],
  ],
];

describe('the judge of a run', () => {
  it('finds nothing wrong with a sound run, and looks at everything in it', async () => {
    const verdict = await soundRun().judge();
    expect(verdict.problems).toEqual([]);
    expect(verdict.counts.filter(({ tried }) => tried === 0)).toEqual([]);
  });

  it.each([...CREATIONS, ...MONEY, ...WEBHOOKS, ...REFUNDS, ...STATES, ...BOOKS, ...TRAIL])(
    'finds that %s',
    async (_, plant, found) => {
      const run = soundRun();
      plant(run);
      const { problems, counts } = await run.judge();
      const names = new Set(problems.map((problem) => problem.split(':')[0]));
      expect({ names: [...names], problems }).toEqual({ names: found, problems });
      expect(counts.filter(({ failures }) => failures > 0).map(({ what }) => what)).toEqual(found);
    },
  );

  it('plants a flaw for each judgement', async () => {
    const { counts } = await soundRun().judge();
    const planted = new Set(
      [CREATIONS, MONEY, WEBHOOKS, REFUNDS, STATES, BOOKS, TRAIL]
        .flat()
        .flatMap(([, , found]) => found),
    );
    expect(counts.map(({ what }) => what).filter((name) => !planted.has(name))).toEqual([]);
  });
});

/** Makes the same payment as 8 once more. */
function twin(run: RunFolder): void {
  run.tables.payments.push({ ...run.row('payments', 8), id: '9', status: 'pending' });
  run.audit('payment', '9', 'payment.created');
  run.seal();
}

function acknowledge(run: RunFolder, id: number, end: { key: string; bytes?: string }): void {
  const { payable_id } = run.row('payments', id);
  run.call('create', {
    ...end,
    account: 1,
    request: { booking: Number(payable_id), amount: '50000.00' },
    answer: { id, amount: '50000.00', currency: 'TZS', payable_kind: 'booking', payable_id: id },
  });
}

function order(run: RunFolder, reference: string): Record<string, unknown> {
  return line(run, (one) => one['reference'] === reference);
}

function refundOf(run: RunFolder): Record<string, unknown> {
  return line(run, ({ kind }) => kind === 'refund');
}

function line(
  run: RunFolder,
  wanted: (one: Record<string, unknown>) => boolean,
): Record<string, unknown> {
  const found = run.gateway.find(wanted);
  if (!found) throw new Error('the gateway has no such line');
  return found;
}

/** The job that looks after the open attempt. */
function lookAfter(run: RunFolder): Record<string, string | null> {
  const job = run.tables.outbox.find((row) => row['topic'] === 'attempt.check');
  if (!job) throw new Error('there is no such job');
  return job;
}
