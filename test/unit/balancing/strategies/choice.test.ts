import assert from 'node:assert/strict';
import type { ClassProfile } from '../../../../lib/balancing/profiles.ts';
import { pairsOf, promptAt, strategyOf } from '../../../../lib/balancing/strategies/choice.ts';
import type { StrategySettings } from '../../../../lib/balancing/strategies/shares.ts';
import { createRandom } from '../../../../lib/random/random.ts';

const PROFILE: ClassProfile = {
  label: 'wine_and/spirits',
  keywords: ['barrel', 'vintage', 'cellar'],
  sentences: ['Our wines rest in oak for two years.', 'Come and taste them in the cellar.'],
};
const TEXTS = [
  'Our vintage wines rest in an oak barrel for two years before we open the cellar to all visitors.',
  'Come and taste: every barrel in this cellar tells of sun, stones, patience and of the family.',
];
const MATERIAL = {
  profile: PROFILE,
  windows: TEXTS.map((text, index) => ({ text, record: `page-${index}` })),
};
const only = (name: 'prompt' | 'sketch' | 'infill'): StrategySettings => ({
  strategies: { prompt: 0, sketch: 0, infill: 0, [name]: 1 },
  keywordProbability: 0.5,
  seed: 42,
});
const many = (settings: StrategySettings, count = 200) =>
  Array.from({ length: count }, (_, index) => promptAt(MATERIAL, settings, index));

describe('promptAt', () => {
  it('gives the same prompt for the same class, seed and number in any order, with every strategy', () => {
    const settings: StrategySettings = {
      ...only('prompt'),
      strategies: { prompt: 0.2, sketch: 0.4, infill: 0.4 },
    };
    const forwards = many(settings, 20);
    const backwards = Array.from({ length: 20 }, (_, index) => promptAt(MATERIAL, settings, 19 - index));
    assert.deepEqual(forwards, backwards.reverse());
  });

  it('gives other prompts for other numbers and seeds', () => {
    const of = (seed: number) => many({ ...only('prompt'), seed }, 50).map(({ prompt }) => prompt);
    assert.notDeepEqual(of(1), of(2));
    assert.equal(new Set(of(1)).size, 8, 'all six pairs and both sentences occur');
  });

  it('asks each strategy as often as its share says', () => {
    const prompts = many({ ...only('prompt'), strategies: { prompt: 0, sketch: 0.25, infill: 0.75 } }, 2000);
    const infilled = prompts.filter(({ strategy }) => strategy === 'infill').length;
    assert.ok(prompts.every(({ strategy }) => strategy !== 'prompt'));
    assert.ok(Math.abs(infilled / 2000 - 0.75) < 0.04);
  });
});

describe('infill', () => {
  const { recordOf } = strategyOf('infill', only('infill'));

  it('blanks a share of the words of one record, and puts the record together again', () => {
    for (const { prompt, sources } of many(only('infill'))) {
      assert.ok(prompt.startsWith('fill wine and spirits: '));
      const text = TEXTS[Number(sources[0]!.slice('page-'.length))]!;
      const kept = prompt
        .split(': ')
        .slice(1)
        .join(': ')
        .split(' ')
        .filter((word) => !/^<extra_id_/.test(word));
      assert.ok(kept.length > 0 && kept.length < text.split(' ').length);
      const blanks = new Map(
        [...prompt.matchAll(/<extra_id_(\d+)>/g)].map(([, n]) => [Number(n), 'new words']),
      );
      const record = recordOf(prompt, { text: '', blanks }, PROFILE.label)!;
      assert.deepEqual(record.replaceAll('new words', '').split(/\s+/).filter(Boolean), kept);
    }
  });

  it('gives no record where a blank was left open', () => {
    const prompt = 'fill wine and spirits: Our <extra_id_0> rest in <extra_id_1>.';
    assert.equal(recordOf(prompt, { text: '', blanks: new Map([[0, 'wines']]) }, PROFILE.label), undefined);
    const blanks = new Map([
      [1, 'oak'],
      [0, 'wines'],
      [2, 'and more'],
    ]);
    assert.equal(recordOf(prompt, { text: '', blanks }, PROFILE.label), 'Our wines rest in oak.');
  });

  it('teaches what it asks: the words of the target in the blanks of the input are the record', () => {
    for (let seed = 0; seed < 50; seed++) {
      const [pair] = pairsOf(TEXTS[0]!, PROFILE, only('infill'), createRandom(seed));
      const blanks = new Map(
        [...pair!.target.matchAll(/<extra_id_(\d+)> ([^<]*)/g)].map(([, n, words]) => [
          Number(n),
          words!.trim(),
        ]),
      );
      assert.equal(recordOf(pair!.input, { text: '', blanks }, PROFILE.label), TEXTS[0]);
    }
  });
});

describe('sketch', () => {
  it('asks with words of one or two real records in their order, and gaps between', () => {
    for (const { prompt, sources } of many(only('sketch'))) {
      assert.match(prompt, /^write wine and spirits: <extra_id_0> /);
      const words = new Set(sources.flatMap((id) => TEXTS[Number(id.slice('page-'.length))]!.split(' ')));
      const asked = prompt.slice('write wine and spirits: '.length).split(/ ?<extra_id_\d+> /);
      assert.ok(
        asked.flatMap((fragment) => fragment.split(' ')).every((word) => word === '' || words.has(word)),
      );
    }
  });

  it('teaches a record from its own sketch', () => {
    const [pair] = pairsOf(TEXTS[1]!, PROFILE, only('sketch'), createRandom(1));
    assert.equal(pair!.target, TEXTS[1]);
    const fragments = pair!.input
      .slice('write wine and spirits: '.length)
      .split(/ ?<extra_id_\d+> /)
      .slice(1);
    let from = 0;
    for (const fragment of fragments) {
      const place = TEXTS[1]!.indexOf(fragment, from);
      assert.ok(place >= from, `${fragment} stands in the record, behind the one before`);
      from = place + fragment.length;
    }
  });
});
