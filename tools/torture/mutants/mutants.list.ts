import {
  failOnce,
  forge,
  loseAnswer,
  losePage,
  takeLess,
  tellWhileBlocked,
} from './acts/gateway.acts.js';
import {
  askTwice,
  decline,
  lookFromOutside,
  payBack,
  payBackTwice,
  payByPhone,
} from './acts/paying.acts.js';
import type { Act, Mutant } from './mutant.types.js';

/** Everything that is played for some mutant: what the product as it is must pass. */
export const ALL_ACTS: readonly Act[] = [
  payByPhone,
  decline,
  askTwice,
  lookFromOutside,
  payBack,
  payBackTwice,
  takeLess,
  tellWhileBlocked,
  failOnce,
  forge,
  loseAnswer,
  losePage,
];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'acknowledge-before-storing',
    bug: 'a notification is acknowledged before it is stored',
    patches: [
      {
        file: 'webhooks/webhook-inbox.service.js',
        find: 'const stored = await this.store(code, verdict.verdict, verdict.event, input);',
        replace: `this.store(code, verdict.verdict, verdict.event, input).catch(() => undefined);
        const stored = { id: 0, repeated: false };`,
      },
    ],
    acts: [tellWhileBlocked],
    caughtBy: ['acknowledged-webhooks'],
  },
  {
    name: 'no-deduplication',
    bug: 'a repeated notification is taken for a new one',
    patches: [
      {
        file: 'webhooks/storable.text.js',
        find: 'if (text === key && text.length <= LONGEST) return text;',
        replace: 'return `${text.slice(0, 100)} ${Math.random()}`;',
      },
    ],
    acts: [payByPhone],
    caughtBy: ['webhooks-once'],
  },
  {
    name: 'no-amount-check',
    bug: 'what the gateway took is not compared with what was asked for',
    patches: [
      {
        file: 'payments/settlement/paid.settlement.js',
        find: `return 'amount_mismatch';`,
        replace: 'void 0;',
      },
    ],
    acts: [takeLess],
    caughtBy: ['money-taken', 'completed-with-money'],
  },
  {
    name: 'new-reference-on-retry',
    bug: 'an order whose outcome is unknown is sent again under another reference',
    patches: [
      {
        file: 'payments/attempts/attempt-steps.service.js',
        find: 'provider.initiate(requestOf(attempt, this.config.publicUrl))',
        replace:
          'provider.initiate({ ...requestOf(attempt, this.config.publicUrl), reference: `${attempt.reference}-2` })',
      },
    ],
    acts: [losePage],
    caughtBy: ['gateway-orders-known'],
  },
  {
    name: 'no-account-filter',
    bug: 'payments are found without looking whose account they belong to',
    patches: [
      {
        file: 'payments/payment-reader.service.js',
        find: `sql: 'p.account_id = ?',`,
        replace: `sql: '?::int IS NOT NULL',`,
      },
      {
        file: 'payments/payment-reader.service.js',
        find: 'payment.account_id !== caller.accountId || ',
        replace: '',
      },
    ],
    acts: [lookFromOutside],
    caughtBy: ['own-account-only'],
  },
  {
    name: 'done-outside-the-transaction',
    bug: 'work is marked as done in another transaction than its effect',
    patches: [
      {
        file: 'queues/outbox-runner.service.js',
        find: `'taken';
                    await handler.handle(`,
        replace: `'taken';
                    const apart = (own) => this.transactions.run((other) => handler.handle(own, other))
                      .catch(() => undefined);
                    await apart(`,
      },
      {
        file: 'queues/outbox-runner.service.js',
        find: 'const verdict = await holding(',
        replace: 'await this.rows.finishLeased(row); const verdict = await holding(',
      },
    ],
    acts: [failOnce],
    caughtBy: ['next-steps'],
  },
  {
    name: 'idempotency-ignored',
    bug: 'a key that was claimed is claimed again',
    patches: [
      {
        file: 'http/idempotency/claims.service.js',
        find: 'async take(subject) {',
        replace: 'async take(asked) { const subject = { ...asked, key: `${Math.random()}` };',
      },
    ],
    acts: [askTwice],
    caughtBy: ['acknowledged-creates', 'idempotent-answers'],
  },
  {
    name: 'refund-not-posted',
    bug: 'money that goes back is not in the ledger',
    patches: [
      {
        file: 'payments/settlement/refund.settlement.js',
        find: 'await this.ledger.post(manager, {',
        replace: 'void ({',
      },
    ],
    acts: [payBack],
    caughtBy: ['journals-of-facts', 'balances'],
  },
  {
    name: 'signature-not-compared',
    bug: 'a signature is read, not verified',
    patches: [
      {
        file: 'providers/azampay/azampay.webhook.js',
        find: 'if (!signature) return false;',
        replace: 'return signature !== null;',
      },
    ],
    acts: [forge],
    caughtBy: ['completed-with-money', 'forged-webhooks'],
  },
  {
    name: 'refund-not-counted',
    bug: 'what was promised back is not counted against what was paid',
    patches: [
      {
        file: 'payments/refunds/refund-requests.service.js',
        find: 'refunding_minor = refunding_minor + $2',
        replace: 'refunding_minor = refunding_minor + 0 * $2::bigint',
      },
    ],
    acts: [payBackTwice],
    caughtBy: ['refunds-within-payment'],
  },
  {
    name: 'unknown-is-failed',
    bug: 'a gateway that did not answer is taken to have refused',
    patches: [
      {
        file: 'payments/attempts/gateway-call.service.js',
        find: `outcome: 'unknown',
                why: error instanceof Error`,
        replace: `outcome: 'declined', code: 'no_answer',
                message: error instanceof Error`,
      },
    ],
    acts: [loseAnswer],
    caughtBy: ['failed-for-good'],
  },
  {
    name: 'wrong-previous-hash',
    bug: 'some seals are made of another hash than the one before, which they name',
    patches: [
      {
        file: 'audits/chain/audit-sealer.service.js',
        // The database refuses a seal that names another; what it is made of, only a checker can tell.
        find: 'hash = sealHash({',
        replace: `hash = sealHash(seq % 5n === 0n ? { seq, prevHash: [...prevHash].reverse().join(''), sealedAt } : {`,
      },
    ],
    acts: [payByPhone],
    caughtBy: ['audit-chain'],
  },
  {
    name: 'float-money',
    bug: 'amounts are reckoned in floating point',
    patches: [
      {
        file: 'common/money.js',
        find: `const minor = BigInt(digits || '0');`,
        replace: 'const minor = BigInt(Math.trunc(Number(text) * 10 ** currency.exponent));',
      },
    ],
    acts: [askTwice],
    caughtBy: ['acknowledged-creates'],
  },
  {
    name: 'nobody-is-told',
    bug: 'a completed payment leaves no work to confirm it',
    patches: [
      {
        file: 'payments/settlement/paid.settlement.js',
        find: 'topic: PAYMENT_COMPLETED,',
        replace: `topic: 'payment.forgotten',`,
      },
    ],
    acts: [payByPhone],
    caughtBy: ['confirmation-mails'],
  },
];

/** The product as it is: the same acts must leave nothing to find, and every judgement something to see. */
export const CONTROL: Mutant = {
  name: 'control',
  bug: 'none',
  patches: [],
  acts: ALL_ACTS,
  caughtBy: [...new Set(MUTANTS.flatMap(({ caughtBy }) => caughtBy))],
};
