import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBus } from './event.bus.js';
import { Journal } from './journal.js';
import { Mails } from './mails.store.js';
import { Clock } from './clock.js';
import { Prompts } from './prompts.store.js';
import { tellRefund } from './refund.notes.js';

describe('the sandbox’s journal', () => {
  const clock = new Clock();
  let folder: string;
  let path: string;
  let bus: EventBus;
  let journal: Journal;
  const errors: unknown[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-journal-'));
    path = join(folder, 'journal.jsonl');
    bus = new EventBus();
    journal = new Journal(path, bus, (error) => errors.push(error));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const lines = async (): Promise<Record<string, unknown>[]> => {
    await journal.close();
    const text = await readFile(path, 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const prompt = (reference: string) => ({
    provider: 'azampay' as const,
    phone: '255653294241',
    network: 'AIRTEL',
    merchant: 'Shop',
    amount: '50000.00',
    currency: 'TZS',
    reference,
    gateway_reference: `g-${reference}`,
  });

  it('keeps each state of what happened, in order, more than the lists remember', async () => {
    const prompts = new Prompts(clock, bus, 60_000);
    const first = prompts.push(prompt('first'));
    prompts.answer(first.id, 'approved');
    for (let i = 0; i < 13_000; i += 1) prompts.push(prompt(`more-${i}`));
    const kept = await lines();
    expect(kept).toHaveLength(13_002);
    expect(kept[0]).toMatchObject({ kind: 'prompt', id: first.id, status: 'pending' });
    expect(kept[1]).toMatchObject({ kind: 'prompt', id: first.id, status: 'approved' });
    expect(prompts.list().some(({ id }) => id === first.id)).toBe(false);
  });

  it('keeps refunds and mails, also those that the inbox was emptied of', async () => {
    const mails = new Mails(clock, bus);
    mails.receive({ from: 'a', to: 'b', subject: 's', text: 't', html: null });
    mails.remove();
    tellRefund(bus, {
      id: 'r1',
      provider: 'wave',
      reference: null,
      payment_reference: 'p1',
      amount: '1500',
      currency: 'XOF',
      status: 'completed',
    });
    bus.publish('request', { id: 'req_1' });
    bus.publish('reset', null);
    expect(await lines()).toMatchObject([
      { kind: 'mail', to: 'b', text: 't' },
      { kind: 'refund', id: 'r1', status: 'completed' },
      { kind: 'reset' },
    ]);
  });

  it('says when the file cannot be written, and goes on', async () => {
    const nowhere = new Journal(join(folder, 'no', 'such.jsonl'), bus, (error) =>
      errors.push(error),
    );
    bus.publish('mail', { id: 'mail_1' });
    await nowhere.close();
    expect(String(errors)).toMatch(/ENOENT/);
    await journal.close();
  });
});
