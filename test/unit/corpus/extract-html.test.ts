import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
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

  it('costs no text that stands in angle brackets and is no tag', () =>
    assert.equal(
      extractHtml('<p>Write to <ann@example.org>, if 3 <b and c> 4</p>'),
      'Write to <ann@example.org>, if 3 <b and c> 4.',
    ));

  for (const [opening, closing] of [
    ['<b>', '</i>'],
    ['<div>', '</div>'],
    ['<p><i>', '</b>'],
    ['<nav><li>', '</nav>'],
    ['<form>', '</form>'],
    ['<svg><g>', '</p>'],
    ['<a href="', '">'],
    ['<!--', '->'],
    ['<script>', '</style>'],
    ['&amp;', '&am'],
    ['<a b=c ', '<'],
  ] as const)
    it(`takes steps in proportion for what is grown twice of ${opening} and ${closing}`, async () => {
      const stepsOf = (times: number) =>
        countSteps(() => extractHtml(`<p>${opening.repeat(times)}text${closing.repeat(times)}`));
      // Quadratic steps would be 16 times as many; the engine's counts are off by up to a half where it compiles anew.
      const [few, many] = [await stepsOf(1000), await stepsOf(4000)];
      assert.ok(many < 8 * few, `${few} steps, then ${many}`);
    });
});

/** How often the parts of the functions run, loops included, as the engine counts them, and what native ones go through. */
async function countSteps(work: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  const native = countNativeSteps();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const ours = result.filter(({ url }) => /extract-html\.ts|htmlparser2|tags\.ts|entities/.test(url));
    const ranges = ours.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges));
    return ranges.reduce((sum, { count }) => sum + count, native.steps());
  } finally {
    native.stop();
    session.disconnect();
  }
}

/** Counts the elements that searches in lists go through, and those that a change at their beginning moves. */
function countNativeSteps() {
  const { indexOf, includes, unshift, shift } = Array.prototype;
  let steps = 0;
  for (const [name, original] of Object.entries({ indexOf, includes, unshift, shift }))
    Object.assign(Array.prototype, {
      [name](this: unknown[], ...given: unknown[]) {
        steps += this.length;
        return Reflect.apply(original, this, given) as unknown;
      },
    });
  return {
    steps: () => steps,
    stop: () => Object.assign(Array.prototype, { indexOf, includes, unshift, shift }),
  };
}
