import { CallGate, type Leave } from './call.gate.js';

const PATIENT_MS = 60_000;

async function entered(gate: CallGate, key = 'azampay', signal?: AbortSignal): Promise<Leave> {
  const leave = await gate.enter(key, signal);
  if (!leave) throw new Error('turned away');
  return leave;
}

describe('the gate in front of a gateway', () => {
  it('lets so many in, and the next as soon as one leaves, in the order they came', async () => {
    const gate = new CallGate(2, PATIENT_MS);
    const first = await entered(gate);
    const second = await entered(gate);
    const order: string[] = [];
    const note = (name: string) => async (): Promise<Leave> => {
      const leave = await entered(gate);
      order.push(name);
      return leave;
    };
    const [third, fourth] = [note('third')(), note('fourth')()];
    expect(gate.census()).toEqual([{ key: 'azampay', inside: 2, waiting: 2 }]);
    first();
    const thirdLeaves = await third;
    expect(order).toEqual(['third']);
    second();
    (await fourth)();
    thirdLeaves();
    expect(order).toEqual(['third', 'fourth']);
    expect(gate.census()).toEqual([{ key: 'azampay', inside: 0, waiting: 0 }]);
  });

  it('keeps a place for each gateway', async () => {
    const gate = new CallGate(1, PATIENT_MS);
    await entered(gate);
    const leave = await entered(gate, 'wave');
    leave();
    expect(gate.census()).toContainEqual({ key: 'azampay', inside: 1, waiting: 0 });
  });

  it('turns away who waited too long, and whose own time is up', async () => {
    const gate = new CallGate(1, 20);
    const leave = await entered(gate);
    expect(await gate.enter('azampay')).toBeNull();
    const hurried = new CallGate(1, PATIENT_MS);
    await entered(hurried);
    expect(await hurried.enter('azampay', AbortSignal.timeout(10))).toBeNull();
    leave();
    expect([...gate.census(), ...hurried.census()].map(({ waiting }) => waiting)).toEqual([0, 0]);
    // Who was turned away has no place to leave.
    expect(gate.census()[0]?.inside).toBe(0);
  });

  it('is left once, however often somebody says so', async () => {
    const gate = new CallGate(1, PATIENT_MS);
    const leave = await entered(gate);
    leave();
    leave();
    await entered(gate);
    expect(gate.census()).toEqual([{ key: 'azampay', inside: 1, waiting: 0 }]);
  });

  it('gives every place back under a crowd that partly gives up', async () => {
    const gate = new CallGate(3, 5);
    let most = 0;
    const visit = async (): Promise<boolean> => {
      const leave = await gate.enter('azampay');
      if (!leave) return false;
      most = Math.max(most, gate.census()[0]?.inside ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
      leave();
      return true;
    };
    const visits = await Promise.all(Array.from({ length: 200 }, visit));
    expect(visits.filter(Boolean).length).toBeGreaterThanOrEqual(3);
    expect(most).toBe(3);
    expect(gate.census()).toEqual([{ key: 'azampay', inside: 0, waiting: 0 }]);
  });
});
