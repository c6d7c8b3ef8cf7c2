import { Money, randomToken, SYSTEM } from '../../src/common/index.js';
import { ORDER_UNPAID } from '../../src/orders/placing/unpaid-orders.service.js';
import { drawer, ends } from './side-effects.end-rules.js';
import {
  type Act,
  ALL,
  byPayer,
  every,
  HALF,
  idOf,
  notify,
  orNull,
  paying,
  type Scene,
  textOrNull,
  till,
  transferring,
  where,
} from './side-effects.acts.js';
import { at, FLOAT, type Kind, LIMIT, type Paper, TOTAL } from './side-effects.paper.js';
import { queue, refunds } from './side-effects.refund-rules.js';
import { CURRENCY, money } from './side-effects.room.js';
import type { Row, Rows } from './side-effects.view.js';

function tellOfRefund(
  scene: Scene,
  target: number,
  state: 'completed' | 'failed',
): Promise<string> {
  const refund = at(scene.rows.refunds, target);
  const attempt = scene.rows.attempts.find(({ id }) => id === refund['transaction_id']);
  if (!attempt) throw new Error('the refund has no attempt');
  return notify(scene, attempt, {
    state: 'paid',
    refund: {
      reference: String(refund['reference']),
      gatewayRefundId: `re_${refund.id}`,
      state,
      amount: null,
      failure: state === 'failed' ? { code: 'lost', message: 'came back' } : null,
      wireStatus: state,
    },
  });
}

/** Refunds that the gateway has heard of. */
const sent = (paper: Paper): number[] =>
  where(
    paper.refunds,
    ({ payment, approval }) =>
      at(paper.payments, payment).via === 'stripe' &&
      approval !== 'waiting' &&
      approval !== 'rejected',
  );

async function payBack({ room, world, rows }: Scene, target: number, method: string) {
  const record = { method, evidence: 'slip 7' };
  await room.settling.settle(world.staff, idOf(rows.refunds, target), record);
}

const refunding: Record<string, Act> = {
  refund: {
    amounts: [ALL, HALF, 4_000],
    targets: (paper) => every(paper.payments),
    onPaper: (paper, target, amount) => refunds.request(paper, target, orNull(amount)),
    really: ({ room, world, rows }, target, amount) =>
      room.requests.request(
        world.staff,
        idOf(rows.payments, target),
        { amount: textOrNull(amount), reason: 'left early' },
        null,
      ),
  },
  approveRefund: {
    targets: (paper) => every(paper.refunds),
    onPaper: refunds.approve,
    really: ({ room, rows }, target) =>
      room.approvals.approve(room.staff2, idOf(rows.refunds, target)),
  },
  rejectRefund: {
    targets: (paper) => every(paper.refunds),
    onPaper: refunds.reject,
    really: ({ room, rows }, target) =>
      room.approvals.reject(room.staff2, idOf(rows.refunds, target), 'no'),
  },
  refundInCash: {
    targets: (paper) => every(paper.refunds),
    onPaper: (paper, target, _, world) => refunds.payBack(paper, target, till(world)),
    really: (scene, target) => payBack(scene, target, 'cash'),
  },
  refundByBank: {
    targets: (paper) => every(paper.refunds),
    onPaper: (paper, target) => refunds.payBack(paper, target, null),
    really: (scene, target) => payBack(scene, target, 'bank transfer'),
  },
  refundDone: {
    targets: sent,
    onPaper: refunds.done,
    really: (scene, target) => tellOfRefund(scene, target, 'completed'),
  },
  refundFails: {
    targets: sent,
    onPaper: refunds.failed,
    really: (scene, target) => tellOfRefund(scene, target, 'failed'),
  },
  refundSilent: {
    targets: sent,
    onPaper: refunds.silent,
    really: ({ room, rows }, target) =>
      room.transactions.run(async (manager) => {
        const { id } = idOf(rows.refunds, target);
        const moved = await room.steps.wait(manager, id, 'needs_attention', {}, SYSTEM);
        return moved.disposition;
      }),
  },
  refundAtGateway: {
    amounts: [TOTAL, 4_000],
    targets: byPayer,
    onPaper: refunds.dashboard,
    really: (scene, target, amount) =>
      notify(scene, at(scene.rows.attempts, target), {
        state: 'paid',
        refund: {
          reference: null,
          gatewayRefundId: `re_${randomToken()}`,
          state: 'completed',
          amount: Money.ofMinor(BigInt(amount), CURRENCY),
          failure: null,
          wireStatus: 'succeeded',
        },
      }),
  },
};

