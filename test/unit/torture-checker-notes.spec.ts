import type { RunFolder } from '../support/run-folder.js';
import { soundRun } from '../support/sound-run.js';

describe('the judge of a run, besides', () => {
  it('fails a judgement that looked at nothing, where the run says there was something', async () => {
    const run = soundRun();
    run.run['claims'] = ['gateway-refunds', 'acknowledged-moons'];
    run.gateway.length = 0;
    run.tables.refunds.length = 0;
    const { problems } = await run.judge();
    expect(problems).toContain(
      'gateway-refunds: looked at nothing, though the run says there was something',
    );
    expect(problems).toContain('acknowledged-moons: the run names a judgement that does not exist');
  });

  it('follows a payment that its client knows by uuid', async () => {
    const run = soundRun();
    const { uuid } = run.row('payments', 8);
    const answer = { data: { payment_id: uuid } };
    run.call('checkout', { key: 'by-uuid', request: { booking: 8, amount: '50000.00' }, answer });
    expect((await run.judge()).problems).toEqual([]);
    run.call('checkout', { request: { booking: 7, amount: '50000.00' }, answer });
    const { problems } = await run.judge();
    expect(problems).toEqual([
      `acknowledged-creates: payment ${uuid} was acknowledged for booking 7 and is for booking 8`,
    ]);
  });

  it('finds the refund of a gateway that names only the payment', async () => {
    const run = soundRun();
    const refund = refundOf(run);
    Object.assign(refund, { reference: null, payment_reference: 'REF-3' });
    run.row('refunds', 1)['transaction_id'] = '3';
    expect((await run.judge()).problems).toEqual([]);
    refund['payment_reference'] = 'REF-1';
    const names = (await run.judge()).problems.map((problem) => problem.split(':')[0]);
    expect(names).toEqual(['gateway-refunds', 'gateway-refunds']);
  });

  it('lets a forged notification wait for its proof, as long as it is not believed', async () => {
    const run = soundRun();
    const request = { provider: 'azampay', kind: 'forged', reference: 'REF-7', outcome: 'success' };
    run.call('webhook', { request });
    run.add('webhook_events', {
      uuid: 'u',
      reference: 'REF-7',
      verification: 'undecided',
      status: 'ignored',
      dedupe_key: 'undecided:1',
      raw_body: '\\x00',
    });
    expect((await run.judge()).problems).toEqual([]);
  });

  it('lets an attempt fail and complete after a gateway that told of both', async () => {
    const run = soundRun();
    const prompt = order(run, 'REF-8');
    prompt['status'] = 'approved';
    const names = async () => (await run.judge()).problems.map((problem) => problem.split(':')[0]);
    expect(await names()).toEqual(['money-taken', 'failed-for-good']);
    prompt['callbacks'] = [{ body: '{"transactionstatus":"failure"}', status: null }];
    expect(await names()).toEqual(['money-taken']);
  });

  it('believes the gateway’s notification of how much it took, not the order', async () => {
    const run = soundRun();
    const callbacks = [{ body: '{"transactionstatus":"success","amount":"1"}', status: 200 }];
    order(run, 'REF-1')['callbacks'] = callbacks;
    const names = (await run.judge()).problems.map((problem) => problem.split(':')[0]);
    expect(names).toEqual(['money-taken', 'completed-with-money']);
  });

  it('counts confirmations that were sent twice, and finds no fault in them', async () => {
    const run = soundRun();
    run.gateway.push({
      kind: 'mail',
      id: 'mail-again',
      text: `Payment ID: ${run.row('payments', 1)['uuid']}`,
    });
    const { problems, notes } = await run.judge();
    expect(problems).toEqual([]);
    expect(notes).toContain('confirmation-mails: 1 confirmations were sent more than once');
  });
});

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
