import { actorOf, Money, randomToken, SYSTEM } from '../../src/common/index.js';
import type { WebhookEvent } from '../../src/providers/index.js';
import { at, type Kind, type Paper, TOTAL } from './side-effects.paper.js';
import { CURRENCY, money, type SideEffectsRoom, type World } from './side-effects.room.js';
import { type Disposition, payments, transfers } from './side-effects.rules.js';
import type { Row, Rows } from './side-effects.view.js';

/** Where an act takes place: the product, one world in it, and what lies there before the act. */
export interface Scene {
  room: SideEffectsRoom;
  world: World;
  rows: Rows;
}

export interface Act {
  kinds?: readonly Kind[];
  /** What it can be done to; nothing: it is done to the payable. */
  targets?: (paper: Paper) => number[];
  /** Amounts worth trying. */
  amounts?: readonly number[];
  onPaper(paper: Paper, target: number, amount: number, world: Pick<World, 'drawer'>): Disposition;
  really(scene: Scene, target: number, amount: number): Promise<unknown>;
}

export const every = (list: readonly unknown[]): number[] => list.map((_, index) => index);
export const where = <T>(list: readonly T[], is: (one: T) => boolean): number[] =>
  every(list).filter((index) => is(at(list, index)));
export const idOf = (rows: readonly Row[], index: number): { id: number } => ({
  id: at(rows, index).id,
});
export const ALL = 0;
export const HALF = TOTAL / 2;
export const WHOLE_OR_PART = [ALL, HALF];
export const orNull = (amount: number): number | null => (amount === ALL ? null : amount);
export const textOrNull = (amount: number): string | null =>
  amount === ALL ? null : money(amount);
export const till = ({ drawer: id }: Pick<World, 'drawer'>): string => `drawer:${id}`;
export const byPayer = (paper: Paper): number[] =>
  where(paper.attempts, ({ via }) => via === 'stripe');
const own = (paper: Paper): number[] => where(paper.payments, ({ elsewhere }) => !elsewhere);

/** What the gateway notifies of one attempt; answers what became of it. */
export function notify(
  { room }: Scene,
  attempt: Row,
  said: Partial<WebhookEvent> & Pick<WebhookEvent, 'state'>,
): Promise<string> {
  const event: WebhookEvent = {
    reference: String(attempt['reference']),
    dedupeKey: randomToken(),
    gatewayTransactionId: `pi_${String(attempt.id)}`,
    amount: Money.ofMinor(BigInt(String(attempt['amount_minor'])), CURRENCY),
    failure: null,
    wireStatus: said.state,
    ...said,
  };
  return room.transactions.run(
    async (manager) => (await room.events.apply(manager, 'stripe', event)).disposition,
  );
}

const partOf = (paper: Paper, target: number, amount: number): number =>
  amount === ALL ? at(paper.payments, target).amount : amount;

