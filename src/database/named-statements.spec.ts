import { StatementNames } from './named-statements.js';

describe('names of statements', () => {
  it('are given at the second use and kept', () => {
    const names = new StatementNames();
    expect(names.nameOf('SELECT $1')).toBeUndefined();
    const name = names.nameOf('SELECT $1');
    expect(name).toMatch(/^m0_[0-9a-f]{20}$/);
    expect(names.nameOf('SELECT $1')).toBe(name);
  });

  it('differ by text', () => {
    const names = new StatementNames();
    const [a, b] = ['SELECT $1', 'SELECT $2'].map((text) => {
      names.nameOf(text);
      return names.nameOf(text);
    });
    expect(a).not.toBe(b);
  });

  it('run out at the limit, without forgetting those given', () => {
    const names = new StatementNames(3);
    const texts = Array.from({ length: 10 }, (_, n) => `SELECT $1 + ${n}`);
    const second = [...texts, ...texts].map((text) => names.nameOf(text)).slice(10);
    expect(second.filter(Boolean)).toHaveLength(3);
    expect(names.size).toBe(3);
    expect(names.nameOf('SELECT $1 + 0')).toBe(second[0]);
  });

  it('are not for texts of any length', () => {
    const names = new StatementNames();
    const text = `SELECT $1 /* ${'x'.repeat(20_000)} */`;
    names.nameOf(text);
    expect(names.nameOf(text)).toBeUndefined();
  });

  it('never come back once retired', () => {
    const names = new StatementNames();
    names.nameOf('SELECT $1');
    const old = names.nameOf('SELECT $1');
    names.retire('SELECT $1');
    expect(names.nameOf('SELECT $1')).toBeUndefined();
    const fresh = names.nameOf('SELECT $1');
    expect(fresh).toBeDefined();
    expect(fresh).not.toBe(old);
  });
});
