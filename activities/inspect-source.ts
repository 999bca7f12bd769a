import { sumBy } from '../lib/arithmetic/sums.ts';
import type { AllowList } from '../lib/artifacts/allow-list.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { checkSource } from '../lib/corpus/inspect.ts';
import { shortList } from '../lib/corpus/shorten.ts';
import { openSources } from '../lib/corpus/sources.ts';
import { datasetName } from '../lib/settings/dataset-name.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunSettings } from '../lib/settings/settings.ts';
import type { RunOptions } from './stage-activity.ts';

/** References to all files travel from stage to stage; Temporal takes 2 MB at a time. */
const MOST_FILES = 2000;

/**
 * Checks the whole input of a run before any work: the settings, and that the files are there, are text and have the
 * columns. Then takes the files in: later stages are keyed by their digests, and every worker can open them.
 * @throws {InvalidInput}
 */
export async function inspectSource(
  input: unknown,
  store: ArtifactStore,
  allowList: AllowList,
  { signal, onProgress }: RunOptions,
): Promise<{ dataset: string; settings: RunSettings; sources: ArtifactReference[]; passedOver: string[] }> {
  const settings = parseSettings(input);
  const { source, sourceSelection, columns, csv, dataset = datasetName(source) } = settings;
  const { files, passedOver } = await openSources(source, sourceSelection, allowList, { signal });
  const paths = files.map(({ path }) => path);
  const remedy = `A run takes ${MOST_FILES.toLocaleString('en')} at most: put them together, as with cat or DuckDB`;
  if (paths.length > MOST_FILES)
    throw new InvalidInput('source', `has ${paths.length.toLocaleString('en')} files`, remedy);
  const bytesOf = (phase: string, total?: number) => {
    let done = 0;
    return (bytes: number) => {
      done += bytes;
      onProgress({ phase, done, total, unit: 'bytes' });
    };
  };
  const look = { signal, onBytes: bytesOf('look through the source') };
  const checked = await checkSource(paths, columns, csv, look);
  const total = sumBy(checked, ({ bytes }) => bytes);
  const take = { signal, onBytes: bytesOf('read the source', total) };
  const sources: ArtifactReference[] = [];
  for (const { path, reference } of files) sources.push(reference ?? (await store.takeIn(path, take)));
  return { dataset, settings, sources, passedOver: shortList(passedOver) };
}
