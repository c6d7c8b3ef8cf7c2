import type { Kind } from '../support/side-effects.paper.js';
import { Play, step } from '../support/side-effects.play.js';
import { aSideEffectsRoom, type SideEffectsRoom } from '../support/side-effects.room.js';

/**
 * Orders of acts that once went wrong, each by its symptom. A step names an act, what it is done to, and an
 * amount; after every step the product must be as the paper, or refuse and leave everything as it was.
 */
describe('side effects', () => {
  let room: SideEffectsRoom;
  beforeAll(async () => {
    room = await aSideEffectsRoom();
  });
  afterAll(() => room.close());

  /** What the last steps end as; those before only lead there, and none of them is refused. */
  const ends = async (kind: Kind, lead: string[], last: string[]): Promise<string[]> => {
    const play = await Play.begin(room, kind);
    for (const text of lead) expect([text, await play.take(step(text))]).toEqual([text, 'applied']);
    const outcomes: string[] = [];
    for (const text of last) outcomes.push(await play.take(step(text)));
    await play.expectBooks();
    return outcomes;
  };
  const PAID = ['announce 0 10000', 'prompt 0', 'evidence 0'];

  it('let no late second payment fill up an order that was refunded in part', async () => {
    const lead = ['prompt 0', 'fail 0', 'payCash 0', 'payIn', 'refund 1 4000', 'refundInCash 0'];
    expect(await ends('order', lead, ['evidence 0'])).toEqual(['applied']);
  });

  it('open no visit for the part of an earlier payment that comes back', async () => {
    const late = ['announce 0 10000', 'prompt 0', 'expire 0'];
    const paid = ['announce 0 10000', 'prompt 1', 'evidence 1'];
    const inParts = ['refund 1 4000', 'refundDone 0', 'refund 1', 'approveRefund 1'];
    const anew = ['refundDone 1', 'evidence 0', 'refund 0', 'approveRefund 2', 'refundDone 2'];
    const lead = [...late, ...paid, ...inParts, ...anew];
    expect(await ends('visit', lead, ['refundFails 0'])).toEqual(['applied']);
  });

  it('take no refund back that a person has paid, when the gateway says at last that it failed', async () => {
    const lead = [...PAID, 'refund 0 4000', 'refundSilent 0', 'payIn', 'refundInCash 0'];
    expect(await ends('booking', lead, ['refundFails 0'])).toEqual(['no_change']);
  });

  it('show a person that the payer has a refund twice, by hand and from the gateway', async () => {
    const lead = [...PAID, 'refund 0 4000', 'refundSilent 0', 'refundByBank 0'];
    expect(await ends('booking', lead, ['refundDone 0'])).toEqual(['parked']);
  });

  it('leave a refund failed that came back, when its old success is told again', async () => {
    const lead = [...PAID, 'refund 0 4000', 'refundDone 0', 'refundFails 0'];
    expect(await ends('booking', lead, ['refundDone 0'])).toEqual(['no_change']);
  });

  it('park what a gateway pays back after all, when another refund was promised the money', async () => {
    const failed = ['refund 0', 'approveRefund 0', 'refundFails 0'];
    const lead = [...PAID, ...failed, 'refund 0', 'approveRefund 1'];
    expect(await ends('booking', lead, ['refundDone 0'])).toEqual(['parked']);
  });

  it('refuse to pay an order out of the queue whose goods are gone, and do not cancel it', async () => {
    const lead = ['leftUnpaid', 'sellOut', 'recordReceipt 0 10000', 'allocateHere 0'];
    expect(await ends('order', lead, ['confirmAct 0'])).toEqual(['out_of_stock']);
  });

  it('reverse a transfer of which a part has been moved elsewhere, up to what is left', async () => {
    const lead = ['submit 0', 'approve 0 12000', 'keepAsCredit 0', 'proposeReversal 0'];
    const last = ['confirmReversal 0', 'proposeReversal 0'];
    expect(await ends('invoice', lead, last)).toEqual(['applied', 'invalid_transition']);
  });

  it('reverse no transfer that was rejected and then paid through a gateway', async () => {
    const lead = ['submit 0', 'reject 0', 'prompt 0', 'evidence 1'];
    expect(await ends('invoice', lead, ['proposeReversal 0'])).toEqual(['not_manual']);
  });
});
