import { contentDisposition } from './attachment.js';

describe('Content-Disposition', () => {
  it.each([
    ['slip.pdf', `attachment; filename="slip.pdf"; filename*=UTF-8''slip.pdf`],
    [
      'Asha’s slip.pdf',
      `attachment; filename="Asha_s slip.pdf"; filename*=UTF-8''Asha%E2%80%99s%20slip.pdf`,
    ],
    ['ደ.pdf', `attachment; filename="_.pdf"; filename*=UTF-8''%E1%8B%B0.pdf`],
    ['a"b\\c%d.pdf', `attachment; filename="a_b_c_d.pdf"; filename*=UTF-8''a%22b%5Cc%25d.pdf`],
    [
      "it's (1)*.pdf",
      `attachment; filename="it's (1)*.pdf"; filename*=UTF-8''it%27s%20%281%29%2A.pdf`,
    ],
    ['a\r\nb\ud800.pdf', `attachment; filename="a__b_.pdf"; filename*=UTF-8''a%0D%0Ab_.pdf`],
  ])('names %j', (name, header) => expect(contentDisposition(name)).toBe(header));
});
