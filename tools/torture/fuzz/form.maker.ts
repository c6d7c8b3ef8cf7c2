import { FORM_TYPE, formBytes, type FormPart, PIXEL } from '../desk/form.js';
import type { SeededRandom } from '../desk/seeded.random.js';
import { isRecord } from './value.maker.js';

const STATEMENT = 'Reference,Amount,Date\nFUZZ-1,100.00,2026-01-23 10:00\n';

/** A multipart body, mostly right, sometimes broken in one of the ways uploads break. */
export function makeForm(
  fields: unknown,
  random: SeededRandom,
): { bytes: Buffer; type: string; twist: string | null } {
  const parts: FormPart[] = Object.entries(isRecord(fields) ? fields : {})
    .filter(([name]) => name !== 'file')
    .map(([name, value]) => ({
      name,
      content: typeof value === 'string' ? value : JSON.stringify(value),
    }));
  parts.push({ name: 'file', ...aFile(random) });
  const type = FORM_TYPE;
  const whole = formBytes(parts);
  const broken: Record<string, () => { bytes: Buffer; type?: string }> = {
    'cut off': () => ({ bytes: whole.subarray(0, random.int(whole.length)) }),
    'without a closing boundary': () => ({ bytes: whole.subarray(0, whole.length - 6) }),
    'another boundary': () => ({ bytes: whole, type: 'multipart/form-data; boundary=other' }),
    'no boundary': () => ({ bytes: whole, type: 'multipart/form-data' }),
    'no file': () => ({ bytes: formBytes(parts.slice(0, -1)) }),
    'two files': () => ({ bytes: formBytes([...parts, { name: 'file', ...aFile(random) }]) }),
    'the file as text': () => ({ bytes: formBytes([{ name: 'file', content: 'text' }]) }),
    'many parts': () => ({
      bytes: formBytes(Array.from({ length: 1_200 }, () => ({ name: 'a', content: 'b' }))),
    }),
    'odd names': () => ({
      bytes: formBytes([...parts, { name: '__proto__', content: 'x' }, { name: '', content: '' }]),
    }),
    'a long field': () => ({
      bytes: formBytes([...parts, { name: 'x', content: 'y'.repeat(1_500_000) }]),
    }),
    'an empty file': () => ({
      bytes: formBytes([{ name: 'file', filename: 'a.png', content: '' }]),
    }),
    'an odd file name': () => ({
      bytes: formBytes([{ name: 'file', filename: '../../\u202e\\"a\u0001.png', content: PIXEL }]),
    }),
    'too large a file': () => ({
      bytes: formBytes([
        {
          name: 'file',
          filename: 'a.png',
          content: Buffer.concat([PIXEL, Buffer.alloc(6_000_000)]),
        },
      ]),
    }),
  };
  if (random.chance(0.45)) return { bytes: whole, type, twist: null };
  const twist = random.pick(Object.keys(broken));
  const made = broken[twist]?.() ?? { bytes: whole };
  return { type, ...made, twist: `form: ${twist}` };
}

function aFile(random: SeededRandom): Omit<FormPart, 'name'> {
  return random.pick([
    { filename: 'proof.png', content: PIXEL },
    { filename: 'statement.csv', content: STATEMENT },
    { filename: 'bill.pdf', content: '%PDF-1.4\n%%EOF\n' },
    { filename: 'noise.bin', content: Buffer.from([0, 1, 2, 255, 254]) },
    { filename: 'statement.csv', content: `"unclosed,${'x,'.repeat(2_000)}\n\u0000\n` },
  ]);
}
