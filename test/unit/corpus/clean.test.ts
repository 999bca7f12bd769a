import assert from 'node:assert/strict';
import {
  type CleaningStep,
  collapseDots,
  collapseSpaces,
  createCleaner,
  foldMarks,
  keepCharacters,
  normaliseCharacters,
  removeStrayW,
  removeTags,
  removeWords,
  splitGluedWords,
} from '../../../lib/corpus/clean.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import type { CleaningSettings } from '../../../lib/settings/settings.ts';

const cleaning = (change: Partial<CleaningSettings> = {}) =>
  parseSettings({ source: 'x', cleaning: change }).cleaning;

const STEPS: Array<[name: string, step: CleaningStep, cases: Array<[input: string, output: string]>]> = [
  [
    'removeTags',
    removeTags,
    [
      ['<p>Roofs</p><p>Walls</p>', ' Roofs  Walls '],
      ['one<br/>two<BR>three', 'one two three'],
      ['<a href="x.html" title="Home">Home</a>', ' Home '],
      ['a<!-- menu <b>x</b> -->b', 'a b'],
      ['<!DOCTYPE html>a', ' a'],
      ['a<script type="x">var a = 1 < 2;</script>b', 'a b'],
      ['a<style>p { color: red }</style>b', 'a b'],
      ['a<script>never closed', 'a never closed'],
      ['Tom &amp; Jerry&nbsp;Ltd', 'Tom & Jerry\u00a0Ltd'],
      ['twice &amp;amp; escaped &lt;br&gt; tag', 'twice & escaped   tag'],
      ['AT&T and R&D', 'AT&T and R&D'],
      ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
      ['a <b and c> d, x<y and z>w', 'a <b and c> d, x<y and z>w'],
      [
        'write to <ann@example.org> or <https://example.org>',
        'write to <ann@example.org> or <https://example.org>',
      ],
      ['<XYZ.O> rose, <3 and <-- here', '<XYZ.O> rose, <3 and <-- here'],
      ['<o:p>Word</o:p> <my-card>x</my-card><input disabled/><BR clear=all>', ' Word   x   '],
    ],
  ],
  [
    'splitGluedWords',
    splitGluedWords,
    [
      ['RetailBusiness', 'Retail Business'],
      ['USAToday', 'USA Today'],
      ['HomeAboutUsContact', 'Home About Us Contact'],
      ['PDF iPhone', 'PDF i Phone'],
      ['already split', 'already split'],
    ],
  ],
  [
    'keepCharacters',
    keepCharacters,
    [
      ["(a)-b. c: d' e, f? g& 7", "(a)-b. c: d' e, f? g& 7"],
      ['50% off! <b>', '50  off   b '],
      ['caf\u00e9 \u201cx\u201d\ttab\nline', 'caf   x  tab line'],
    ],
  ],
  [
    'normalise',
    normaliseCharacters,
    [
      ['in\u00adfor\u00admation', 'information'],
      ['zero\u200bwidth\ufeff \u2060joined\u200d', 'zerowidth joined'],
      ['e\ufb03cient \ufb01ne \u2460 \uff21\uff22', 'efficient fine 1 AB'],
      ['cafe\u0301', 'caf\u00e9'],
    ],
  ],
  [
    'foldMarks',
    foldMarks,
    [
      ['caf\u00e9 na\u00efve S\u00e3o Stra\u00dfe \u0142\u00f3d\u017a', 'cafe naive Sao Strasse lodz'],
      [
        'don\u2019t \u2013 \u041a\u0438\u0457\u0432 \u65e5\u672c',
        "don't - \u041a\u0438\u0457\u0432 \u65e5\u672c",
      ],
    ],
  ],
  ['collapseSpaces', collapseSpaces, [['a   b  c d', 'a b c d']]],
  ['collapseDots', collapseDots, [['wait... what.. so.', 'wait. what. so.']]],
  [
    'removeStrayW',
    removeStrayW,
    [
      ['room w view', 'room view'],
      ['a w w b', 'a b'],
      ['w at the start, ww, W', 'w at the start, ww, W'],
    ],
  ],
  [
    'removeWords',
    removeWords(['cookies', 'Privacy Policy', 'c++']),
    [
      ['We use Cookies, see our privacy policy. Done', 'We use , see our . Done'],
      ['cookiesheet stays', 'cookiesheet stays'],
    ],
  ],
];

describe('cleaning steps', () => {
  for (const [name, step, cases] of STEPS)
    for (const [input, output] of cases)
      it(`${name}: ${JSON.stringify(input)} -> ${JSON.stringify(output)}`, () =>
        assert.equal(step(input), output));
});

describe('cleaning', () => {
  it('does all steps in the order of the published method', async () => {
    const clean = await createCleaner(cleaning());
    assert.equal(
      clean('<h1>RetailBusiness</h1> w  Caf\u00e9 \u2013 open... <b>24/7</b>&nbsp;'),
      'Retail Business Caf open. 24 7',
    );
  });

  it('removes tags before their brackets are destroyed, or their names would stay as words', async () => {
    const page = '<div class="menu">Roofs</div> and <b>walls</b>';
    const tagsFirst = await createCleaner(cleaning());
    assert.equal(tagsFirst(page), 'Roofs and walls');
    const tagsLast = removeTags(collapseSpaces(keepCharacters(page))).trim();
    assert.equal(tagsLast, 'div class menu Roofs div and b walls b');
  });

  for (const setting of [
    'removeTags',
    'splitGluedWords',
    'keepCharacters',
    'collapseSpaces',
    'collapseDots',
    'removeStrayW',
  ] as const)
    it(`leaves ${setting} out when it is switched off`, async () => {
      const page = '<b>x</b> RetailBusiness  caf\u00e9.. a w b';
      const all = await createCleaner(cleaning());
      const without = await createCleaner(cleaning({ [setting]: false }));
      assert.notEqual(without(page), all(page));
    });

  it('cleans its own output into itself', async () => {
    const clean = await createCleaner(cleaning());
    const once = clean('<p>HomeAbout  Us.. caf\u00e9 w x</p>');
    assert.equal(clean(once), once);
  });

  it('takes no longer for pages full of unclosed markup', async () => {
    const clean = await createCleaner(cleaning());
    for (const piece of ['<script>', '<!--', '<a', '<', '&amp;', '<style ', '</script', '. '])
      assert.equal(typeof clean(piece.repeat(100_000)), 'string');
  });

  it('reduces words to their lemmas on demand', async () => {
    const clean = await createCleaner(cleaning({ lemmatise: true }));
    assert.equal(
      clean('Companies were printing books for women, wireless and USA news'),
      'Company be print book for woman, wireless and USA news',
    );
  });
});
