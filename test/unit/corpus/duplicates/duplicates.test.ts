import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { bandingFor, bandKeys } from '../../../../lib/corpus/duplicates/bands.ts';
import { groupDuplicates } from '../../../../lib/corpus/duplicates/group-duplicates.ts';
import { jaccard, wordSequences } from '../../../../lib/corpus/duplicates/word-sequences.ts';
import { createRandom, type Random } from '../../../../lib/random/random.ts';

const VOCABULARY = Array.from({ length: 3000 }, (_, at) => `word${at}`);

const page = (random: Random, words = 200) => Array.from({ length: words }, () => random.pick(VOCABULARY));

/** The page with a share of its words replaced, in one piece. */
const altered = (words: string[], share: number, random: Random) => {
  const changed = Math.round(words.length * share);
  const from = random.int(words.length - changed + 1);
  return words.map((word, at) => (at >= from && at < from + changed ? `new${at}` : word));
};

/** Groups texts; `near` holds the first of each text's group. */
async function group(texts: string[], similarity = 0.8, takesPart = (_: number) => true) {
  const banding = bandingFor(similarity);
  const keys = texts.map((text) => bandKeys(text, banding));
  const digests = BigUint64Array.from(texts, (text) => hash('sha256', text, 'buffer').readBigUInt64LE());
  const { exact, firstOf } = await groupDuplicates({
    records: texts.length,
    takesPart,
    digests,
    bands: banding.bands,
    keysOf: (band) => (record) => keys[record]![band]!,
    textOf: (record) => texts[record]!,
    similarity,
  });
  return { exact, near: texts.map((_, record) => firstOf(record)) };
}

describe('groupDuplicates', () => {
  for (const similarity of [0.5, 0.65, 0.8, 0.9, 1])
    it(`compares at least 99 % of the pairs that are ${similarity} similar`, () => {
      const { values, bands } = bandingFor(similarity);
      assert.ok(1 - (1 - similarity ** values) ** bands >= 0.99);
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

  it('joins no two of a thousand different short texts, and each with its like', async () => {
    const random = createRandom(8, 'titles');
    for (const words of [1, 2, 3, 4, 5, 6]) {
      const texts = new Set<string>();
      while (texts.size < 1000) texts.add(page(random, words).join(' '));
      const again = [...texts].slice(0, 50).map((text) => `${text.toUpperCase()}!`);
      const { near } = await group([...texts, ...again]);
      assert.deepEqual(
        near.slice(0, 1000),
        Array.from(texts, (_, at) => at),
        `${words} words`,
      );
      assert.deepEqual(
        near.slice(1000),
        Array.from(again, (_, at) => at),
      );
    }
  });

  it('joins only what is as similar as was asked for, by the word sequences themselves', async () => {
    const random = createRandom(9, 'limits');
    for (const share of [0.08, 0.1, 0.11, 0.12, 0.14])
      for (let round = 0; round < 20; round++) {
        const one = page(random);
        const other = altered(one, share, random);
        const texts = [one.join(' '), other.join(' ')];
        const { near } = await group(texts);
        const [a, b] = texts.map(wordSequences);
        if (jaccard(a!, b!) < 0.8) assert.equal(near[1], 1);
      }
  });

  it('finds the same groups in any order', async () => {
    const random = createRandom(7, 'orders');
    const template = page(random, 60);
    const originals = Array.from({ length: 150 }, () => page(random, 60));
    const texts = [
      ...originals,
      ...originals.map((words) => altered(words, 0.05, random)),
      ...Array.from({ length: 150 }, () => altered(template, 0.15, random)),
    ].map((words) => words.join(' '));
    const groupsOf = async (ordered: string[]) => {
      const groups = new Map<number, string[]>();
      for (const [at, first] of (await group(ordered)).near.entries())
        groups.set(first, [...(groups.get(first) ?? []), ordered[at]!]);
      return [...groups.values()].map((some) => some.sort().join('|')).sort();
    };
    const expected = await groupsOf(texts);
    for (let round = 0; round < 3; round++)
      assert.deepEqual(await groupsOf(random.shuffle([...texts])), expected);
  });

  it('does not slow down for a page that thousands repeat with small changes', async () => {
    const random = createRandom(6, 'many');
    const words = page(random);
    const { near } = await group(Array.from({ length: 5000 }, () => altered(words, 0.01, random).join(' ')));
    assert.ok(near.filter((first) => first === near[0]).length > 4900);
  });
});
