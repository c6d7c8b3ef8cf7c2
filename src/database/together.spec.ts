import type { EntityManager } from 'typeorm';
import { claimAlone, eachTogether, type ForMany, refuseCompany, together } from './together.js';

/** A transaction that remembers what it was asked, and answers a little later. */
function aTransaction() {
  const asked: string[] = [];
  let atOnce = 0;
  const query = async (sql: string) => {
    atOnce += 1;
    if (atOnce > 1) throw new Error('a connection answers one statement at a time');
    asked.push(sql);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    return [];
  };
  return { asked, manager: { query } as unknown as EntityManager };
}

const doubled: ForMany<number, number> = async (manager, numbers) => {
  await manager.query(`double ${numbers.join(' ')}`);
  return numbers.map((number) => 2 * number);
};
const squared: ForMany<number, number> = async (manager, numbers) => {
  await manager.query(`square ${numbers.join(' ')}`);
  return numbers.map((number) => number ** 2);
};

describe('work that shares a transaction', () => {
  it('asks for the same in one statement, and gets its own answer', async () => {
    const { asked, manager } = aTransaction();
    const ends: number[] = [];
    await eachTogether(manager, [1, 2, 3], async (number, own) => {
      ends.push(await together(own, squared, await together(own, doubled, number)));
    });
    expect(ends).toEqual([4, 16, 36]);
    expect(asked).toEqual(['double 1 2 3', 'square 2 4 6']);
  });

  it('never has two statements on the connection, whatever the partners do', async () => {
    const { asked, manager } = aTransaction();
    await eachTogether(manager, [1, 2, 3, 4], async (number, own) => {
      if (number % 2) await own.query(`alone ${number}`);
      await together(own, doubled, number);
      await own.query(`last ${number}`);
    });
    expect(asked.filter((sql) => sql.startsWith('double')).length).toBeLessThan(4);
    expect(asked.filter((sql) => sql.startsWith('last'))).toHaveLength(4);
  });

  it('stands alone where nothing is shared', async () => {
    const { asked, manager } = aTransaction();
    expect(await together(manager, doubled, 4)).toBe(8);
    expect(asked).toEqual(['double 4']);
  });

  it('fails as a whole, after every partner has ended', async () => {
    const { asked, manager } = aTransaction();
    const whole = eachTogether(manager, [1, 2], async (number, own) => {
      if (number === 1) throw new Error('poisoned');
      await together(own, doubled, number);
      await together(own, squared, number);
    });
    await expect(whole).rejects.toThrow('poisoned');
    expect(asked).toEqual(['double 2', 'square 2']);
  });

  it('tells a failed statement to all who asked for it', async () => {
    const { manager } = aTransaction();
    const failing: ForMany<number, number> = () => Promise.reject(new Error('refused'));
    const told: string[] = [];
    const whole = eachTogether(manager, [1, 2], (number, own) =>
      together(own, failing, number).then(
        () => undefined,
        (error: Error) => {
          told.push(error.message);
          throw error;
        },
      ),
    );
    await expect(whole).rejects.toThrow('refused');
    expect(told).toEqual(['refused', 'refused']);
  });

  it('keeps two partners from the same rows, which no lock would', async () => {
    const { manager } = aTransaction();
    const claiming = (keys: string[]) =>
      eachTogether(manager, keys, (key, own) => {
        claimAlone(own, key);
        claimAlone(own, key);
        return Promise.resolve();
      });
    await claiming(['booking 1', 'booking 2']);
    await expect(claiming(['booking 1', 'booking 1'])).rejects.toThrow('at once on booking 1');
    claimAlone(manager, 'booking 1');
    claimAlone(manager, 'booking 1');
  });

  it('lets work refuse partners that it has', async () => {
    const { manager } = aTransaction();
    const refusing = (items: number[]) =>
      eachTogether(manager, items, (_, own) => Promise.resolve(refuseCompany(own)));
    await refusing([1]);
    await expect(refusing([1, 2])).rejects.toThrow('cannot share');
  });
});
