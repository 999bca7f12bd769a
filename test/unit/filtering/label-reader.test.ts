import assert from 'node:assert/strict';
import { countEach } from '../../../lib/arithmetic/counts.ts';
import { createFilter } from '../../../lib/filtering/generation-filter.ts';
import { LabelReader } from '../../../lib/filtering/label-reader.ts';
import { createRandom, type Random } from '../../../lib/random/random.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';

const OWN: Record<string, string[]> = {
  bakery: 'bread oven flour cake dough pastry crust rye yeast bun'.split(' '),
  garage: 'engine brake tyre clutch oil gearbox exhaust axle piston valve'.split(' '),
  florist: 'rose tulip bouquet stem vase petal wreath orchid lily fern'.split(' '),
};
const SHARED = 'we offer our best service every day to customers in town and around it'.split(' ');

const textOf = (label: string, random: Random, own = 0.3) =>
  Array.from({ length: 24 }, () => random.pick(random.next() < own ? OWN[label]! : SHARED)).join(' ');

/** Many bakeries, few florists. */
const pages = (['bakery', 'garage', 'florist'] as const).flatMap((label, at) => {
  const random = createRandom(1, 'pages', label);
  return Array.from({ length: [200, 120, 24][at]! }, (_, number) => ({
    id: `${label}-${number}`,
    label,
    text: textOf(label, random),
  }));
});

describe('LabelReader', () => {
  let reader: LabelReader;
  before(async () => {
    const parts = await LabelReader.train(pages, { seed: 42 });
    reader = new LabelReader(JSON.parse(JSON.stringify(parts)));
  });

  it('ranks texts of a rare class among its real records, and those of others below all of them', () => {
    const random = createRandom(2, 'new texts');
    const ranks = (label: string) =>
      Array.from({ length: 60 }, () => reader.ranksOf(textOf(label, random), 'florist', []));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const reads of ['classifier', 'nearness'] as const) {
      const own = mean(ranks('florist').map((each) => each[reads]));
      assert.ok(own > 0.3 && own < 0.7, `${reads}: new florists stand among the real ones, at ${own}`);
      assert.ok(mean(ranks('bakery').map((each) => each[reads])) < 0.05, `${reads}: bakeries stand below`);
    }
  });

  it('reads a text that is made of a record by what has not seen that record', () => {
    // Nonsense that one florist's page alone has: whoever learnt from the page takes it for a florist's word.
    const marked = pages.map((page) =>
      page.id === 'florist-0' ? { ...page, text: 'xylo xylo xylo xylo xylo we offer' } : page,
    );
    return LabelReader.train(marked, { seed: 42 }).then((parts) => {
      const other = new LabelReader(parts);
      const text = 'xylo xylo we offer our best service';
      const unseen = other.ranksOf(text, 'florist', ['florist-0']).classifier;
      const seen = other.ranksOf(text, 'florist', []).classifier;
      assert.ok(unseen <= seen, `${unseen} unseen, ${seen} seen`);
      assert.ok(unseen < 0.2);
    });
  });

  it('has the filter drop records of another class, and count them', () => {
    const { filter: settings } = parseSettings({ source: 'x.csv', preset: 'recommended' });
    const records = pages.filter(({ label }) => label === 'florist');
    const filter = createFilter({ records, label: 'florist', labels: reader }, settings);
    const random = createRandom(3, 'generated');
    const outcomes = (label: string) =>
      countEach(Array.from({ length: 40 }, () => filter({ prompt: '', text: textOf(label, random) })));
    assert.deepEqual([...outcomes('garage')], [['otherLabel', 40]]);
    const kept = outcomes('florist').get('kept')!;
    assert.ok(kept >= 20, `${kept} of 40 florists`);
  });
});
