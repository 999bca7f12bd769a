import { sumBy } from '../arithmetic/sums.ts';
import type { AllowList } from '../artifacts/allow-list.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { RunSettings } from '../settings/settings.ts';
import { checkSource, type SourceLayout } from './inspect.ts';
import { openSources } from './sources.ts';

/** References to all files are part of stage payloads, which Temporal limits to 2 MB. */
const MOST_FILES = 2000;

/** A reference to a file of a source, and how its content is read; runs of earlier versions have the reference alone. */
export type SourceReference = ArtifactReference & { layout?: SourceLayout };

/**
 * Checks that the files of a run's source are there, are text and have the columns. Then computes their digests, for stage
 * keys, and imports them so that every worker can open them.
 * @throws {InvalidInput}
 */
export async function importSources(
  { source, sourceSelection, columns, csv }: RunSettings,
  store: ArtifactStore,
  allowList: AllowList,
  options: {
    signal: AbortSignal;
    onProgress(progress: { phase: string; done: number; total?: number; unit: string }): void;
  },
): Promise<{ paths: string[]; sources: SourceReference[]; passedOver: string[] }> {
  const { signal, onProgress } = options;
  const { files, passedOver } = await openSources(source, sourceSelection, allowList, { signal });
  const paths = files.map(({ path }) => path);
  if (paths.length > MOST_FILES)
    throw new InvalidInput(
      'source',
      `has ${paths.length.toLocaleString('en')} files`,
      `A run takes ${MOST_FILES.toLocaleString('en')} at most: put them together, as with cat or DuckDB`,
    );
  const following = (phase: string, total?: number) => {
    let done = 0;
    const onBytes = (bytes: number) => {
      done += bytes;
      onProgress({ phase, done, ...(total !== undefined && { total }), unit: 'bytes' });
    };
    return { signal, onBytes };
  };
  const checked = await checkSource(paths, columns, csv, following('look through the source'));
  const total = sumBy(checked, ({ bytes }) => bytes);
  const reading = following('read the source', total);
  const sources: SourceReference[] = [];
  for (const [number, { path, reference }] of files.entries()) {
    const { file: _, bytes: __, columns: ___, ...layout } = checked[number]!;
    sources.push({ ...(reference ?? (await store.importFile(path, reading))), layout });
  }
  return { paths, sources, passedOver };
}
