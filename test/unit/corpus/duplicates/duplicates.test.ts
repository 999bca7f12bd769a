import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { DIGEST_WORDS } from '../../../../lib/corpus/duplicates/digest-table.ts';
import {
  bandingFor,
  type DuplicateSearch,
  groupDuplicates,
} from '../../../../lib/corpus/duplicates/group-duplicates.ts';
import {
  SIGNATURE_WORDS,
  similarityOf,
  writeSignature,
} from '../../../../lib/corpus/duplicates/signature.ts';
import { createRandom, type Random } from '../../../../lib/random/random.ts';

const VOCABULARY = Array.from({ length: 3000 }, (_, at) => `word${at}`);

const page = (random: Random, words = 200) => Array.from({ length: words }, () => random.pick(VOCABULARY));

/** The page with a share of its words replaced, in one piece. */
const altered = (words: string[], share: number, random: Random) => {
  const changed = Math.round(words.length * share);
  const from = random.int(words.length - changed + 1);
  return words.map((word, at) => (at >= from && at < from + changed ? `new${at}` : word));
};

/** Jaccard similarity of the sets of four words in a row. */
function jaccard(a: string[], b: string[]): number {
  const sequences = (words: string[]) =>
    new Set(words.slice(3).map((_, at) => words.slice(at, at + 4).join(' ')));
  const [one, other] = [sequences(a), sequences(b)];
  const common = [...one].filter((sequence) => other.has(sequence)).length;
  return common / (one.size + other.size - common);
}

const signaturesOf = (texts: string[]) => {
  const signatures = new Uint32Array(texts.length * SIGNATURE_WORDS);
  for (const [at, text] of texts.entries()) writeSignature(text, signatures, at * SIGNATURE_WORDS);
  return signatures;
};

function digestsOf(texts: string[]): Uint32Array {
  const digests = new Uint32Array(texts.length * DIGEST_WORDS);
  for (const [at, text] of texts.entries()) {
    const digest = hash('sha256', text, 'buffer');
    for (let word = 0; word < DIGEST_WORDS; word++)
      digests[at * DIGEST_WORDS + word] = digest.readUInt32LE(4 * word);
  }
  return digests;
}

const group = (
  texts: string[],
  similarity = 0.8,
  takesPart = (_: number) => true,
  change: Partial<DuplicateSearch> = {},
) => {
  const signatures = signaturesOf(texts);
  return groupDuplicates({
    records: texts.length,
    takesPart,
    digests: () => digestsOf(texts),
    signatures: () => [{ first: 0, words: signatures }],
    similarity,
    ...change,
  });
};

describe('the signature of a text', () => {
  it('estimates how much of two texts is common, within four standard deviations', () => {
    const random = createRandom(1, 'signatures');
    for (const share of [0, 0.05, 0.1, 0.2, 0.4, 1])
      for (let round = 0; round < 20; round++) {
        const one = page(random);
        const other = altered(one, share, random);
        const estimate = similarityOf(signaturesOf([one.join(' '), other.join(' ')]), 0, 1);
        const truth = jaccard(one, other);
        assert.ok(Math.abs(estimate - truth) < 0.2, `${estimate} for ${truth}`);
      }
  });

  it('does so without a bias', () => {
    const random = createRandom(2, 'signatures');
    let sum = 0;
    for (let round = 0; round < 200; round++) {
      const one = page(random, 60);
      const other = altered(one, 0.5, random);
      sum += similarityOf(signaturesOf([one.join(' '), other.join(' ')]), 0, 1) - jaccard(one, other);
    }
    assert.ok(Math.abs(sum / 200) < 0.015, `bias ${sum / 200}`);
  });

  it('is that of the words alone: not of their case, nor of what stands between them', () => {
    const signatures = signaturesOf([
      'We build roofs, walls and floors.',
      'we BUILD  roofs walls (and) floors',
    ]);
    assert.equal(similarityOf(signatures, 0, 1), 1);
  });

  it('tells texts of a few words apart', () => {
    const signatures = signaturesOf(['Coming soon', 'Coming later', 'Coming soon!']);
    assert.ok(similarityOf(signatures, 0, 1) < 0.3);
    assert.equal(similarityOf(signatures, 0, 2), 1);
  });
});

describe('groupDuplicates', () => {
  for (const similarity of [0.5, 0.65, 0.8, 0.9, 1])
    it(`compares at least 99 % of the pairs that are ${similarity} similar`, () => {
      const { values, bands } = bandingFor(similarity);
      const agree = similarity + (1 - similarity) / 16;
      assert.ok(1 - (1 - agree ** values) ** bands >= 0.99);
    });

  it('joins pages that say nearly the same, under the first of them, and no others', async () => {
    const random = createRandom(4, 'groups');
    const originals = Array.from({ length: 300 }, () => page(random));
    const copies = originals.slice(0, 100).map((words) => altered(words, 0.03, random));
    const cousins = originals.slice(100, 200).map((words) => altered(words, 0.4, random));
    const { near, exact } = await group(
      [...originals, ...copies, ...cousins].map((words) => words.join(' ')),
    );
    const found = copies.filter((_, at) => near[300 + at] === at).length;
    assert.ok(found >= 98, `${found} of 100 copies found`);
    for (let at = 0; at < 100; at++) assert.equal(near[400 + at], 400 + at);
    for (let at = 0; at < 300; at++) assert.equal(near[at], at);
    assert.ok(exact.every((repeats) => repeats === 0));
  });

  it('tells exact repetitions from near ones', async () => {
    const words = page(createRandom(5, 'exact'));
    const text = words.join(' ');
    const { exact, near } = await group(['other text', text, `${text}.`, text]);
    assert.deepEqual([...exact], [0, 0, 0, 1]);
    assert.deepEqual([...near], [0, 1, 1, 1]);
  });

  it('leaves out who takes no part', async () => {
    const { near } = await group(['same', 'same', 'same'], 0.8, (record) => record !== 0);
    assert.deepEqual([...near], [0, 1, 1]);
  });

  it('finds the same where few signatures lie in memory together, and where they come in blocks', async () => {
    const random = createRandom(7, 'parts');
    const originals = Array.from({ length: 60 }, () => page(random));
    const copies = originals.map((words) => altered(words, 0.03, random));
    const texts = [...originals, ...copies].map((words) => words.join(' '));
    const words = signaturesOf(texts);
    const half = words.length / 2;
    const signatures = () => [
      { first: 0, words: words.subarray(0, half) },
      { first: 60, words: words.subarray(half) },
    ];
    const { near } = await group(texts);
    for (const mostCandidates of [1, 50])
      assert.deepEqual((await group(texts, 0.8, undefined, { mostCandidates, signatures })).near, near);
  });

  it('does not slow down for a page that thousands repeat with small changes', async () => {
    const random = createRandom(6, 'many');
    const words = page(random);
    const { near } = await group(Array.from({ length: 5000 }, () => altered(words, 0.01, random).join(' ')));
    assert.ok(near.filter((first) => first === near[0]).length > 4900);
  }).timeout(20_000);
});
