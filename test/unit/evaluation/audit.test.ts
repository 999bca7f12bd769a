import assert from 'node:assert/strict';
import type { Page } from '../../../lib/corpus/page.ts';
import { auditClass } from '../../../lib/evaluation/audit.ts';
import { countReads, HeldOutTexts, isUnread } from '../../../lib/evaluation/test-overlap.ts';
import { makePages } from './pages.ts';

/** `count` words that stand in no other text. */
const unique = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`).join(' ');

const PASSAGE = unique('passage', 13);
const BOILERPLATE = unique('boilerplate', 13);

const real = [
  { id: '1', text: `${unique('first', 20)} ${BOILERPLATE}.` },
  { id: '2', text: unique('second', 25) },
  { id: '3', text: 'Too short to overlap' },
];

/** @param others pages that the model has read beside those of the class */
function audit(texts: string[], test: string[] = [], others: string[] = []) {
  const heldOut = new HeldOutTexts();
  for (const text of test) heldOut.add(text);
  const pages = [...real, ...others.map((text, index) => ({ id: `other-${index}`, text }))];
  const read = countReads(pages.map((page) => ({ ...page, repeated: heldOut.repeatedBy(page.text) })));
  const generated = texts.map((text, index) => ({ id: `generated-${index}`, text }));
  return auditClass({ class: 'tin', generated, real }, heldOut, read);
}

describe('the audit of generated records', () => {
  it('finds the records that repeat 13 words of a test record, whatever their case and punctuation', () => {
    const { repeatsTest } = audit(
      [`So: ${PASSAGE.toUpperCase()}!`, PASSAGE.split(' ').slice(1).join(' '), unique('new', 20)],
      [`before ${PASSAGE.replaceAll(' ', ', ')} ${unique('after', 20)}`, unique('other', 20)],
    );
    assert.deepEqual(repeatsTest, {
      generated: 1,
      beyondTraining: 1,
      real: 0,
      realBeyondOthers: 0,
      examples: ['generated-0'],
    });
  });

  it('tells apart what the training records have in common with the test', () => {
    const { repeatsTest } = audit(
      [`${unique('new', 5)} ${BOILERPLATE}`, `${BOILERPLATE} ${PASSAGE}`],
      [`${BOILERPLATE} ${PASSAGE}`],
    );
    assert.deepEqual(repeatsTest, {
      generated: 2,
      beyondTraining: 1,
      real: 1,
      realBeyondOthers: 1,
      examples: ['generated-0', 'generated-1'],
    });
  });

  it('knows what the model has read of other classes, and what several sites share', () => {
    const { repeatsTest } = audit(
      [PASSAGE, BOILERPLATE],
      [`${BOILERPLATE} ${PASSAGE}`],
      [PASSAGE, BOILERPLATE],
    );
    assert.deepEqual(
      [repeatsTest.generated, repeatsTest.beyondTraining, repeatsTest.real, repeatsTest.realBeyondOthers],
      [2, 0, 1, 0],
    );
  });

  it('counts a page that stands twice among those read once', () => {
    const { repeatsTest } = audit([], [BOILERPLATE]);
    const twice = countReads([...real, ...real].map((page) => ({ ...page, repeated: new Set([7]) })));
    assert.equal(repeatsTest.realBeyondOthers, 1);
    assert.equal(isUnread(new Set([7]), twice, 3), true);
    assert.equal(isUnread(new Set([7]), twice, 2), false);
  });

  it('finds near copies of a test record in which every fifteenth word is another', () => {
    const words = unique('page', 60).split(' ');
    const copy = words.map((word, at) => (at % 15 === 14 ? `other${at}` : word)).join(' ');
    const { repeatsTest } = audit([copy, unique('new', 60)], [words.join(' ')]);
    assert.deepEqual(repeatsTest.examples, ['generated-0']);
  });

  it('finds copies of training records, whole and in part', () => {
    const { copies } = audit([
      'too short, TO overlap',
      `${unique('new', 3)} ${unique('second', 13)}`,
      real[1]!.text,
      unique('new', 20),
    ]);
    assert.deepEqual(copies, {
      generated: 3,
      whole: 2,
      passages: 2,
      examples: ['generated-0', 'generated-1', 'generated-2'],
    });
  });

  it('names five examples at most', () => {
    const found = audit(Array(9).fill(PASSAGE), [PASSAGE]);
    assert.equal(found.repeatsTest.generated, 9);
    assert.equal(found.repeatsTest.examples.length, 5);
  });

  it('counts as novel what no other training record of the class has, for real records too', () => {
    const same = Array.from({ length: 4 }, (_, at) => ({ id: String(at), text: unique('same', 20) }));
    const novelty = (text: string) =>
      auditClass({ class: 'tin', generated: [{ id: 'g', text }], real: same }, new HeldOutTexts(), new Map())
        .likeness!.novelty;
    assert.deepEqual(novelty(unique('same', 20)), { generated: 0, real: 0 });
    assert.deepEqual(novelty(unique('new', 20)), { generated: 1, real: 0 });
  });

  it('finds real records as unlike as others of their kind, whatever their lengths', () => {
    const pages = (records: number, seed: number) => makePages({ tin: records }, seed);
    const run = (generated: readonly Page[]) =>
      auditClass({ class: 'tin', generated, real: pages(180, 2) }, new HeldOutTexts(), new Map());
    const alike = run(pages(700, 1));
    assert.equal(alike.likeness!.sample, 90);
    const { diversity, vocabulary } = alike.likeness!;
    assert.ok(Math.abs(diversity.generated.distinct2 - diversity.real.distinct2) < 0.05);
    assert.ok(Math.abs(vocabulary.generated.divergence - vocabulary.real.divergence) < 0.05);
    assert.deepEqual(run(pages(700, 1)), alike);
    const short = run(
      pages(700, 1).map((page) => ({ ...page, text: page.text.split(' ').slice(0, 3).join(' ') })),
    );
    // Shorter texts alone have more distinct pairs of words; cut to their length, real ones have as many.
    const cut = short.likeness!.diversity;
    assert.ok(Math.abs(cut.generated.distinct2 - cut.real.distinct2) < 0.08, JSON.stringify(cut));
    assert.deepEqual(short.length!.generated.median, 3);
  });

  it('has nothing to compare where nothing was generated', () => {
    assert.deepEqual(Object.keys(audit([])), ['class', 'generated', 'real', 'repeatsTest', 'copies']);
  });
});
