import { Ticker } from './ticker.js';

describe('Ticker', () => {
  it('repeats its work, never twice at once, until it is stopped', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    let enough: () => void;
    const twenty = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const ticker = new Ticker(1, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      runs += 1;
      if (runs === 20) enough();
    });
    await twenty;
    await ticker.stop();
    const atStop = runs;
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toBe(atStop);
    expect(most).toBe(1);
  });

  it('waits for the work under way when it is stopped', async () => {
    let ended = false;
    let begun: () => void;
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const ticker = new Ticker(1, async () => {
      begun();
      for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve));
      ended = true;
    });
    await began;
    await ticker.stop();
    expect(ended).toBe(true);
  });
});
