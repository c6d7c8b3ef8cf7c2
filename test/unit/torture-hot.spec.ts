import {
  finalProblems,
  type FinalRow,
  type Sighting,
  sightingProblems,
} from '../../tools/torture/hot/hot.judge.js';
import { reachable } from '../../tools/torture/hot/payment.edges.js';
import {
  answerProblems,
  type KeyAnswer,
  mismatchProblems,
} from '../../tools/torture/idempotency/key.judge.js';
import { ContractModel } from '../../tools/torture/model/contract.model.js';

describe('what clients of a hot payment saw', () => {
  const seen = (version: number, status: string, more: Partial<Sighting> = {}): Sighting => ({
    payment: 1,
    client: 0,
    op: 'read',
    invokedAt: version * 10,
    answeredAt: version * 10 + 5,
    version,
    status,
    money: '5000.00, refunded 0.00',
    ...more,
  });

  it('is right when it can have happened one after the other', () => {
    expect(
      sightingProblems([
        seen(1, 'pending'),
        seen(2, 'processing'),
        // It was asked for before version 3 was answered.
        seen(2, 'processing', { invokedAt: 31, answeredAt: 90 }),
        seen(3, 'completed'),
      ]),
    ).toEqual([]);
  });

  it.each<[string, Sighting[]]>([
    [
      'showed version 1 after',
      [seen(2, 'processing'), seen(1, 'pending', { invokedAt: 50, answeredAt: 60 })],
    ],
    [
      'was seen as',
      [seen(2, 'processing'), seen(2, 'completed', { invokedAt: 30, answeredAt: 35 })],
    ],
    [
      'was seen as',
      [seen(2, 'completed'), seen(2, 'completed', { money: '5000.00, refunded 1.00' })],
    ],
    ['completed became failed', [seen(2, 'completed'), seen(4, 'failed')]],
    [
      'two changes of version 1',
      [seen(2, 'pending', { named: 1 }), seen(3, 'pending', { named: 1 })],
    ],
  ])('is wrong: %s', (symptom, sightings) => {
    expect(sightingProblems(sightings).join()).toContain(symptom);
  });
});

describe('what is left of a hot payment', () => {
  const row: FinalRow = {
    id: 1,
    status: 'partially_refunded',
    version: 5,
    amount: 500,
    applied: 400,
    excess: 0,
    refunded: 100,
    moved: 0,
    captured: 500,
    capturedTwice: 0,
    refundsDone: 100,
    refundsReserved: 100,
    refunds: 1,
    refundsAnswered: 1,
    approved: 1,
    approvedHere: 1,
    trail: [
      ['pending', 'processing'],
      ['processing', 'completed'],
      ['completed', 'partially_refunded'],
    ],
  };

  it('is right when every unit is in one place', () => {
    expect(finalProblems(row)).toEqual([]);
  });

  it.each<[string, Partial<FinalRow>]>([
    ['not in exactly one place', { applied: 500 }],
    ['not its amount', { captured: 1_000 }],
    ['not what its refunds say', { refundsDone: 200 }],
    ['more is refunded than was captured', { refundsReserved: 600 }],
    ['other refunds than clients were told of', { refunds: 2 }],
    ['approvals', { approved: 2 }],
    ['the trail ends in', { status: 'completed' }],
    ['the trail goes on from', { trail: [['processing', 'completed']] }],
    [
      'refunded became failed',
      { trail: [...row.trail, ['partially_refunded', 'refunded'], ['refunded', 'failed']] },
    ],
  ])('is wrong: %s', (symptom, change) => {
    expect(finalProblems({ ...row, ...change }).join()).toContain(symptom);
  });

  it('follows the contract’s table over several steps, and never out of it', () => {
    expect(reachable('pending', 'refunded')).toBe(true);
    expect(reachable('completed', 'failed')).toBe(false);
    expect(reachable('cancelled', 'processing')).toBe(false);
  });
});

describe('the answers to one key', () => {
  const first: KeyAnswer = {
    status: 201,
    replayed: false,
    retryAfter: false,
    code: '',
    text: '{"id":1}',
    from: 0,
    to: 1,
  };
  const replay = { ...first, replayed: true };
  const waits = { ...first, status: 409, code: 'idempotency_in_progress', retryAfter: true };

  it('are one first, replays of it, and requests to wait', () => {
    expect(answerProblems([first, replay, waits], false)).toEqual([]);
    expect(answerProblems([replay], true)).toEqual([]);
  });

  it.each<[string, KeyAnswer[]]>([
    ['2 callers were the first', [first, first]],
    ['0 callers were the first', [replay]],
    ['different answers', [first, { ...replay, text: '{"id":2}' }]],
    ['without Retry-After', [first, { ...waits, retryAfter: false }]],
    ['409 with the code conflict', [first, { ...waits, code: 'conflict' }]],
    ['answered 500', [first, { ...first, status: 500 }]],
    ['nobody got an answer', [waits]],
  ])('are wrong: %s', (symptom, answers) => {
    expect(answerProblems(answers, false).join()).toContain(symptom);
  });

  it('are wrong when two callers were the first, also where a process was killed', () => {
    expect(answerProblems([first, replay], true)).toEqual([]);
    expect(answerProblems([first, first, replay], true).join()).toContain(
      '2 callers were the first',
    );
  });

  it('to another body are refused by their own code', () => {
    expect(mismatchProblems({ ...first, status: 422, code: 'idempotency_key_reused' })).toEqual([]);
    expect(mismatchProblems(first)).toHaveLength(1);
    expect(mismatchProblems({ ...first, status: 422, code: 'else' })).toHaveLength(1);
  });
});

describe('the model of the contract', () => {
  it('counts open attempts as if they were paid, and keeps what is too much', () => {
    const model = new ContractModel(5_000);
    const [one, two] = [model.add(1, 5_000), model.add(2, 2_500)];
    expect(model.mayInitiate(one)).toBe(true);
    one.open = true;
    expect(model.mayInitiate(two)).toBe(false);
    model.complete(two);
    model.complete(one);
    expect([one.applied, one.excess, model.owed]).toEqual([2_500, 2_500, 0]);
    model.settle(one, 3_000);
    expect([one.applied, one.excess, one.refunded, one.status]).toEqual([
      2_000,
      0,
      3_000,
      'partially_refunded',
    ]);
    expect(model.refundable(one)).toBe(2_000);
    expect(model.bookingStatus).toBe('partially_paid');
  });
});
