import { createHash } from 'node:crypto';
import { Transactions } from '../../src/database/index.js';
import { Files } from '../../src/files/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertRow, aUser } from '../support/fixtures.js';
import { JPEG, PDF, PNG, WEBP } from '../support/forms.js';

const files = new Files();
let database: TestDatabase;
let uploadedBy: number;

beforeAll(async () => {
  database = await createTestDatabase();
  uploadedBy = (await aUser(database.dataSource, 'customer')).userId;
});
afterAll(() => database.drop());

const newFile = (bytes: Buffer, filename = 'x') => ({
  accountId: 1,
  uploadedBy,
  purpose: 'payment_proof',
  filename,
  bytes,
});

describe('a stored file', () => {
  it.each([
    ['application/pdf', PDF, 'x.pdf'],
    ['image/png', PNG, 'x.png'],
    ['image/jpeg', JPEG, 'x.jpg'],
    ['image/webp', WEBP, 'x.webp'],
  ])('of %s is read back whole', async (mediaType, bytes, filename) => {
    const stored = await files.store(database.dataSource.manager, newFile(bytes));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(stored).toMatchObject({ mediaType, filename, size: bytes.length, sha256, uploadedBy });
    const found = await files.read(database.dataSource, 1, stored.id);
    expect(found?.file).toEqual(stored);
    expect(found?.bytes).toEqual(bytes);
    expect(await files.describe(database.dataSource, 1, [stored.id, 0])).toEqual(
      new Map([[stored.id, stored]]),
    );
  });

  it('is not there for another account', async () => {
    const other = await insertRow<{ id: number }>(database.dataSource, 'accounts', { name: 'B' });
    const { id } = await files.store(database.dataSource.manager, newFile(PDF));
    expect(await files.read(database.dataSource, other.id, id)).toBeNull();
    expect((await files.describe(database.dataSource, other.id, [id])).size).toBe(0);
    expect(await files.read(database.dataSource, 1, 999_999)).toBeNull();
  });

  it('goes with the transaction that stored it', async () => {
    const transactions = new Transactions(database.dataSource);
    const ids: number[] = [];
    const failing = transactions.run(async (manager) => {
      ids.push((await files.store(manager, newFile(PDF))).id);
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    expect(ids).toHaveLength(1);
    expect(await files.read(database.dataSource, 1, ids[0] ?? 0)).toBeNull();
  });

  it('is refused when its content is none of the types', async () => {
    await expect(
      files.store(database.dataSource.manager, newFile(Buffer.from('hello'), 'slip.pdf')),
    ).rejects.toMatchObject({ kind: 'invalid', extra: { errors: { file: [expect.any(String)] } } });
  });

  it('can be neither changed nor removed, by nobody', async () => {
    const { id } = await files.store(database.dataSource.manager, newFile(PDF));
    for (const sql of [
      `UPDATE files SET filename = 'other.pdf' WHERE id = ${id}`,
      `DELETE FROM files WHERE id = ${id}`,
      'TRUNCATE files CASCADE',
    ]) {
      await expect(database.dataSource.query(sql)).rejects.toThrow(/permission denied/);
      await expect(database.asOwner(sql)).rejects.toThrow(/append-only/);
    }
  });

  it.each([
    ['another hash', { sha256: Buffer.alloc(32) }, 'files_sha256'],
    ['another size', { size: 1 }, 'files_size'],
    ['another type', { media_type: 'text/html' }, 'files_media_type'],
    ['a path for a name', { filename: '../x.pdf' }, 'files_filename'],
    ['a line break in its name', { filename: 'x\r\n.pdf' }, 'files_filename'],
  ])('cannot have %s', async (_, values, constraint) => {
    const row = {
      account_id: 1,
      purpose: 'payment_proof',
      filename: 'x.pdf',
      media_type: 'application/pdf',
      size: PDF.length,
      sha256: createHash('sha256').update(PDF).digest(),
      bytes: PDF,
    };
    await insertRow(database.dataSource, 'files', row);
    await expect(
      insertRow(database.dataSource, 'files', { ...row, ...values }),
    ).rejects.toMatchObject({ constraint });
  });
});
