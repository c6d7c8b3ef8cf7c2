import { layOut, type Line } from './text.layout.js';

const STYLE = { size: 10, weight: 'regular' } as const;
/** Every character is ten points wide. */
const measure = (_font: unknown, size: number, text: string): number =>
  size * Array.from(text).length;
const laidOut = (text: string, width: number): Line[] => layOut(text, STYLE, width, measure);
const texts = (text: string, width: number): string[] =>
  laidOut(text, width).map(({ fragments }) => fragments.map((fragment) => fragment.text).join(''));

describe('lines', () => {
  it('take as many words as fit', () => {
    expect(texts('one two three', 80)).toEqual(['one two', 'three']);
    expect(texts('one two three', 79)).toEqual(['one two', 'three']);
    expect(texts('one two three', 60)).toEqual(['one', 'two', 'three']);
    expect(texts('one two three', 1000)).toEqual(['one two three']);
  });

  it('break a word that is wider than the line, never within a character', () => {
    expect(texts('ab abcdefgh', 30)).toEqual(['ab', 'abc', 'def', 'gh']);
    expect(texts('e\u0323\u0302xe\u0323\u0302x', 20)).toEqual(['ệx', 'ệx']);
    expect(texts('abc', 5)).toEqual(['a', 'b', 'c']);
  });

  it('end where the text says so, and hold a place for an empty one', () => {
    expect(texts('one\ntwo\r\n\nfour', 100)).toEqual(['one', 'two', '', 'four']);
    expect(texts('', 100)).toEqual(['']);
  });

  it('keep a number with its unit', () => {
    expect(texts('total 12\u00a0TZS', 100)).toEqual(['total', '12\u00a0TZS']);
  });

  it('hold nothing that cannot be seen', () => {
    expect(texts('a\tb\u202ec\u0000d\u2066e\ufeff', 1000)).toEqual(['a bcde']);
  });

  it('draw Ethiopic in its own font, the rest in one', () => {
    const [line] = laidOut('Abebe አበበ ቢቂላ 12', 1000);
    expect(line?.fragments.map(({ text, font, x }) => [text, font.name, x])).toEqual([
      ['Abebe ', 'Sans', 0],
      ['አበበ ቢቂላ ', 'Ethiopic', 60],
      ['12', 'Sans', 140],
    ]);
    expect(line?.width).toBe(160);
    const bold = layOut('አ x', { size: 10, weight: 'bold' }, 100, measure)[0];
    expect(bold?.fragments.map(({ font }) => font.name)).toEqual(['Ethiopic-Bold', 'Sans-Bold']);
  });

  it('say which run from right to left', () => {
    expect(laidOut('אבג\nabc', 100).map(({ rightToLeft }) => rightToLeft)).toEqual([true, false]);
  });
});
