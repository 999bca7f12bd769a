import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FreshReader, type PageReader } from '../../../lib/balancing/page-reading.ts';
import { ProfileBuilder } from '../../../lib/balancing/profiles.ts';
import { RememberingReader } from '../../../lib/balancing/remembering-reader.ts';
import { createRandom } from '../../../lib/random/random.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const scratch = join(folder, 'scratch');
mkdirSync(scratch);

interface Page {
  text: string;
  label: string;
}

const WORDS = 'roof wall bread oven press paper café naïve the of and 24 7th it’s we’re'.split(' ');

/** Pages of the class and of others, with sentences that come again and letters beyond ASCII. */
function pagesOf(seed: number, count: number): Page[] {
  const random = createRandom(seed, 'pages');
  const word = () => (random.int(4) === 0 ? `word${random.int(300)}` : random.pick(WORDS));
  const sentence = () => `${Array.from({ length: 3 + random.int(9) }, word).join(' ')}. `;
  const refrain = 'We bake the bread of the whole town. ';
  return Array.from({ length: count }, () => ({
    text: Array.from({ length: 6 }, () => (random.int(9) === 0 ? refrain : sentence())).join(''),
    label: random.int(3) === 0 ? 'bakery' : 'other',
  }));
}

/** What a reader says of pages, in words. */
function readingsOf(reader: PageReader, pages: readonly Page[]) {
  return pages.map(({ text, label }) => {
    const { words, sentences } = reader.read(text, label === 'bakery');
    const named = Array.from(words, (word) => reader.vocabulary.words[word]);
    return { words: named, sentences: sentences && [...sentences] };
  });
}

function readAndKeep(cache: string, pages: readonly Page[]) {
  const reader = new RememberingReader(cache, scratch);
  const readings = readingsOf(reader, pages);
  reader.keep();
  reader.discard();
  return readings;
}

const fileIn = (cache: string) => join(cache, readdirSync(cache)[0]!);

describe('RememberingReader', () => {
  it('says of pages what FreshReader says, whether it has seen them or not', () => {
    const cache = join(folder, 'same');
    const pages = pagesOf(1, 400);
    const refreshed = pages.flatMap((page, at) => (at % 7 === 0 ? pagesOf(100 + at, 1) : [page])).reverse();
    for (const some of [pages, pages, refreshed, pages])
      assert.deepEqual(readAndKeep(cache, some), readingsOf(new FreshReader(), some));
  });

  it('finds the sentences of a page of which it has only the words', () => {
    const cache = join(folder, 'asked later');
    const pages = pagesOf(2, 50);
    readAndKeep(
      cache,
      pages.map(({ text }) => ({ text, label: 'other' })),
    );
    const now = pages.map(({ text }) => ({ text, label: 'bakery' }));
    assert.deepEqual(readAndKeep(cache, now), readingsOf(new FreshReader(), now));
  });

  it('makes the profile that reading anew makes', () => {
    const cache = join(folder, 'profile');
    const pages = pagesOf(3, 600);
    readAndKeep(cache, pagesOf(3, 300));
    const profile = (reader?: PageReader) => {
      const builder = new ProfileBuilder({ labels: ['bakery'], seed: 1, maxSentences: 30 }, reader);
      for (const page of pages) builder.add(page);
      return builder.profiles();
    };
    const reader = new RememberingReader(cache, scratch);
    assert.deepEqual(profile(reader), profile());
    reader.discard();
  });

  it('takes what it remembers from the file, and does not read such a page again', () => {
    const cache = join(folder, 'from the file');
    const page = { text: 'The oven of the bakery is hot at five. ', label: 'bakery' };
    readAndKeep(cache, [page]);
    const file = fileIn(cache);
    writeFileSync(file, readFileSync(file, 'latin1').replace('bakery', 'tavern'), 'latin1');
    assert.deepEqual(readAndKeep(cache, [page])[0]!.words, ['oven', 'tavern', 'hot', 'five']);
  });

  it('forgets pages that are gone, and their words', () => {
    const cache = join(folder, 'gone');
    readAndKeep(cache, pagesOf(4, 1000));
    const large = statSync(fileIn(cache)).size;
    readAndKeep(cache, pagesOf(5, 10));
    assert.ok(statSync(fileIn(cache)).size < large / 20);
    assert.equal(readdirSync(cache).length, 1);
  });

  it('loses nothing but time by a file that is cut or full of other things', () => {
    const cache = join(folder, 'broken');
    const pages = pagesOf(6, 100);
    const right = readingsOf(new FreshReader(), pages);
    const random = createRandom(7, 'damage');
    for (let round = 0; round < 60; round++) {
      readAndKeep(cache, pages);
      const file = fileIn(cache);
      const { size } = statSync(file);
      if (round % 3 === 0) truncateSync(file, random.int(size));
      else if (round % 3 === 1)
        writeFileSync(file, Buffer.from(Array.from({ length: 500 }, () => random.int(256))));
      else writeFileSync(file, '');
      assert.deepEqual(readAndKeep(cache, pages), right, `round ${round}`);
    }
  });

  it('leaves no file behind when it is given up', () => {
    const cache = join(folder, 'given up');
    const reader = new RememberingReader(cache, scratch);
    readingsOf(reader, pagesOf(8, 20));
    reader.discard();
    assert.deepEqual(readdirSync(scratch), []);
    assert.throws(() => readdirSync(cache), { code: 'ENOENT' });
  });
});
