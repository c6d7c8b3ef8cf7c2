import { domainOf, isAddress } from './mail.types.js';

describe('an address to write to', () => {
  it.each(['customer@example.com', 'jane.doe+x@mail.example.test', 'ünï@exämple.test'])(
    'is %s',
    (text) => expect(isAddress(text)).toBe(true),
  );

  it.each([
    '',
    'customer',
    'a@b@c.example',
    'a@b.example, c@d.example',
    'a@b.example;c@d.example',
    'A <a@b.example>',
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example\n',
    '"a b"@c.example',
    `${'a'.repeat(250)}@b.example`,
  ])('is not %j', (text) => expect(isAddress(text)).toBe(false));

  it.each([
    ['noreply@travelapp.com', 'travelapp.com'],
    ['Travel App <noreply@travelapp.com>', 'travelapp.com'],
  ])('tells the domain of %s', (from, domain) => expect(domainOf(from)).toBe(domain));
});
