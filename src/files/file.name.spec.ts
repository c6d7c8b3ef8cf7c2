import { harmlessName } from './file.name.js';

describe('the name of a file', () => {
  it.each([
    ['slip.pdf', 'slip.pdf'],
    ['Slip May.PDF', 'Slip May.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\Users\\asha\\slip.pdf', 'slip.pdf'],
    ['slip.pdf.exe', 'slip.pdf.exe.pdf'],
    ['slip\u202efdp.exe', 'slipfdp.exe.pdf'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie_ x.pdf'],
    ['ደረሰኝ.pdf', 'ደረሰኝ.pdf'],
    ['إيصال.pdf', 'إيصال.pdf'],
    ['e\u0301.pdf', 'é.pdf'],
    ['.htaccess', 'htaccess.pdf'],
    ['"><img src=x>.pdf', '___img src=x_.pdf'],
    ['', 'file.pdf'],
    ['.pdf', 'file.pdf'],
    ['   ...   ', 'file.pdf'],
    ['\ud800.pdf', 'file.pdf'],
  ])('%j becomes %j', (sent, kept) => expect(harmlessName(sent, 'application/pdf')).toBe(kept));

  it('keeps either ending of a JPEG and is never longer than 150 characters', () => {
    expect(harmlessName('a.JPEG', 'image/jpeg')).toBe('a.jpeg');
    expect(harmlessName('a.png', 'image/jpeg')).toBe('a.png.jpg');
    const long = harmlessName('😀'.repeat(400), 'image/webp');
    expect(Array.from(long)).toHaveLength(150);
    expect(long.endsWith('😀.webp')).toBe(true);
  });
});
