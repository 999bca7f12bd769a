import type { AllowList } from '../lib/artifacts/allow-list.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { importSources, type SourceReference } from '../lib/corpus/import-sources.ts';
import { shortList } from '../lib/corpus/shorten.ts';
import { datasetName } from '../lib/settings/dataset-name.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunSettings } from '../lib/settings/settings.ts';
import type { RunOptions } from './stage-activity.ts';

/**
 * Validates the whole input of a run before any work: the settings and the files, which it imports into the store.
 * @throws {InvalidInput}
 */
export async function inspectSource(
  input: unknown,
  store: ArtifactStore,
  allowList: AllowList,
  options: RunOptions,
): Promise<{ dataset: string; settings: RunSettings; sources: SourceReference[]; passedOver: string[] }> {
  const settings = parseSettings(input);
  const { sources, passedOver } = await importSources(settings, store, allowList, options);
  const dataset = settings.dataset ?? datasetName(settings.source);
  return { dataset, settings, sources, passedOver: shortList(passedOver) };
}
