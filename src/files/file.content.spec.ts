import { JPEG, PDF, PNG, WEBP } from '../../test/support/forms.js';
import { detectMediaType } from './file.content.js';

describe('the type of a file', () => {
  it.each([
    ['application/pdf', PDF],
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['image/webp', WEBP],
  ])('is %s by its content', async (type, bytes) => {
    expect(await detectMediaType(bytes)).toBe(type);
  });

  it.each([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['an archive', Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0])],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0')],
    ['a program', Buffer.from('MZ\x90\0\x03\0')],
    ['text', Buffer.from('paid, honestly')],
    ['a PDF behind something else', Buffer.concat([Buffer.from('\n<script>'), PDF])],
    ['a JPEG behind an ID3 tag', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0'), JPEG])],
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([0xff])],
  ])('is none of ours for %s', async (_, bytes) => {
    expect(await detectMediaType(bytes)).toBeNull();
  });
});
