import { parse } from 'csv-parse/sync';
import { array, assert, oneof, property, string, stringMatching } from 'fast-check';
import { csvLines, safeCell } from './csv.text.js';

describe('cells', () => {
  it.each([
    '=1+1',
    '+255653294241',
    '-2+3+cmd|" /C calc"!A0',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1+1',
    '-1e5',
    '-',
    '--1',
    '-5.00 ',
  ])('that a spreadsheet would run are made text: %j', (text) => {
    expect(safeCell(text)).toBe(`'${text}`);
  });

  it.each([
    ['-5.00', '-5.00'],
    ['-12', '-12'],
    ['50000.00', '50000.00'],
    ['2026-01-23', '2026-01-23'],
    ["O'Neil = sons", "O'Neil = sons"],
    ['', ''],
    [null, ''],
    [7, '7'],
    [-7, '-7'],
    [12345678901234567890n, '12345678901234567890'],
  ])('that are plain stay so: %p', (value, text) => expect(safeCell(value)).toBe(text));
});

describe('lines', () => {
  it('are those of RFC 4180', () => {
    expect(csvLines([['a', 'say "hi"', 'x,y', 'one\ntwo', 'cr\ronly', 'semi;colon', null]])).toBe(
      'a,"say ""hi""","x,y","one\ntwo","cr\ronly","semi;colon",\r\n',
    );
    expect(csvLines([['Ħ']], { bom: true })).toBe('\uFEFFĦ\r\n');
    expect(csvLines([])).toBe('');
  });

  it('read back as they were written, and no cell starts like a formula', () => {
    const cell = oneof(
      string({ unit: 'binary' }),
      stringMatching(/^[=+\-@\t\r\n;,"a-z0-9 ]{0,12}$/),
    );
    assert(
      property(array(array(cell, { minLength: 2, maxLength: 2 })), (rows) => {
        const read: string[][] = parse(csvLines(rows), { record_delimiter: '\r\n' });
        expect(read).toEqual(rows.map((row) => row.map(safeCell)));
        for (const text of read.flat()) {
          expect(/^[=+@\t\r\n]/.test(text) || /^-(?!\d+(\.\d+)?$)/.test(text)).toBe(false);
        }
      }),
    );
  });
});
