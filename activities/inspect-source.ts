import { referToFile } from '../lib/artifacts/digest.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import { checkSource } from '../lib/corpus/inspect.ts';
import { resolveNewestSources } from '../lib/corpus/newest-source.ts';
import { resolveSources } from '../lib/corpus/sources.ts';
import { datasetName } from '../lib/settings/dataset-name.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunSettings } from '../lib/settings/settings.ts';
import type { StageProgress } from '../lib/stages/stage.ts';

/**
 * Checks the whole input of a run before any work: the settings, and that the files are there, are text and have the
 * columns. Then digests the files, which is what later stages are keyed by.
 * @throws {InvalidInput}
 */
export async function inspectSource(
  input: unknown,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: StageProgress) => void },
): Promise<{ dataset: string; settings: RunSettings; sources: ArtifactReference[] }> {
  const settings = parseSettings(input);
  const resolve = settings.sourceSelection === 'newest' ? resolveNewestSources : resolveSources;
  const files = await resolve(settings.source);
  const checked = await checkSource(files, settings.columns);
  const total = checked.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    onProgress({ phase: 'read the source', done, total, unit: 'bytes' });
  };
  const sources: ArtifactReference[] = [];
  for (const file of files) sources.push(await referToFile(file, { signal, onBytes }));
  return { dataset: settings.dataset ?? datasetName(settings.source), settings, sources };
}
