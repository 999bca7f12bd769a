import assert from 'node:assert/strict';
import { createFilter, type FilterOutcome } from '../../../lib/filtering/generation-filter.ts';
import type { FilterSettings } from '../../../lib/settings/settings.ts';

const SETTINGS: FilterSettings = {
  minWords: 4,
  minDistinctWords: 0.5,
  dropDuplicates: true,
  copyNgram: 5,
  nearDuplicates: null,
  newWords: 0,
  label: 0,
  fluency: 0,
};
const recordsOf = (texts: readonly string[]) => texts.map((text, index) => ({ id: String(index), text }));
const TEXTS = ['We bake fresh bread every morning in our oven.', 'Rye bread is good for you, they say.'];
const TRAINING = { records: recordsOf(TEXTS) };
const PROMPT = 'summarize: bakery. bread oven';

describe('createFilter', () => {
  const cases: {
    what: string;
    text: string;
    prompt?: string;
    settings?: Partial<FilterSettings>;
    verdict: FilterOutcome;
  }[] = [
    { what: 'a record of its own', text: 'Our family makes cakes for weddings', verdict: 'kept' },
    { what: 'an empty record', text: '', verdict: 'degenerate' },
    {
      what: 'an empty record where no least number is set',
      text: ' ',
      settings: { minWords: 0 },
      verdict: 'degenerate',
    },
    { what: 'too few words', text: 'fresh cakes here', verdict: 'degenerate' },
    { what: 'just enough words', text: 'fresh cakes sold here', verdict: 'kept' },
    { what: 'one word over and over', text: 'bread bread bread Bread bread', verdict: 'degenerate' },
    { what: 'half of the words distinct', text: 'bread oven bread oven', verdict: 'kept' },
    {
      what: 'nothing but punctuation and blanks',
      text: '<extra_id_0> . , - <extra_id_1> ! <extra_id_22>',
      verdict: 'degenerate',
    },
    {
      what: 'as many words in a row as a training record',
      text: 'They bake: FRESH bread every morning.',
      verdict: 'copied',
    },
    { what: 'one word fewer in a row', text: 'They bake fresh bread every day', verdict: 'kept' },
    { what: 'words of two training records in a row', text: 'in our oven rye bread is', verdict: 'kept' },
    {
      what: 'what its own prompt said',
      text: 'They say: bake fresh bread every morning',
      prompt: 'summarize: bakery. We bake fresh bread every morning',
      verdict: 'kept',
    },
    {
      what: 'more than its own prompt said',
      text: 'bake fresh bread every morning in town',
      prompt: 'summarize: bakery. bake fresh bread every morning',
      verdict: 'copied',
    },
    { what: 'a copy where copies are kept', text: TEXTS[0]!, settings: { copyNgram: 0 }, verdict: 'kept' },
  ];
  for (const { what, text, prompt = PROMPT, settings, verdict } of cases)
    it(`${verdict === 'kept' ? 'keeps' : `drops as ${verdict}`}: ${what}`, () => {
      const filter = createFilter(TRAINING, { ...SETTINGS, ...settings });
      assert.equal(filter({ prompt, text }), verdict);
    });

  it('drops a repetition of a kept record, whatever its case, spaces and punctuation', () => {
    const filter = createFilter(TRAINING, SETTINGS);
    const classify = (text: string) => filter({ prompt: PROMPT, text });
    assert.equal(classify('Our family makes cakes.'), 'kept');
    assert.equal(classify('our  FAMILY makes - cakes!'), 'duplicate');
    assert.equal(classify('Our family makes cookies.'), 'kept');
  });

  it('keeps repetitions where it shall', () => {
    const filter = createFilter(TRAINING, { ...SETTINGS, dropDuplicates: false });
    const record = { prompt: PROMPT, text: 'Our family makes cakes' };
    assert.deepEqual([filter(record), filter(record)], ['kept', 'kept']);
  });

  it('finds every copy and takes nothing else for one, over many training records', () => {
    const record = (index: number) => Array.from({ length: 30 }, (_, word) => `w${index}x${word}`).join(' ');
    const filter = createFilter(
      { records: recordsOf(Array.from({ length: 2000 }, (_, index) => record(index))) },
      SETTINGS,
    );
    for (let index = 0; index < 2000; index++) {
      const words = record(index).split(' ');
      assert.equal(filter({ prompt: '', text: words.slice(20, 25).join(' ') }), 'copied');
      assert.equal(filter({ prompt: '', text: words.toReversed().join(' ') }), 'kept');
    }
  });

  it('drops answers in another form than was asked', () => {
    const filter = createFilter(TRAINING, SETTINGS);
    assert.equal(filter({ prompt: PROMPT, text: 'Our family makes cakes', incomplete: true }), 'incomplete');
  });

  it('drops what is nearly a training record or nearly another generated one', () => {
    const words = (from: number) => Array.from({ length: 40 }, (_, index) => `w${from + index}`);
    const filter = createFilter(
      { records: recordsOf([words(0).join(' ')]) },
      { ...SETTINGS, copyNgram: 0, nearDuplicates: 0.8 },
    );
    const classify = (text: string[]) => filter({ prompt: PROMPT, text: text.join(' ') });
    assert.equal(classify([...words(0).slice(0, 39), 'changed']), 'nearDuplicate');
    assert.equal(classify(words(100)), 'kept');
    assert.equal(classify(['changed', ...words(101).slice(0, 39)]), 'nearDuplicate');
  });

  it('drops a record with too few words that its sources do not have', () => {
    const filter = createFilter(TRAINING, { ...SETTINGS, copyNgram: 0, newWords: 0.2 });
    const classify = (text: string, sources: string[]) => filter({ prompt: PROMPT, text, sources });
    assert.equal(classify('We bake fresh bread every evening in our oven', ['0']), 'unchanged');
    assert.equal(classify('We bake sweet cakes every evening in our oven', ['0']), 'kept');
    assert.equal(classify('We bake fresh bread each evening in our oven', ['1']), 'kept');
    assert.equal(
      classify('We bake fresh bread this evening in our oven', []),
      'kept',
      'a record without sources',
    );
  });

  it('drops what its own model finds less probable than nearly all that it learnt', () => {
    const filter = createFilter(TRAINING, { ...SETTINGS, fluency: 0.02 });
    const classify = (text: string, fluency?: number) => filter({ prompt: PROMPT, text, fluency });
    assert.equal(classify('Our family makes cakes', 0.01), 'improbable');
    assert.equal(classify('Our family makes pies', 0.02), 'kept');
    assert.equal(classify('Our family makes tarts'), 'kept', 'what the model was not taught');
  });
});
