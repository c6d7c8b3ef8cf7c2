import { Seldom } from './seldom.js';

describe('Seldom', () => {
  it('speaks once per period and tells how much it kept to itself', () => {
    let now = 0;
    const said: number[] = [];
    const seldom = new Seldom(1_000, () => now);
    for (let i = 0; i < 5; i += 1) seldom.say((heldBack) => said.push(heldBack));
    now = 999;
    seldom.say((heldBack) => said.push(heldBack));
    now = 1_000;
    seldom.say((heldBack) => said.push(heldBack));
    expect(said).toEqual([0, 5]);
  });
});
