import { html } from './html.js';
import { showAmount, showBody, showPhone } from './page.format.js';

describe('the html template', () => {
  it('escapes what goes in, in text and in attributes', () => {
    const evil = `<script>alert("x")</script> & 'y'`;
    const safe = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;';
    expect(html`<p title="${evil}">${evil}</p>`.text).toBe(`<p title="${safe}">${safe}</p>`);
  });

  it('leaves nested templates as they are, and nothing for null and false', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    const text = html`<p>${items}${null}${false}${0}</p>`.text;
    expect(text).toBe('<p><li>a</li><li>&lt;b&gt;</li>0</p>');
  });
});

describe('what people read', () => {
  it.each([
    ['50000.00', 'TZS', 'TZS 50,000'],
    ['1250000.50', 'TZS', 'TZS 1,250,000.50'],
    ['1500', 'XOF', 'XOF 1,500'],
    ['0.00', 'TZS', 'TZS 0'],
    ['999.90', 'USD', 'USD 999.90'],
  ])('shows %s %s as %s', (amount, currency, shown) => {
    expect(showAmount(amount, currency)).toBe(shown);
  });

  it.each([
    ['255653294241', '+255 653 294 241'],
    ['1710446004', '1710446004'],
    ['46733123450', '+46733123450'],
  ])('shows the number %s as %s', (phone, shown) => {
    expect(showPhone(phone)).toBe(shown);
  });

  it('indents JSON and leaves other bodies alone', () => {
    expect(showBody('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(showBody('<a>')).toBe('<a>');
  });
});
