import { createHash } from 'node:crypto';
import { startApp, type TestApp } from '../support/app.js';
import { JPEG, PDF, PNG } from '../support/forms.js';
import { aManualDesk, type ManualDesk, proofForm } from '../support/manual-desk.js';

/** Files that show a transfer: who adds them, who gets them, and what they say about duplicates. */
describe('proofs of a transfer', () => {
  let app: TestApp;
  let desk: ManualDesk;

  beforeAll(async () => {
    app = await startApp();
    desk = await aManualDesk(app);
  });
  afterAll(() => app.close());

  const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  /** A PDF like no other. */
  const paper = (text: string): Buffer => Buffer.concat([PDF, Buffer.from(`% ${text}\n`)]);

  it('are kept as they came and make a new version', async () => {
    const payment = await desk.aPayment();
    const bytes = paper('kept');
    const proof = await desk.expectStatus(
      201,
      desk.prove(payment, desk.customer, bytes, 'My receipt.pdf'),
    );
    expect(proof).toMatchObject({
      payment_id: payment,
      filename: 'My receipt.pdf',
      media_type: 'application/pdf',
      size: bytes.length,
      sha256: sha256(bytes),
      uploaded_by: 'customer@malipo.test',
    });
    expect(await desk.read(payment)).toMatchObject({ version: 3, manual: { proofs: [proof] } });
    expect(await desk.approve(payment)).toMatchObject({ status: 409 });
    const list = await desk.customer.get(desk.path(payment, 'proofs/'));
    expect(list).toMatchObject({ status: 200, body: { count: 1, results: [proof] } });
    expect(await desk.trail(payment)).toContain('payment.proof_added');
    await desk.expectStatus(200, desk.approve(payment, { version: 3 }));
  });

  it('are handed out to be saved, never shown', async () => {
    const payment = await desk.aPayment();
    const bytes = paper('saved');
    const { id, uuid } = await desk.expectStatus(
      201,
      desk.prove(payment, desk.customer, bytes, 'receipt.pdf'),
    );
    for (const name of [id, uuid]) {
      const answer = await desk.staff.get(desk.path(payment, `proofs/${String(name)}/`));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/pdf');
      expect(answer.headers.get('content-disposition')).toMatch(
        /^attachment; filename="receipt.pdf"/,
      );
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.body['text']).toBe(bytes.toString());
    }
    const other = await desk.aPayment();
    const elsewhere = await desk.staff.get(desk.path(other, `proofs/${String(id)}/`));
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 'proof_not_found' } });
  });

  it('are refused when they are not what they seem, too many or there already', async () => {
    const payment = await desk.aPayment();
    const html = Buffer.from('<html><script>alert(1)</script></html>');
    expect(await desk.prove(payment, desk.customer, html, 'receipt.pdf')).toMatchObject({
      status: 400,
      body: { errors: { file: expect.anything() } },
    });
    expect(await desk.customer.post(desk.path(payment, 'proofs/'), {})).toMatchObject({
      status: 400,
      body: { errors: { file: expect.anything() } },
    });
    await desk.expectStatus(201, desk.prove(payment, desk.customer, PNG));
    expect(await desk.prove(payment, desk.customer, PNG, 'again.png')).toMatchObject({
      status: 400,
      body: { code: 'proof_already_there' },
    });
    for (let n = 2; n <= 10; n += 1) {
      await desk.expectStatus(201, desk.prove(payment, desk.customer, paper(`${payment} ${n}`)));
    }
    expect(await desk.prove(payment, desk.customer, JPEG)).toMatchObject({
      status: 400,
      body: { code: 'too_many_proofs' },
    });
    expect(await desk.read(payment)).toMatchObject({ version: 12 });
    expect(
      await desk.rows(`SELECT count(*)::int AS kept FROM files f WHERE NOT EXISTS (
        SELECT FROM manual_payment_proofs p WHERE p.file_id = f.id)`),
    ).toEqual([{ kept: 0 }]);
  });

  it('are added once under one idempotency key', async () => {
    const payment = await desk.aPayment();
    const send = () =>
      desk.customer.post(
        desk.path(payment, 'proofs/'),
        proofForm(paper('one key'), 'receipt.pdf'),
        { 'idempotency-key': 'one-proof' },
      );
    const first = await send();
    expect(await send()).toMatchObject({ status: 201, body: first.body });
    expect(await desk.read(payment)).toMatchObject({ version: 3 });
  });

  it('make whoever added them no reviewer', async () => {
    const payment = await desk.aPayment();
    await desk.expectStatus(201, desk.prove(payment, desk.staff, paper('statement')));
    expect(await desk.approve(payment, { version: 3 })).toMatchObject({
      status: 403,
      body: { code: 'own_payment' },
    });
    expect(await desk.reject(payment, { version: 3 })).toMatchObject({ status: 403 });
    await desk.expectStatus(200, desk.approve(payment, { version: 3 }, desk.staff2));
  });

  it('tell of a possible duplicate when the same file proves two payments', async () => {
    const picture = paper('used twice');
    const first = await desk.aPayment();
    const second = await desk.aPayment();
    await desk.expectStatus(201, desk.prove(first, desk.customer, picture));
    await desk.expectStatus(201, desk.prove(second, desk.customer, picture, 'renamed.pdf'));
    expect(await desk.manualOf(second)).toMatchObject({
      possible_duplicates: [{ payment_id: first, signals: ['proof'] }],
    });
    expect(await desk.approve(second, { version: 3 })).toMatchObject({
      status: 409,
      body: { code: 'possible_duplicate' },
    });
    await desk.expectStatus(200, desk.approve(second, { version: 3, confirm_duplicate: true }));
  });

  it('are nobody else’s: another customer, a cashier, another account', async () => {
    const payment = await desk.aPayment();
    const { id } = await desk.expectStatus(201, desk.prove(payment));
    const others = { customer2: 404, cashier: 403, owner: 403, outsider: 404 } as const;
    for (const [name, status] of Object.entries(others)) {
      const other = await app.api.login(name as keyof typeof others);
      expect((await other.get(desk.path(payment, 'proofs/'))).status).toBe(status);
      expect((await other.get(desk.path(payment, `proofs/${String(id)}/`))).status).toBe(status);
      expect((await desk.prove(payment, other, JPEG)).status).toBe(status);
    }
  });
});
