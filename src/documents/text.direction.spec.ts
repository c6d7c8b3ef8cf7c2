import { isRightToLeft, piecesOf } from './text.direction.js';

/** The line as the eye meets it, left to right: what a font turns around is turned around here. */
function seen(line: string, rightToLeft = isRightToLeft(line)): string {
  return piecesOf(line, rightToLeft)
    .map((piece) => (piece.rightToLeft ? Array.from(piece.text).toReversed().join('') : piece.text))
    .join('');
}

describe('the direction of a paragraph', () => {
  it.each([
    ['Asha Juma', false],
    ['محمد', true],
    ['אברהם', true],
    ['12 شقة', true],
    ['(Dar) شقة', false],
    ['አበበ', false],
    ['', false],
    ['12.50', false],
  ])('of %j is right to left: %s', (text, expected) => expect(isRightToLeft(text)).toBe(expected));
});

// Hebrew stands for all right-to-left scripts here, as its letters do not change their shape.
describe('the order of a line', () => {
  it.each([
    ['left to right alone', 'Paid 12,500.00 (TZS)', 'Paid 12,500.00 (TZS)'],
    ['right to left alone', 'אבג דהו', 'והד גבא'],
    ['a name within', 'Paid by אבג דהו today', 'Paid by והד גבא today'],
    ['a number within right to left', 'אבג 1,500.50 דהו', 'והד 1,500.50 גבא'],
    ['a date', 'אבג 10/12/2026', '10/12/2026 גבא'],
    ['a phone number', 'אבג +255653294241', '+255653294241 גבא'],
    ['a percentage', 'אבג 18% דהו', 'והד 18% גבא'],
    ['a reference', 'אבג HTL-000008 דהו', 'והד HTL-000008 גבא'],
    ['brackets', 'אבג (דהו) זחט', 'טחז (והד) גבא'],
    ['brackets around left to right', 'אבג (Dar) דהו', 'והד (Dar) גבא'],
    ['a full stop', 'אבג.', '.גבא'],
    ['a full stop after a name in a left-to-right line', 'By אבג.', 'By גבא.'],
    ['a number after a name in a left-to-right line', 'By אבג 12, thanks', 'By 12 גבא, thanks'],
    ['nothing', '', ''],
  ])('with %s', (_, line, expected) => expect(seen(line)).toBe(expected));

  it('keeps marks with their letters', () => {
    const pieces = piecesOf('شُكْرًا', true);
    expect(pieces).toEqual([{ text: 'شُكْرًا', rightToLeft: true }]);
  });

  it('leaves a left-to-right line in one piece', () => {
    expect(piecesOf('Asha Juma, 12', false)).toHaveLength(1);
  });
});
