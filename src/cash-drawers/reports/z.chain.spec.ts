import { hashOf, type Link, verifyChain } from './z.chain.js';

function chain(length: number): Link[] {
  const links: Link[] = [];
  for (let number = 1; number <= length; number += 1) {
    const previous = links.at(-1)?.hash ?? null;
    const content = JSON.stringify({ number, expected: '100.00' });
    links.push({ number, previous_hash: previous, hash: hashOf(previous, content), content });
  }
  return links;
}

describe('the chain of Z reports', () => {
  it('holds for links that follow each other', () => {
    const links = chain(4);
    expect(verifyChain(links)).toEqual({
      valid: true,
      reports: 4,
      broken_at: null,
      reason: null,
      head: links[3]?.hash,
    });
    expect(verifyChain([])).toMatchObject({ valid: true, reports: 0, head: null });
  });

  it.each<[string, (links: Link[]) => Link[], number]>([
    [
      'a changed amount',
      (links) =>
        links.map((link) =>
          link.number === 2 ? { ...link, content: link.content.replace('100', '101') } : link,
        ),
      2,
    ],
    ['a report taken away', (links) => links.filter(({ number }) => number !== 2), 3],
    ['the first taken away', (links) => links.slice(1), 2],
    [
      'a changed amount with its hash made to fit',
      (links) =>
        links.map((link) => {
          if (link.number !== 2) return link;
          const content = link.content.replace('100', '101');
          return { ...link, content, hash: hashOf(link.previous_hash, content) };
        }),
      3,
    ],
  ])('breaks at %s', (_what, tamper, at) => {
    expect(verifyChain(tamper(chain(4)))).toMatchObject({ valid: false, broken_at: at });
  });
});
