import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { referToFile } from '../../../lib/artifacts/digest.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import type { ClassProfile } from '../../../lib/balancing/profiles.ts';
import { readAllPages } from '../../../lib/corpus/formats.ts';
import { importSources } from '../../../lib/corpus/import-sources.ts';
import type { Page } from '../../../lib/corpus/page.ts';
import { createRandom } from '../../../lib/random/random.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { prepareSettings } from '../../../lib/settings/prepare-settings.ts';
import { prepare } from '../../../lib/stages/prepare.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import { sideOf } from '../side-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const SPLIT = { test: 0.3, seed: 42 };

/** Pages whose every sentence says on which side its page is. */
function writeSource(): string {
  const random = createRandom(5, 'stage');
  const verbs = 'build|repair|paint|measure|restore|design|inspect|deliver'.split('|');
  const things = 'roofs|walls|houses|floors|bridges|barns|kitchens|stairs|windows|doors'.split('|');
  const rows = Array.from({ length: 240 }, (_, at) => {
    const id = `p${at}`;
    const word = sideOf(id, SPLIT) === 'test' ? 'heldout' : 'training';
    const sentence = () =>
      `The ${word} crew will ${random.pick(verbs)} the ${random.pick(things)} and the ${random.pick(things)} of house ${random.int(5000)}`;
    const text = ['Menu', ...Array.from({ length: 7 }, sentence), 'Copyright', 'Imprint'].join('. ');
    return `${id},${text},${at % 3 === 0 ? 'wireless' : 'construction'}`;
  });
  const file = join(folder, 'source.csv');
  writeFileSync(file, ['id,text,industry', ...rows, ''].join('\n'));
  return file;
}

describe('the prepare stage', () => {
  const store = new FolderStore(join(folder, 'store'));
  const run = async (target: 'largest' | 'auto' = 'largest') =>
    runStage(store, prepare, {
      sources: [await referToFile(writeSource())],
      ...prepareSettings(
        parseSettings({
          source: 'x',
          split: SPLIT,
          classes: { frequent: 1, rare: 1, minRecords: 10 },
          generate: { target },
        }),
      ),
    });

  it('reads a source as the inspection found it to be written, and does not look again', async () => {
    const path = join(folder, 'two-labels.csv');
    const rows = Array.from(
      { length: 40 },
      (_, at) => `p${at},a text about house number ${at},left,${at % 2 ? 'odd' : 'even'}`,
    );
    writeFileSync(path, ['id,text,industry,parity', ...rows, ''].join('\n'));
    const settings = parseSettings({
      source: path,
      language: null,
      classes: { frequent: 1, rare: 1, minRecords: 2 },
    });
    const { sources } = await importSources(settings, store, AllowList.everything(), {
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    const layout = { ...sources[0]!.layout!, places: { id: 0, text: 1, label: 3 } };
    const { summary } = await runStage(store, prepare, {
      sources: [{ ...sources[0]!, layout }],
      ...prepareSettings(settings),
    });
    assert.deepEqual(summary.classes.map(({ name }) => name).sort(), ['even', 'odd']);
  });

  it('lets nothing of a test row reach the profile or the texts of a class', async () => {
    const { files } = await run();
    const read = async (name: string) => readFileSync(await store.open(files[name]!), 'utf8');
    assert.match(await read('test.jsonl'), /heldout/);
    const profile = await read('classes/wireless/profile.json');
    const { sentences, keywords } = JSON.parse(profile) as ClassProfile;
    assert.ok(sentences.length > 20);
    assert.ok(Array.isArray(keywords));
    for (const name of ['classes/wireless/profile.json', 'classes/wireless/texts.jsonl', 'train.jsonl'])
      assert.doesNotMatch(await read(name), /heldout/, name);
  });

  it('names its files and their records, and says in preparation.json what it did', async () => {
    const { files, summary, cached } = await run();
    assert.equal(cached, true);
    assert.deepEqual(Object.keys(files).sort(), [
      'classes/wireless/profile.json',
      'classes/wireless/texts.jsonl',
      'preparation.json',
      'rejected.csv',
      'test.jsonl',
      'train.jsonl',
    ]);
    const rare = summary.classes.find(({ kind }) => kind === 'rare')!;
    assert.deepEqual(rare, {
      name: 'wireless',
      kind: 'rare',
      train: files['classes/wireless/texts.jsonl']!.records,
      test: rare.test,
      texts: 'classes/wireless/texts.jsonl',
      profile: 'classes/wireless/profile.json',
    });
    const preparation = JSON.parse(readFileSync(await store.open(files['preparation.json']!), 'utf8'));
    assert.equal(preparation.read, 240);
    assert.equal(preparation.sources[0].delimiter, ',');
  });

  it('holds validation records back from what models read, where an amount is chosen on them', async () => {
    const { files } = await run('auto');
    const read = async (name: string) => readAllPages(await store.open(files[name]!));
    const train = await read('train.jsonl');
    const learn = await read('learn.jsonl');
    const validation = await read('validation.jsonl');
    assert.deepEqual(idsOf([...learn, ...validation]), idsOf(train));
    assert.ok(validation.length > 0.1 * train.length && validation.length < 0.2 * train.length);
    const rare = learn.filter(({ label }) => label === 'wireless');
    assert.deepEqual(await read('classes/wireless/texts.jsonl'), rare);
    const profile = readFileSync(await store.open(files['classes/wireless/profile.json']!), 'utf8');
    const known = (JSON.parse(profile) as ClassProfile).sentences.join(' ');
    assert.ok(rare.some(({ text }) => known.includes(text.split('. ')[1]!)));
    for (const { id, text } of validation) assert.ok(!known.includes(text.split('. ')[1]!), id);
    const plain = await run();
    assert.equal(plain.files['train.jsonl']!.digest, files['train.jsonl']!.digest);
  });
});

const idsOf = (pages: readonly Page[]) => pages.map(({ id }) => id).sort();
