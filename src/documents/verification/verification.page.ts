import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** What a person sees who scans a paper's code. */
export interface VerificationPage {
  title: string;
  /** The verdict, e.g. "This receipt is genuine". */
  headline: string;
  tone: 'good' | 'changed' | 'bad';
  rows: readonly (readonly [label: string, value: string])[];
  note: string;
}

const STYLE = `:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f3f5f8;color:#1a1a1a}
main{max-width:30rem;margin:0 auto;padding:1.5rem 1rem}
section{background:#fff;border-radius:.75rem;padding:1.25rem;box-shadow:0 1px 3px #0002}
h1{font-size:1.25rem;margin:0 0 1rem;padding-left:.75rem;border-left:.375rem solid}
.good h1{border-color:#1b8a4b}.changed h1{border-color:#b26a00}.bad h1{border-color:#c5221f}
dl{margin:0}
dl div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;padding:.5rem 0;border-top:1px solid #8883}
dt{color:#5f6368}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
p{color:#5f6368;font-size:.875rem;margin:1rem 0 0}
@media (prefers-color-scheme:dark){body{background:#16181b;color:#e8eaed}section{background:#212327}dt,p{color:#a5abb3}}`;

/** Nothing but this very style sheet may be applied, and nothing else loaded, run or framed. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers the page; its address holds a signature, which must not travel on to others. */
export function sendVerificationPage(
  reply: FastifyReply,
  status: number,
  page: VerificationPage,
): void {
  void reply
    .code(status)
    .header('content-security-policy', POLICY)
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex, nofollow')
    .header('vary', 'Accept')
    .type('text/html; charset=utf-8')
    .send(render(page));
}

function render({ title, headline, tone, rows, note }: VerificationPage): string {
  const list = rows
    .map(([label, value]) => `<div><dt>${escaped(label)}</dt><dd>${isolated(value)}</dd></div>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<section class="${tone}">
<h1>${escaped(headline)}</h1>
${list === '' ? '' : `<dl>\n${list}\n</dl>`}
<p>${escaped(note)}</p>
</section>
</main>
</body>
</html>
`;
}

/** A name that runs from right to left must not turn around what stands beside it. */
function isolated(text: string): string {
  return `<bdi>${escaped(text)}</bdi>`;
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

/** A page for people, unless the caller asks for JSON and for no page. */
export function wantsPage(accept: string | undefined): boolean {
  const types = (accept ?? '').toLowerCase();
  return types.includes('text/html') || !types.includes('application/json');
}