type Mode = 'here' | 'elsewhere' | 'credit' | 'bank' | 'cash';

/** What is free of a receipt: of an excess, what no refund has been promised. */
function leftOf({ payments }: Rows, receipt: Row): number {
  const left = Number(receipt['left_minor']);
  const payment = payments.find(({ id }) => id === receipt['payment_id']);
  if (!payment || receipt['kind'] !== 'excess') return left;
  const gone = ['refunded_minor', 'refunding_minor', 'moved_minor'].map((name) =>
    Number(payment[name]),
  );
  return Math.min(
    left,
    gone.reduce((rest, one) => rest - one, Number(payment['amount_minor'])),
  );
}

/** What becomes of money in the queue, by all that is left or by part of it. */
function decided(mode: Mode): Act {
  const kind =
    mode === 'credit' ? 'credit' : mode === 'bank' || mode === 'cash' ? 'refund' : 'allocate';
  const elsewhere = mode === 'elsewhere';
  return {
    amounts: [ALL, 2_500],
    targets: (paper) => every(paper.receipts),
    onPaper: (paper, target, amount, world) => {
      const wanted = { kind, elsewhere, cash: mode === 'cash', amount: orNull(amount) } as const;
      return queue.propose(paper, target, wanted, till(world));
    },
    really: ({ room, world, rows }, target, amount) => {
      const id = elsewhere ? world.elsewhere : world.id;
      const payable = { kind: elsewhere ? ('booking' as const) : world.kind, id: { id } };
      // Whoever has the drawer is the one who hands cash out, as the second person too.
      const receipt = at(rows.receipts, target);
      const isLarge = (amount === ALL ? leftOf(rows, receipt) : amount) > LIMIT;
      const caller = mode === 'cash' && isLarge ? room.staff2 : world.staff;
      const act = {
        kind,
        reason: 'asked for it',
        amount: textOrNull(amount),
        payable: kind === 'allocate' ? payable : null,
        customer: kind === 'credit' ? world.email : null,
        settlement: kind === 'refund' ? { method: mode, evidence: 'slip 9' } : null,
      } as const;
      return room.acts.propose(caller, receipt, act, null);
    },
  };
}

const queueing: Record<string, Act> = {
  recordReceipt: {
    amounts: [TOTAL, 5_000],
    onPaper: (paper, _, amount) => queue.record(paper, amount),
    really: ({ room, world }, _, amount) =>
      room.receipts.record(
        world.staff,
        {
          provider: 'stripe',
          reference: `line-${randomToken()}`,
          amount: money(amount),
          currency: CURRENCY,
          payer: world.email,
        },
        null,
      ),
  },
  allocateHere: decided('here'),
  allocateElsewhere: decided('elsewhere'),
  keepAsCredit: decided('credit'),
  payBackByBank: decided('bank'),
  payBackInCash: decided('cash'),
  confirmAct: {
    targets: (paper) => every(paper.acts),
    onPaper: (paper, target, _, world) => queue.confirm(paper, target, till(world)),
    really: ({ room, world, rows }, target) => {
      const act = at(rows.acts, target);
      const caller = act['refund_method'] === 'cash' ? world.staff : room.staff2;
      return room.acts.confirm(caller, act);
    },
  },
  rejectAct: {
    targets: (paper) => every(paper.acts),
    onPaper: queue.reject,
    really: ({ room, rows }, target) => room.acts.reject(room.staff2, idOf(rows.acts, target)),
  },
};

const only = (...kinds: Kind[]): { kinds: Kind[] } => ({ kinds });

async function sessionAct(
  { room, world, rows }: Scene,
  act: 'close' | 'pay_in' | 'drop_to_safe',
): Promise<void> {
  const id = { id: rows.session.id };
  const amount = money(act === 'close' ? Number(rows.session['balance_minor']) : FLOAT);
  if (act === 'close') {
    const counted = [{ currency: CURRENCY, amount }];
    await room.closing.close(world.staff, id, { counted }, null);
    return;
  }
  const event = { type: act, currency: CURRENCY, amount, reason: 'change' };
  await room.recording.record(world.staff, id, event, null);
}

