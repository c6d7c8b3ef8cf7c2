import { DomainError } from '../../common/index.js';
import type { StatementLine } from '../reconciliation.types.js';
import { LineChecksums } from './statement.lines.js';
import { type StatementMapping, usualMapping } from './statement.mapping.js';
import { readStatement } from './statement.parser.js';

async function read(
  text: string | Buffer,
  changes: Partial<StatementMapping> = {},
  provider: 'chapa' | 'manual' | 'wave' = 'chapa',
): Promise<StatementLine[]> {
  const lines: StatementLine[] = [];
  const mapping = { ...usualMapping(provider), ...changes };
  for await (const row of readStatement(Buffer.from(text), mapping)) lines.push(...row);
  return lines;
}

const briefly = (lines: StatementLine[]) =>
  lines.map(({ kind, lineNo, status, amountMinor }) => [kind, lineNo, status, amountMinor]);

describe('a statement', () => {
  it('has a line for each payment, and lines of their own for its fee and its levy', async () => {
    const lines = await read(
      'Reference,Amount,Fee,Levy,Status\nA,100.00,2.50,0.50,Success\nB,50.00,,0,FAILED\n',
    );
    expect(briefly(lines)).toEqual([
      ['payment', 2, 'paid', 10000n],
      ['fee', 2, 'paid', 250n],
      ['levy', 2, 'paid', 50n],
      ['payment', 3, 'failed', 5000n],
    ]);
  });

  it('adds what was taken off a net amount', async () => {
    const lines = await read('Reference,Amount,Fee\nA,97.50,2.50\n', { amountIsNet: true });
    expect(briefly(lines)[0]).toEqual(['payment', 2, 'paid', 10000n]);
  });

  it('tells what went out from what came in, by word or by sign', async () => {
    const lines = await read(
      'Reference,Type,Amount\nA,Refund,10\nB,,-20\nC,Payout,-30\nD,Commission,1\nE,Whatever,40\n',
    );
    expect(lines.map(({ kind }) => kind)).toEqual([
      'refund',
      'refund',
      'settlement',
      'fee',
      'payment',
    ]);
  });

  it('of a bank has credits and debits, and rows without money', async () => {
    const lines = await read(
      'Date,Reference,Debit,Credit,Currency\n01/02/2026,OPENING,,,TZS\n02/02/2026,FT1,,"5,000.00",TZS\n03/02/2026,FT2,700.00,,TZS\n',
      {},
      'manual',
    );
    expect(briefly(lines)).toEqual([
      ['payment', 3, 'paid', 500000n],
      ['refund', 4, 'paid', 70000n],
    ]);
  });

  it('is read with a byte order mark, in Latin-1, with quoted line ends', async () => {
    const marked = await read('\ufeffReference,Amount\n"A\nB",5\n');
    expect(marked[0]).toMatchObject({ reference: null, gatewayId: 'A B', amountMinor: 500n });
    const latin = Buffer.from('Reference,Amount,Name,Payer\nA,5,x,Ren\xe9\n', 'latin1');
    expect((await read(latin))[0]).toMatchObject({ payer: 'René' });
  });

  it.each([
    ['no amounts', 'Reference,Sum\nA,5\n', 'amounts'],
    ['no references', 'Name,Amount\nA,5\n', 'references'],
    ['nothing', '', 'header'],
    ['an open quote', 'Reference,Amount\n"A,5\n', 'CSV'],
    ['NUL characters', 'Reference,Amount\nA\0,5\n', 'UTF-8'],
    ['a currency that nobody knows', 'Reference,Amount,Currency\nA,5,XXX\n', 'line 2: currency'],
  ])('with %s is refused', async (_, text, words) => {
    await expect(read(text)).rejects.toThrow(DomainError);
    await expect(read(text)).rejects.toThrow(words);
  });

  it('without a currency is refused where none is set', async () => {
    await expect(read('Transaction Id,Amount\nA,5\n', {}, 'wave')).rejects.toThrow('currency');
  });

  it('names the lines that cannot be read, at most twenty', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `A${index},x`);
    const refusal = await read(`Reference,Amount\n${rows.join('\n')}\n`).catch((error) => error);
    expect(refusal).toBeInstanceOf(DomainError);
    expect((refusal as DomainError).extra.errors?.['file']).toHaveLength(20);
  });
});

describe('checksums', () => {
  it('are the same for the same line of another file, and differ for equal lines of one', async () => {
    const text = 'Reference,Amount\nA,5\nA,5\nB,5\n';
    const sums = async (): Promise<string[]> => {
      const checksums = new LineChecksums();
      return (await read(text)).map((line) => checksums.of(line));
    };
    const [first, second] = [await sums(), await sums()];
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(3);
  });
});
