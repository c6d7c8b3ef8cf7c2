import { PointPlan } from '../../tools/torture/crash-points/point.plan.js';
import { aShare } from '../../tools/torture/crash-points/point.share.js';
import {
  answerLabel,
  callLabel,
  routeOf,
} from '../../tools/torture/crash-points/preload/http.label.js';
import { PointGate } from '../../tools/torture/crash-points/preload/point.gate.js';
import { SessionWatch } from '../../tools/torture/crash-points/preload/session.watch.js';
import { changedBy } from '../../tools/torture/crash-points/preload/sql.label.js';

const WRITERS = new Set(['bullmq.add_job', 'make_payment']);
const changed = (sql: string): string[] => changedBy(sql, WRITERS);

describe('what a statement changes', () => {
  it.each([
    ['INSERT INTO payments (id) VALUES (1)', ['payments']],
    ['INSERT INTO "payments"("id") VALUES ($1) RETURNING "id"', ['payments']],
    ['UPDATE "public"."payments" SET status = $1', ['payments']],
    ['UPDATE outbox o SET next_at = now() FROM due WHERE o.id = due.id', ['outbox']],
    ['UPDATE ONLY outbox AS o SET done_at = now()', ['outbox']],
    ['DELETE FROM outbox o USING old WHERE o.id = old.id', ['outbox']],
    [
      `WITH made AS (INSERT INTO payments (id) VALUES (1) RETURNING id)
       INSERT INTO outbox (key) SELECT id FROM made`,
      ['outbox', 'payments'],
    ],
    ['INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2', ['a']],
    ['SELECT * FROM "bullmq"."add_job"($1, $2)', ['bullmq.add_job()']],
    ['SELECT make_payment($1::jsonb)', ['make_payment()']],
  ])('%s', (sql, tables) => {
    expect(changed(sql)).toEqual(tables);
  });

  it.each([
    'SELECT id FROM outbox WHERE done_at IS NULL FOR UPDATE SKIP LOCKED',
    'SELECT b.id FROM bookings b FOR NO KEY UPDATE OF b',
    "SELECT 'INSERT INTO payments'",
    'SELECT 1 -- DELETE FROM payments',
    'SELECT now(), app_now()',
    'SELECT update_count FROM statistics',
  ])('is nothing in %s', (sql) => {
    expect(changed(sql)).toEqual([]);
  });
});

describe('the commits of a session', () => {
  const seeing = (): ((text: string) => unknown) => {
    const watch = new SessionWatch(WRITERS);
    return (text) => watch.see(text);
  };

  it('are the end of a transaction, named by the tables that it wrote, however it is opened', () => {
    for (const begin of ['BEGIN', 'START TRANSACTION', 'begin isolation level read committed']) {
      const see = seeing();
      expect(see(begin)).toBeNull();
      expect(see('UPDATE payments SET status = $1')).toBeNull();
      expect(see('INSERT INTO audit_entries (id) VALUES (1)')).toBeNull();
      expect(see('COMMIT')).toEqual({ label: 'commit {audit_entries, payments}', locks: true });
      expect(see('COMMIT')).toBeNull();
    }
  });

  it('are statements alone that write, and functions that write', () => {
    const see = seeing();
    expect(see('UPDATE outbox SET done_at = now()')).toEqual({
      label: 'commit {outbox}',
      locks: false,
    });
    expect(see('SELECT make_payment($1)')).toEqual({
      label: 'commit {make_payment()}',
      locks: false,
    });
  });

  it('are none after a rollback, nor of reads', () => {
    const see = seeing();
    see('BEGIN');
    see('DELETE FROM outbox');
    expect(see('ROLLBACK')).toBeNull();
    see('BEGIN');
    see('SELECT 1');
    expect(see('COMMIT')).toBeNull();
  });

  it('stand after a rollback to a savepoint', () => {
    const see = seeing();
    see('BEGIN');
    see('INSERT INTO payments (id) VALUES (1)');
    see('SAVEPOINT s');
    see('ROLLBACK TO SAVEPOINT s');
    expect(see('COMMIT')).toMatchObject({ label: 'commit {payments}' });
  });

  it('are seen in one text of several statements', () => {
    expect(seeing()('BEGIN; INSERT INTO a (x) VALUES (1); DELETE FROM b; COMMIT')).toMatchObject({
      label: 'commit {a, b}',
    });
  });
});

