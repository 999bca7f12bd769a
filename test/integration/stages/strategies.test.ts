import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { referToFile } from '../../../lib/artifacts/digest.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { strategySettings } from '../../../lib/balancing/strategies/shares.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { prepareSettings } from '../../../lib/settings/prepare-settings.ts';
import type { RunInput } from '../../../lib/settings/settings.ts';
import { adapt } from '../../../lib/stages/adapt.ts';
import { chooseAmount } from '../../../lib/stages/choose-amount.ts';
import { filter } from '../../../lib/stages/filter.ts';
import { fineTune } from '../../../lib/stages/fine-tune.ts';
import { type GeneratedRecord, generate } from '../../../lib/stages/generate.ts';
import { modelOf } from '../../../lib/stages/model-files.ts';
import { pagesForModels } from '../../../lib/stages/parameters.ts';
import { prepare } from '../../../lib/stages/prepare.ts';
import { pretrain } from '../../../lib/stages/pretrain.ts';
import { readLabels } from '../../../lib/stages/read-labels.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const folder = temporaryFolder();
const source = join(folder, 'pages.csv');
/** Words that stand on pages of one file alone, beside `train.jsonl`, which has those of validation too. */
const MARKERS = { 'test.jsonl': 'zyzzyvastone', 'validation.jsonl': 'quokkafallow' };

const settings = parseSettings({
  source,
  preset: 'recommended',
  classes: { rareBelow: 0.5, minRecords: 20 },
  model: { scratch: 'tiny', epochs: 0 },
  adapt: { epochs: 1, recordsPerClass: 30, maxInputTokens: 48, maxTargetTokens: 48 },
  fineTune: { epochs: 4, learningRate: 3e-3, maxInputTokens: 48, maxTargetTokens: 48 },
  generate: {
    target: 'auto',
    strategies: { prompt: 0.2, sketch: 0.4, infill: 0.4 },
    maxPromptTokens: 48,
    maxLength: 48,
    batchSize: 8,
  },
} satisfies RunInput);
const strategies = strategySettings(settings.generate);
const name = 'wireless';

/** From the source to a branch's kept records, in a store of its own. */
async function startBranch(store: FolderStore) {
  const sources = [await referToFile(source)];
  const corpus = await runStage(store, prepare, { sources, ...prepareSettings(settings) });
  const rare = corpus.summary.classes.find((each) => each.name === name)!;
  const texts = corpus.files[rare.texts!]!;
  const profile = corpus.files[rare.profile!]!;
  const all = pagesForModels(corpus.files);
  if (typeof settings.model === 'string') throw new Error('a model from random weights is wanted');
  const base = await runStage(store, pretrain, { texts: all, settings: settings.model });
  const adapted = await runStage(store, adapt, {
    model: modelOf(base),
    texts: all,
    settings: settings.adapt!,
    strategies,
  });
  const tuning = {
    class: name,
    model: modelOf(adapted),
    texts,
    settings: settings.fineTune,
    taught: { profile, strategies },
  };
  return { corpus, texts, profile, all, tuning };
}

type Branch = Awaited<ReturnType<typeof startBranch>>;

const generation = ({ texts, profile }: Branch, tuned: Awaited<ReturnType<typeof tune>>) => ({
  class: name,
  model: modelOf(tuned),
  profile,
  texts,
  settings: settings.generate,
  from: 0,
  to: 40,
});

const tune = (store: FolderStore, { tuning }: Branch, options = {}) =>
  runStage(store, fineTune, tuning, options);

