import type { FastifyReply } from 'fastify';
import { sendVerificationPage, wantsPage } from './verification.page.js';

function answerOf(value: string): { status: number; headers: Map<string, string>; html: string } {
  const got = { status: 0, headers: new Map<string, string>(), html: '' };
  const reply = {
    code: (status: number) => ((got.status = status), reply),
    header: (name: string, text: string) => (got.headers.set(name, text), reply),
    type: (text: string) => (got.headers.set('content-type', text), reply),
    send: (html: string) => ((got.html = html), reply),
  };
  sendVerificationPage(reply as unknown as FastifyReply, 200, {
    title: 'Receipt',
    headline: 'This receipt is genuine',
    tone: 'good',
    rows: [['Paid by', value]],
    note: 'Compare it with the paper.',
  });
  return got;
}

describe('the page for whoever scans a paper', () => {
  it('shows its rows to a phone, and may load nothing', () => {
    const { status, headers, html } = answerOf('A••• J•••');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; /,
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(html).toContain('width=device-width');
    expect(html).toContain('<dt>Paid by</dt><dd><bdi>A••• J•••</bdi></dd>');
    expect(html).not.toMatch(/<script|https?:/);
  });

  it('writes every text as text', () => {
    const { html } = answerOf(`<img src=x onerror="alert('1')">&`);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
    expect(html).not.toContain('<img');
  });

  it.each([
    [undefined, true],
    ['*/*', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['application/json', false],
    ['application/json, text/plain, */*', false],
    ['text/html, application/json', true],
    ['APPLICATION/JSON', false],
  ])('is what Accept %j asks for: %s', (accept, page) => expect(wantsPage(accept)).toBe(page));
});