describe('calls and answers', () => {
  it('are named without what differs between payments', () => {
    expect(routeOf('/api/v1/payments/payments/201/initiate-gateway/')).toBe(
      '/api/v1/payments/payments/:id/initiate-gateway',
    );
    expect(routeOf('/api/payments/verify/?tx_ref=abc')).toBe('/api/payments/verify');
    expect(callLabel('GET', '/stripe/v1/checkout/sessions/cs_test_a1B2c3D4e5?x=1')).toBe(
      'call stripe GET /v1/checkout/sessions/:id',
    );
    expect(callLabel('POST', '/mtn_momo/x/f367ddf9-f2ff-4de2-b929-0e0942ace93b')).toBe(
      'call mtn_momo POST /x/:id',
    );
  });

  it('count where something is acknowledged', () => {
    expect(answerLabel('POST', '/api/v1/payments/payments/')).toBe(
      'answer POST /api/v1/payments/payments',
    );
    expect(answerLabel('GET', '/health/ready')).toBeNull();
    expect(answerLabel('GET', '/api/payments/verify/?tx_ref=1')).toBe(
      'answer GET /api/payments/verify',
    );
  });
});

describe('the gate', () => {
  const aGate = () => {
    const seen: string[] = [];
    const gate = new PointGate({
      record: (point) => seen.push(point),
      kill: () => seen.push('killed'),
    });
    return { gate, seen };
  };

  it('lets pass what is not armed, and what comes before its turn', () => {
    const { gate, seen } = aGate();
    gate.arm({ round: 1, arms: [{ point: 'a', skip: 1 }], patienceMs: 60_000 });
    expect([gate.reach('b'), gate.reach('a'), gate.reach('a')]).toEqual([false, false, true]);
    expect(seen).toEqual(['a', 'killed']);
  });

  it('kills when every armed point holds one', () => {
    const { gate, seen } = aGate();
    const arms = ['a', 'b'].map((point) => ({ point, skip: 0 }));
    gate.arm({ round: 1, arms, patienceMs: 60_000 });
    expect(gate.reach('a')).toBe(true);
    expect(seen).toEqual(['a']);
    expect(gate.reach('b')).toBe(true);
    expect(seen).toEqual(['a', 'b', 'killed']);
  });

  it('traces in order', () => {
    const { gate } = aGate();
    gate.reach('before');
    gate.startTrace();
    gate.reach('a');
    gate.reach('a');
    expect(gate.takeTrace()).toEqual(['a', 'a']);
    expect(gate.takeTrace()).toEqual([]);
  });
});

describe('the plan', () => {
  const aPlan = (): PointPlan => {
    const plan = new PointPlan();
    plan.learn('pay', 0, 'api', ['a', 'b', 'a']);
    plan.learn('refund', 1, 'api', ['a']);
    plan.learn('pay', 0, 'worker', ['a']);
    return plan;
  };

  it('counts a point of an API and of a worker as two, and takes its sites in turn', () => {
    const plan = aPlan();
    expect(plan.points.map(({ point, sites }) => [point.role, point.name, sites.length])).toEqual([
      ['api', 'a', 3],
      ['api', 'b', 1],
      ['worker', 'a', 1],
    ]);
    const [first] = plan.points;
    if (!first) throw new Error('no point');
    const sites = [1, 2, 3, 4].map(() => plan.nextSite(first));
    expect(new Set(sites).size).toBe(3);
  });

  it('fails for a point that is never hit, and for one that is hit too seldom', () => {
    const plan = aPlan();
    plan.hit({ role: 'api', name: 'a' });
    plan.hit({ role: 'worker', name: 'a' });
    plan.hit({ role: 'worker', name: 'a' });
    expect(plan.shortfalls(2)).toEqual([
      'api: b was never hit in 0 tries',
      'api: a was hit 1 times instead of 2 in 0 tries',
    ]);
    expect(plan.shortfalls(1)).toEqual(['api: b was never hit in 0 tries']);
  });

  it('knows no hit of a point that no trace showed', () => {
    expect(aPlan().hit({ role: 'api', name: 'z' })).toBe(false);
  });

  it('takes a share by seed, the same each time, and in time every point', () => {
    const { points } = aPlan();
    expect(aShare(points, 3, 7)).toEqual(aShare(points, 3, 7));
    const tried = new Set(Array.from({ length: 40 }, (_, seed) => aShare(points, 3, seed)[0]));
    expect(tried.size).toBe(3);
  });
});