const linesOf = <T>(reference: { uri: string }): T[] =>
  readFileSync(fileURLToPath(reference.uri), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** Runs a stage that is stopped when it has told so much of itself. */
async function stopAfter(news: number, run: (options: object) => Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  let told = 0;
  const onProgress = () => {
    if (++told === news) stop.abort(new Error('stopped'));
  };
  await assert.rejects(run({ signal: stop.signal, onProgress }), /stopped/);
}

describe('a branch of the preset recommended', function () {
  this.timeout(240_000);
  let store: FolderStore;
  let branch: Branch;
  before(async () => {
    await writeDemoCorpus(source, { seed: 7, pages: 500 });
    await plantMarkers();
    store = new FolderStore(join(folder, 'store'));
    branch = await startBranch(store);
  });

  it('learns its class, writes with every strategy, and is stopped and resumed to the same bytes', async () => {
    const tuned = await tune(store, branch);
    const { before: first, lastEpoch } = tuned.summary.learnt!;
    assert.ok(lastEpoch < first, `loss ${first} before, ${lastEpoch} in the last epoch`);
    const made = await runStage(store, generate, generation(branch, tuned));
    const records = linesOf<GeneratedRecord>(made.files['generated.jsonl']!);
    assert.equal(records.length, 40);
    const used = new Set(records.map(({ strategy = 'prompt' }) => strategy));
    assert.deepEqual([...used].sort(), ['infill', 'prompt', 'sketch']);
    for (const { fluency, sources, strategy } of records) {
      assert.ok(fluency! >= 0 && fluency! <= 1);
      if (strategy) assert.ok(sources!.length > 0);
    }

    const other = new FolderStore(join(folder, 'interrupted'));
    await stopAfter(3, (options) => tune(other, branch, options));
    const resumed = await tune(other, branch);
    assert.deepEqual(digestsOf(resumed), digestsOf(tuned));
    await stopAfter(2, (options) => runStage(other, generate, generation(branch, resumed), options));
    const rest = await runStage(other, generate, generation(branch, resumed));
    assert.deepEqual(digestsOf(rest), digestsOf(made));
  });

  it('takes nothing from what is held out: a word that stands there alone is in no file that the branch makes', async () => {
    const tuned = await tune(store, branch);
    const made = await runStage(store, generate, generation(branch, tuned));
    const reader = await runStage(store, readLabels, { texts: branch.all, seed: 42 });
    const filtered = await runStage(store, filter, {
      class: name,
      generated: [made.files['generated.jsonl']!],
      texts: branch.texts,
      labelReader: reader.files['label-reader.json']!,
      settings: settings.filter,
    });
    const judged = filtered.summary.kept + Object.values(filtered.summary.dropped).reduce((a, b) => a + b, 0);
    assert.equal(judged, 40, 'every answer is kept or counted under a reason');
    const chosen = await runStage(store, chooseAmount, {
      learn: branch.all,
      validation: branch.corpus.files['validation.jsonl']!,
      branches: [{ class: name, train: 1, kept: filtered.files['kept.jsonl']! }],
      classifier: settings.classifier,
      evaluation: { ...settings.evaluation, seeds: 1 },
    });
    assert.equal(chosen.files['wireless.jsonl']!.records, Math.round(chosen.summary.times));
    const files = readdirSync(join(folder, 'store'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name));
    assert.ok(files.some((path) => path.includes('label-reader')));
    for (const [held, marker] of Object.entries(MARKERS)) {
      const own = fileURLToPath(branch.corpus.files[held]!.uri);
      assert.ok(readFileSync(own, 'utf8').includes(marker));
      const train = fileURLToPath(branch.corpus.files['train.jsonl']!.uri);
      // `records.bin` holds digests; prepare's scratch files hold what it reads, which is the source.
      for (const path of files.filter((each) => !/scratch|cache/.test(each) && each !== own))
        if (held === 'test.jsonl' || path !== train) assert.ok(!readFileSync(path).includes(marker), path);
    }
  });
});

/** The digests of a stage's files by their names. */
const digestsOf = ({ files }: { files: Record<string, { digest: string }> }) =>
  Object.fromEntries(Object.entries(files).map(([file, { digest }]) => [file, digest]));

/** Writes the markers into every row of the source that is held out. */
async function plantMarkers(): Promise<void> {
  const store = new FolderStore(join(folder, 'first'));
  const { files } = await runStage(store, prepare, {
    sources: [await referToFile(source)],
    ...prepareSettings(settings),
  });
  const markerOf = new Map(
    Object.entries(MARKERS).flatMap(([file, marker]) =>
      linesOf<{ id: string }>(files[file]!).map(({ id }) => [id, marker] as const),
    ),
  );
  const rows = readFileSync(source, 'utf8').split('\n');
  const marked = rows.map((row) => {
    const marker = markerOf.get(row.slice(0, row.indexOf(',')));
    return marker ? row.replace(/\. ([A-Z])/g, `. ${marker} $1`) : row;
  });
  writeFileSync(source, marked.join('\n'));
}
