import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { demoCaller } from '../support/booking-room.js';
import { JPEG, PDF, PNG, WEBP } from '../support/forms.js';
import { readPdf } from '../support/pdf.js';
import { Papers } from '../../src/invoices/papers/papers.service.js';

const ROUTE = '/api/v1/payments/invoices/';

/** Who invoices are from, as an administrator sets it and as papers show it. */
describe('the papers of an account', () => {
  let app: TestApp;
  let admin: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp();
    admin = await app.api.login('admin');
    staff = await app.api.login('staff');
  });
  afterAll(() => app.close());

  const bytesOf = async (id: number): Promise<Buffer> =>
    (await app.app.get(Papers, { strict: false }).invoice(demoCaller('customer'), { id })).bytes;
  const textOf = async (id: number): Promise<string> =>
    readPdf(await bytesOf(id))
      .map(({ text }) => text)
      .join('\n');
  const issued = async (): Promise<number> => {
    const { body } = await staff.post(ROUTE, {
      customer: 'customer@malipo.test',
      currency: 'TZS',
      lines: [{ description: 'Dinner', quantity: '1', unit_price: '100.00' }],
    });
    const id = Number(body['id']);
    expect(await staff.post(`${ROUTE}${id}/issue/`)).toMatchObject({ status: 200 });
    return id;
  };
  const broken = Buffer.from(PNG);
  broken.fill(0xff, broken.indexOf('IDAT') + 4, broken.indexOf('IDAT') + 12);
  const upload = (bytes: Buffer, name = 'logo.png') => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(bytes)]), name);
    return admin.send('PUT', `${ROUTE}issuer/logo/`, form);
  };

  it('say what it is called, and those that are issued go on saying it', async () => {
    const before = await issued();
    const changed = await admin.send('PATCH', `${ROUTE}issuer/`, {
      legal_name: ' አዲስ ሆቴል ',
      address: 'Bole Road 1\nAddis Ababa',
      phone: '+251 911 234 567',
      email: null,
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: 'Malipo Demo',
        legal_name: 'አዲስ ሆቴል',
        phone: '+251911234567',
        email: null,
        tax_id: 'TIN 100-200-300',
        has_logo: false,
      },
    });
    expect((await staff.get(`${ROUTE}issuer/`)).body).toEqual(changed.body);
    const after = await issued();
    expect(await textOf(after)).toContain('አዲስ ሆቴል');
    expect(await textOf(after)).toContain('Addis Ababa');
    expect(await textOf(before)).toContain('Malipo Demo Ltd');
    expect(await textOf(before)).not.toContain('Addis Ababa');
    const wrong = await admin.send('PATCH', `${ROUTE}issuer/`, { phone: '12' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: { phone: expect.anything() } } });
  });

  it('show its logo, which must be a picture that can be shown', async () => {
    for (const bytes of [
      broken,
      PDF,
      WEBP,
      JPEG.subarray(0, 12),
      PNG.subarray(0, 30),
      Buffer.from('x'),
    ]) {
      const { status, body } = await upload(bytes);
      expect({ status, errors: Object.keys(body['errors'] ?? {}) }).toEqual({
        status: 400,
        errors: ['file'],
      });
    }
    expect(await upload(Buffer.alloc(513 * 1024))).toMatchObject({ status: 400 });
    const without = await issued();
    expect(await upload(PNG)).toMatchObject({ status: 200, body: { has_logo: true } });
    const withLogo = await issued();
    expect((await bytesOf(withLogo)).toString('latin1')).toContain('/Subtype /Image');
    expect((await bytesOf(without)).toString('latin1')).not.toContain('/Subtype /Image');
    expect(await admin.send('DELETE', `${ROUTE}issuer/logo/`)).toMatchObject({ status: 204 });
    expect((await bytesOf(withLogo)).toString('latin1')).toContain('/Subtype /Image');
    expect((await staff.get(`${ROUTE}issuer/`)).body).toMatchObject({ has_logo: false });
  });
});
