export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

export type Line = [label: string, value: string | number | null];

/** What a mail says, before it is text and HTML. */
export interface Letter {
  subject: string;
  greeting: string;
  opening: string;
  blocks: { heading: string; lines: [label: string, value: string][] }[];
  thanks: string;
  closing: string[];
}

/** The letter as text and as HTML. What people wrote in it is text in the HTML part too. */
export function renderLetter(letter: Letter): RenderedMail {
  return { subject: letter.subject, text: plain(letter), html: html(letter) };
}

export function greetingOf(name: string | null): string {
  return `Dear ${(name === null ? '' : oneLine(name)) || 'Customer'},`;
}

function plain(letter: Letter): string {
  const blocks = letter.blocks.map(({ heading, lines }) =>
    [
      heading,
      '-'.repeat(heading.length),
      ...lines.map(([label, value]) => `${label}: ${value}`),
    ].join('\n'),
  );
  return [
    letter.greeting,
    letter.opening,
    ...blocks,
    letter.thanks,
    letter.closing.join('\n'),
  ].join('\n\n');
}

function html(letter: Letter): string {
  const paragraph = (...lines: string[]): string => `<p>${lines.map(escaped).join('<br>')}</p>`;
  const blocks = letter.blocks.flatMap(({ heading, lines }) => [
    `<h2 style="font-size:16px;margin:24px 0 8px">${escaped(heading)}</h2>`,
    '<table style="border-collapse:collapse">',
    ...lines.map(
      ([label, value]) =>
        `<tr><td style="padding:2px 16px 2px 0;color:#555">${escaped(label)}:</td>` +
        `<td style="padding:2px 0">${escaped(value)}</td></tr>`,
    ),
    '</table>',
  ]);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(letter.subject)}</title></head>`,
    '<body style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#222">',
    paragraph(letter.greeting),
    paragraph(letter.opening),
    ...blocks,
    paragraph(letter.thanks),
    paragraph(...letter.closing),
    '</body></html>',
  ].join('\n');
}

/** What there is to show. */
export function shown(lines: Line[]): [label: string, value: string][] {
  return lines.flatMap(([label, value]): [string, string][] => {
    const text = value === null ? '' : oneLine(String(value));
    return text === '' ? [] : [[label, text]];
  });
}

/** A value cannot grow lines of its own, which would read as ours. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