const ending: Record<string, Act> = {
  cancelBooking: {
    ...only('booking'),
    onPaper: ends.cancelBooking,
    really: ({ room, world }) => room.bookings.cancel(room.staff2, { id: world.id }, null),
  },
  cancelOrder: {
    ...only('order'),
    onPaper: ends.cancelOrder,
    really: ({ room, world }) => room.orders.cancel(room.staff2, { id: world.id }, null),
  },
  fulfil: {
    ...only('order'),
    onPaper: ends.fulfil,
    really: ({ room, world }) => room.orders.fulfil(room.staff2, { id: world.id }),
  },
  leftUnpaid: {
    ...only('order'),
    onPaper: ends.leftUnpaid,
    really: async ({ room, world }) => {
      const handler = room.handlers.get(ORDER_UNPAID);
      if (handler?.kind !== 'lease') throw new Error('nobody looks at unpaid orders');
      const due = { id: '1', topic: ORDER_UNPAID, key: '1', attempts: 0 };
      await handler.handle({ ...due, payload: { orderId: world.id } });
    },
  },
  sellOut: {
    ...only('order'),
    onPaper: ends.sellOut,
    really: ({ room, world }) =>
      room.dataSource.query('UPDATE products SET stock = reserved WHERE id = $1', [world.product]),
  },
  restock: {
    ...only('order'),
    onPaper: ends.restock,
    really: ({ room, world }) =>
      room.dataSource.query('UPDATE products SET stock = stock + 2 WHERE id = $1', [world.product]),
  },
  voidInvoice: {
    ...only('invoice'),
    onPaper: ends.voidInvoice,
    really: ({ room, world }) => room.invoices.void(room.staff2, { id: world.id }, 'a mistake'),
  },
  creditNote: {
    ...only('invoice'),
    amounts: [3_000, HALF, TOTAL],
    onPaper: (paper, _, amount) => ends.creditNote(paper, amount),
    really: ({ room, world }, _, amount) =>
      room.notes.create(
        room.staff2,
        { id: world.id },
        {
          reason: 'less was eaten',
          lines: [{ description: 'Dinner', quantity: 1, unit_price: money(amount) }],
        },
        null,
      ),
  },
  visitAnew: {
    ...only('visit'),
    onPaper: ends.visitAnew,
    really: ({ room, world }) => {
      if (!world.house) throw new Error('there is no house');
      return room.visits.open(world.house, world.customer);
    },
  },
  passDays: {
    ...only('visit'),
    onPaper: ends.passDays,
    really: ({ room }) => room.passDays(),
  },
};

const atDrawer: Record<string, Act> = {
  closeDrawer: { onPaper: drawer.close, really: (scene) => sessionAct(scene, 'close') },
  payIn: { onPaper: drawer.payIn, really: (scene) => sessionAct(scene, 'pay_in') },
  dropToSafe: { onPaper: drawer.drop, really: (scene) => sessionAct(scene, 'drop_to_safe') },
  openDrawer: {
    onPaper: drawer.open,
    really: ({ room, world, rows }) => {
      const amount = money(Number(rows.session['balance_minor']));
      const opening = [{ currency: CURRENCY, amount }];
      return room.opening.open(world.staff, { drawer: world.drawer, opening }, null);
    },
  },
};

/** Everything that people, gateways and the clock may do, by its name. */
export const ACTS: Readonly<Record<string, Act>> = {
  ...paying,
  ...transferring,
  ...refunding,
  ...queueing,
  ...ending,
  ...atDrawer,
};

/** Names of what can be done around a payable of this kind. */
export function actsOf(kind: Kind): string[] {
  return Object.keys(ACTS).filter((name) => ACTS[name]?.kinds?.includes(kind) ?? true);
}

/** The side effects proper: what is done to money, goods and access that were settled before. */
export const CORE: ReadonlySet<string> = new Set([
  'evidence',
  'expire',
  'payCash',
  'approve',
  'confirmReversal',
  'chargeback',
  'refund',
  'refundInCash',
  'refundDone',
  'refundFails',
  'refundAtGateway',
  'allocateHere',
  'keepAsCredit',
  'cancelBooking',
  'cancelOrder',
  'fulfil',
  'leftUnpaid',
  'voidInvoice',
  'creditNote',
  'passDays',
  'visitAnew',
  'closeDrawer',
]);
