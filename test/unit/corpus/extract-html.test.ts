import assert from 'node:assert/strict';
import { createCleaner } from '../../../lib/corpus/clean.ts';
import { extractHtml } from '../../../lib/corpus/extract-html.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';

const CASES: Array<[why: string, html: string, text: string]> = [
  [
    'scripts, styles, navigation and footers go',
    '<html><head><title>Home</title><style>p{}</style></head><body><nav><ul><li>Menu</li></ul></nav><p>We build roofs.</p><script>if (a < b) x("<p>");</script><footer><p>Copyright</p></footer></body></html>',
    'We build roofs.',
  ],
  [
    'each block is a sentence',
    '<h1>Our work</h1><p>Roofs<br>and walls</p><ul><li>One!</li><li>Two</li></ul>',
    'Our work. Roofs and walls. One! Two.',
  ],
  [
    'words in one block stay together',
    '<p>We <b>re</b>build <a href="x">old</a> roofs</p>',
    'We rebuild old roofs.',
  ],
  ['character references are decoded', '<p>Tom &amp; Jerry&nbsp;Ltd &lt;3</p>', 'Tom & Jerry Ltd <3.'],
  ['elements go by their role too', '<div role="navigation"><p>Menu</p></div><p>Text</p>', 'Text.'],
  ['all of what is left out goes', '<nav><b>Home</b> Menu</nav><p>Text</p>', 'Text.'],
  ['what is open within a left-out element ends with it', '<div><nav><ul><li>Menu</div><p>Text</p>', 'Text.'],
  ['text without tags stays as it is', 'a < b, AT&amp;T. no tags', 'a < b, AT&amp;T. no tags'],
  ['a page of which nothing would be left stays', '<nav><p>All of it</p>', '<nav><p>All of it</p>'],
];

describe('extractHtml', () => {
  for (const [why, html, text] of CASES) it(why, () => assert.equal(extractHtml(html), text));

  it('is a step of the cleaning when it is switched on, before tags are removed', async () => {
    const page = '<nav>Menu</nav><p>RetailBusiness</p>';
    const cleaning = (extract: boolean) =>
      parseSettings({ source: 'x', cleaning: { extractHtml: extract } }).cleaning;
    assert.equal((await createCleaner(cleaning(true)))(page), 'Retail Business.');
    assert.equal((await createCleaner(cleaning(false)))(page), 'Menu Retail Business');
  });

  it('takes no longer for deep and unclosed markup', () => {
    for (const piece of ['<div>', '<nav><p>', '</p>', '<a href="', '<!--', '&amp;'])
      assert.equal(typeof extractHtml(piece.repeat(20_000)), 'string');
  }).timeout(20_000);
});
