import { holding } from './lease.hold.js';

function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const renewals = (renew: () => Promise<boolean>, mostS = 60) => {
  const failures: unknown[] = [];
  return {
    failures,
    options: { renew, failed: (error: unknown) => failures.push(error), mostS, everyMs: 2 },
  };
};

describe('holding a lease', () => {
  it('renews it while the work runs, and not after', async () => {
    const { opened, open } = gate();
    let times = 0;
    const { options } = renewals(() => {
      times += 1;
      if (times === 3) open();
      return Promise.resolve(true);
    });
    await expect(holding(options, () => opened.then(() => 'done'))).resolves.toBe('done');
    const after = times;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(times).toBe(after);
  });

  it('lets a renewal under way end before it says that the work is over', async () => {
    const written = gate();
    const begun = gate();
    const order: string[] = [];
    const { options } = renewals(async () => {
      begun.open();
      await written.opened;
      order.push('renewed');
      return true;
    });
    const work = holding(options, () => begun.opened).then(() => order.push('over'));
    await begun.opened;
    written.open();
    await work;
    expect(order).toEqual(['renewed', 'over']);
  });

  it('stops when the row is not ours any more', async () => {
    const { opened, open } = gate();
    let times = 0;
    const { options } = renewals(() => {
      times += 1;
      setTimeout(open, 10);
      return Promise.resolve(false);
    });
    await holding(options, () => opened);
    expect(times).toBe(1);
  });

  it('goes on after a renewal that could not be written', async () => {
    const { opened, open } = gate();
    let times = 0;
    const { options, failures } = renewals(() => {
      times += 1;
      if (times === 2) open();
      return times === 1 ? Promise.reject(new Error('gone')) : Promise.resolve(true);
    });
    await holding(options, () => opened);
    expect(failures).toEqual([new Error('gone')]);
    expect(times).toBeGreaterThanOrEqual(2);
  });

  it('renews no more when the most is nearly used up', async () => {
    let times = 0;
    const { options } = renewals(() => {
      times += 1;
      return Promise.resolve(true);
    }, 10);
    await holding(options, () => new Promise<void>((resolve) => setTimeout(resolve, 10)));
    expect(times).toBe(0);
  });

  it('hands on what the work throws', async () => {
    const { options } = renewals(() => Promise.resolve(true));
    await expect(holding(options, () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
  });
});
