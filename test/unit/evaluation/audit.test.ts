import assert from 'node:assert/strict';
import { Auditor } from '../../../lib/evaluation/audit.ts';
import { makePages } from './pages.ts';

/** `count` words that stand in no other text. */
const unique = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`).join(' ');

const PASSAGE = unique('passage', 13);
const BOILERPLATE = unique('boilerplate', 13);

const real = [
  { text: `${unique('first', 20)} ${BOILERPLATE}.` },
  { text: unique('second', 25) },
  { text: 'Too short to overlap' },
];

function audit(texts: string[], test: string[] = []) {
  const auditor = new Auditor();
  for (const text of test) auditor.addTest({ text });
  const generated = texts.map((text, index) => ({ id: `generated-${index}`, text }));
  return auditor.audit({ class: 'tin', generated, real });
}

describe('the audit of generated records', () => {
  it('finds the records that repeat 13 words of a test record, whatever their case and punctuation', () => {
    const { repeatsTest } = audit(
      [`So: ${PASSAGE.toUpperCase()}!`, PASSAGE.split(' ').slice(1).join(' '), unique('new', 20)],
      [`before ${PASSAGE.replaceAll(' ', ', ')} after`, unique('other', 20)],
    );
    assert.deepEqual(repeatsTest, { generated: 1, beyondTraining: 1, real: 0, examples: ['generated-0'] });
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
      examples: ['generated-0', 'generated-1'],
    });
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

  it('counts as novel what no training record of the class has', () => {
    assert.equal(audit([unique('second', 25)]).novelty, 0);
    assert.equal(audit([unique('new', 25)]).novelty, 1);
    assert.equal(audit([`${unique('second', 10)} ${unique('new', 10)}`]).novelty, 10 / 17);
  });

  it('compares as many generated as real records, and repeats itself', () => {
    const pages = (records: number, seed: number) => makePages({ tin: records }, seed);
    const run = () => new Auditor().audit({ class: 'tin', generated: pages(700, 1), real: pages(90, 2) });
    const found = run();
    assert.equal(found.sample, 90);
    assert.ok(Math.abs(found.diversity!.generated.distinct2 - found.diversity!.real.distinct2) < 0.1);
    assert.deepEqual(run(), found);
    assert.deepEqual(found.length!.generated.median, 8);
  });

  it('has nothing to compare where nothing was generated', () => {
    const { sample, ...rest } = audit([]);
    assert.equal(sample, 0);
    assert.deepEqual(Object.keys(rest), ['class', 'generated', 'real', 'repeatsTest', 'copies']);
  });
});