export const paying: Record<string, Act> = {
  announce: {
    amounts: [TOTAL, HALF, 3_000],
    onPaper: (paper, _, amount) => payments.announce(paper, amount),
    really: ({ room, world }, _, amount) => {
      const payable = { kind: world.kind, id: { id: world.id } };
      const wanted = { payable, amount: money(amount), method: 'online' as const };
      return room.creation.create(world.customer, { ...wanted, network: null, notes: '' }, null);
    },
  },
  prompt: {
    targets: own,
    onPaper: payments.prompt,
    really: async ({ room, world, rows }, target) => {
      const payment = at(rows.payments, target);
      const actor = actorOf(world.customer);
      const order = {
        actor,
        claimId: null,
        provider: room.providers.get('stripe'),
        network: null,
        phone: () => null,
      };
      await room.transactions.run(async (manager) => {
        const opened = await room.attempts.open(manager, payment as never, order);
        await room.attempts.markSent(manager, opened, actor);
      });
    },
  },
  evidence: {
    targets: byPayer,
    onPaper: payments.evidence,
    really: (scene, target) => notify(scene, at(scene.rows.attempts, target), { state: 'paid' }),
  },
  fail: {
    targets: byPayer,
    onPaper: payments.fail,
    really: (scene, target) => notify(scene, at(scene.rows.attempts, target), { state: 'failed' }),
  },
  expire: {
    targets: byPayer,
    onPaper: payments.expire,
    really: (scene, target) => notify(scene, at(scene.rows.attempts, target), { state: 'expired' }),
  },
  cancelPayment: {
    targets: own,
    onPaper: payments.cancel,
    really: ({ room, world, rows }, target) =>
      room.endings.cancel(world.staff, at(rows.payments, target) as never),
  },
  payCash: {
    amounts: WHOLE_OR_PART,
    onPaper: (paper, _, amount, world) => payments.cash(paper, orNull(amount), till(world)),
    really: async ({ room, world }, _, amount) => {
      const payable = await room.payables.get(world.kind).find({ id: world.id });
      if (!payable) throw new Error('the payable is gone');
      await room.cash.start({
        actor: actorOf(world.staff),
        caller: world.staff,
        amountMinor: amount === ALL ? null : BigInt(amount),
        provider: room.providers.get('cash'),
        payable,
        method: 'cash',
        network: null,
        phone: null,
        payer: { name: null, email: null },
        returnUrl: null,
        claimId: null,
      });
    },
  },
  chargeback: {
    amounts: WHOLE_OR_PART,
    // Nothing charges back a payment whose refund is promised, or that nobody has made.
    targets: (paper) => where(paper.payments, (one) => one.via !== null && one.refunding === 0),
    onPaper: (paper, target, amount) =>
      payments.chargeback(paper, target, partOf(paper, target, amount)),
    really: ({ room, rows }, target, amount) => {
      const payment = at(rows.payments, target);
      const minor = amount === ALL ? String(payment['amount_minor']) : amount;
      return room.transactions.run((manager) =>
        room.settlement.settle(manager, {
          kind: 'reversed',
          of: 'payment',
          paymentId: payment.id,
          sourceId: randomToken(),
          provider: payment['provider'] as never,
          amountMinor: BigInt(minor),
          reason: 'the bank took it back',
          actor: SYSTEM,
        }),
      );
    },
  },
};

export const transferring: Record<string, Act> = {
  submit: {
    kinds: ['invoice'],
    amounts: WHOLE_OR_PART,
    onPaper: (paper, _, amount) => transfers.submit(paper, orNull(amount)),
    really: ({ room, world }, _, amount) =>
      room.submissions.submit(
        world.customer,
        {
          invoice: { id: world.id },
          method: 'bank_transfer',
          methodId: null,
          reference: `FT-${randomToken()}`,
          referenceField: 'transaction_reference',
          amount: textOrNull(amount),
          valueDate: null,
          payerName: null,
          payerAccount: null,
          notes: '',
          confirmDuplicate: false,
          resubmissionOf: null,
        },
        null,
      ),
  },
  approve: {
    kinds: ['invoice'],
    amounts: [ALL, TOTAL + 2_000],
    targets: manual,
    onPaper: (paper, target, amount) =>
      transfers.approve(paper, target, partOf(paper, target, amount)),
    really: ({ room, world, rows }, target, amount) => {
      const payment = at(rows.payments, target);
      const version = Number(payment['version']);
      const receivedAmount = textOrNull(amount);
      const wanted = { version, receivedAmount, confirmDuplicate: false, reason: null };
      return room.reviews.approve(world.staff, payment, wanted, null);
    },
  },
  reject: {
    kinds: ['invoice'],
    targets: manual,
    onPaper: transfers.reject,
    really: ({ room, world, rows }, target) => {
      const payment = at(rows.payments, target);
      const why = { code: 'not_received' as const, reason: 'never came' };
      const version = Number(payment['version']);
      return room.reviews.reject(world.staff, payment, { version, ...why });
    },
  },
  proposeReversal: {
    kinds: ['invoice'],
    targets: manual,
    onPaper: transfers.propose,
    really: ({ room, world, rows }, target) =>
      room.reversals.propose(
        world.staff,
        idOf(rows.payments, target),
        { reason: 'recalled' },
        null,
      ),
  },
  confirmReversal: {
    kinds: ['invoice'],
    targets: (paper) => every(paper.reversals),
    onPaper: transfers.confirm,
    really: ({ room, rows }, target) =>
      room.reversals.confirm(room.staff2, idOf(rows.reversals, target), null),
  },
};

/** Transfers that somebody submitted; money that was moved here is not one. */
function manual(paper: Paper): number[] {
  return where(paper.payments, ({ isTransfer }) => isTransfer);
}
