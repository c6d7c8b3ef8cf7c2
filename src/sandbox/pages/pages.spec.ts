import { AzamPayDesk, type Answer } from '../../../test/support/azampay-desk.js';
import { waitFor } from '../../../test/support/wait.js';

describe('the sandbox’s pages', () => {
  let desk: AzamPayDesk;
  beforeAll(async () => {
    desk = await AzamPayDesk.open();
  });
  beforeEach(() => desk.send('POST', '/api/reset'));
  afterAll(() => desk.close());

  const read = async (path: string): Promise<string> => {
    const { status, text } = await desk.send('GET', path, undefined, { accept: 'text/html' });
    expect([path, status]).toEqual([path, 200]);
    return text;
  };
  const post = (path: string, form: Record<string, string> = {}): Promise<Answer> =>
    desk.send('POST', path, new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  const location = ({ status, headers }: Answer): unknown[] => [status, headers.get('location')];

  it.each(['/', '/phone', '/checkout', '/inbox', '/faults', '/requests'])(
    '%s needs nothing inline and nothing from elsewhere',
    async (path) => {
      const { headers, text } = await desk.send('GET', path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(text).toMatch(/^<!doctype html>/i);
      expect(text).not.toMatch(
        /\son\w+=|\sstyle=|<script(?![^>]* src="\/)|<style|(src|href)="(https?:)?\/\//,
      );
      for (const [, asset] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        expect((await desk.send('GET', asset ?? '')).status).toBe(200);
      }
    },
  );

  it('shows a page where there is none', async () => {
    const { status, text } = await desk.send('GET', '/nowhere', undefined, { accept: 'text/html' });
    expect(status).toBe(404);
    expect(text).toContain('Nothing here');
  });

  it('shows a prompt with its amount, merchant, network, number and end', async () => {
    await desk.checkout('BOOKING-1', { amount: 1250000 });
    const { id, expires_at } = await desk.prompt('BOOKING-1');
    const text = await read('/phone');
    for (const part of ['1,250,000', 'malipo-sandbox', 'M-Pesa', '+255 653 294 241', 'BOOKING-1']) {
      expect(text).toContain(part);
    }
    expect(text).toContain(`data-expires-at="${expires_at}"`);
    for (const act of ['approve', 'decline', 'ignore']) {
      expect(text).toContain(`formaction="/phone/prompts/${id}/${act}"`);
    }
  });

  it('answers by plain forms, and comes back to the number one looked at', async () => {
    await desk.checkout('form');
    const { id } = await desk.prompt('form');
    expect(location(await post(`/phone/prompts/${id}/approve`, { phone: '255653294241' }))).toEqual(
      [303, '/phone?phone=255653294241'],
    );
    expect(await desk.prompt('form')).toMatchObject({ status: 'approved' });
    await desk.catcher.count('form', 1);
    expect(location(await post(`/phone/prompts/${id}/decline`))).toEqual([
      303,
      '/phone?notice=answered',
    ]);
    expect(await read('/phone?notice=answered')).toContain('Too late');
    expect(await read('/phone?notice=<b>')).not.toContain('<b>&lt;b&gt;');
    await waitFor('the delivery', async () =>
      (await read('/phone')).includes('Malipo answered 200'),
    );
    await post(`/phone/prompts/${id}/callback`);
    expect(desk.catcher.of('form')).toHaveLength(2);
    expect(location(await post('/phone/prompts/prm_none/approve'))).toEqual([
      303,
      '/phone?notice=forgotten',
    ]);
  });

  it('shows one number’s prompts', async () => {
    await desk.checkout('mine');
    await desk.checkout('other', { accountNumber: '255684000222' });
    const text = await read('/phone?phone=255684000222');
    expect(text).toContain('other');
    expect(text).not.toContain('>mine<');
    expect(await read('/phone?phone=abc')).toContain('is not a number');
  });

  it('escapes what gateways, mails and addresses bring', async () => {
    const evil = '"><img src=x onerror=alert(1)>';
    await desk.checkout(evil, { additionalProperties: { evil } });
    await desk.send('POST', '/api/mails', {
      from: evil,
      to: evil,
      subject: evil,
      text: evil,
      html: evil,
    });
    const paths = [
      '/phone',
      '/requests',
      '/inbox',
      `/phone?phone=${encodeURIComponent(evil)}`,
      `/inbox?to=${encodeURIComponent(evil)}`,
    ];
    for (const path of paths) expect(await read(path)).not.toContain('<img');
    expect(await read('/phone')).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  it('sets and clears faults by form', async () => {
    expect(
      location(await post('/faults/azampay', { initiate: 'decline', webhook: 'late', count: '2' })),
    ).toEqual([303, '/faults']);
    expect((await desk.send('GET', '/api/faults/azampay')).json).toMatchObject({
      initiate: 'decline',
      webhook: 'late',
      count: 2,
    });
    expect(await read('/faults')).toMatch(/<option value="decline" selected/);
    expect(location(await post('/faults/azampay', { initiate: 'decline', count: 'x' }))).toEqual([
      303,
      '/faults?notice=count',
    ]);
    expect(await read('/faults?notice=count')).toContain('Not set');
    await post('/faults/azampay/clear');
    expect((await desk.send('GET', '/api/faults/azampay')).json).toMatchObject({
      initiate: 'ok',
      count: null,
    });
  });

  it('shows requests and mails, and empties them', async () => {
    await desk.checkout('shown');
    await desk.send('POST', '/api/mails', {
      from: 'a@x.test',
      to: 'b@x.test',
      subject: 'Confirmed',
      text: 'Dear',
    });
    expect(await read('/requests?provider=azampay')).toContain('/azampay/mno/checkout');
    expect(await read('/inbox?to=b@x.test')).toContain('Confirmed');
    expect(await read('/inbox?to=c@x.test')).toContain('No mail for c@x.test yet');
    expect(await read('/')).toContain(desk.catcher.url);
    expect((await post('/requests/clear')).status).toBe(303);
    expect((await post('/inbox/clear')).status).toBe(303);
    expect(await read('/requests')).toContain('No gateway was asked');
    expect(await read('/inbox')).toContain('No mail yet');
  });

  it('forgets everything by form', async () => {
    await desk.checkout('gone');
    expect(location(await post('/reset'))).toEqual([303, '/']);
    expect(await desk.prompts('gone')).toEqual([]);
  });
});
