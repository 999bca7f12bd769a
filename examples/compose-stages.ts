// Stages without Temporal, on columns `text` and the third argument: npx tsx compose-stages.ts pages.csv artifacts industry
import {
  evaluate,
  openStore,
  parseSettings,
  prepare,
  prepareSettings,
  recordsOfLargestMethod,
  runStage,
} from 'counterpoise';

const [source = 'pages.csv', folder = 'artifacts', label = 'industry'] = process.argv.slice(2);
const settings = parseSettings({
  source,
  columns: { label },
  classes: { frequent: 2, rare: 2, minRecords: 10 },
});
const store = await openStore(folder);
const sources = [await store.importFile(source)];
const { files, summary } = await runStage(store, prepare, { sources, ...prepareSettings(settings) });
const [train, test] = [files['train.jsonl']!, files['test.jsonl']!];
const largest = recordsOfLargestMethod(summary.classes.map((each) => each.train));
const { classifier, evaluation } = settings;
for (const method of ['regular', 'oversample'] as const) {
  const parameters = { method, train, test, generated: [], largest, classifier, evaluation };
  const { microF1, macroF1 } = (await runStage(store, evaluate, parameters)).summary;
  console.log(JSON.stringify({ method, microF1, macroF1 }));
}
