import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openStore } from '../lib/artifacts/open-store.ts';
import { locate, placeOf } from '../lib/runs/reuse.ts';
import { findRecord } from '../lib/runs/run-record.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { classSlug } from '../lib/stages/class-slug.ts';
import type { RunResult } from '../workflows/result.ts';

/**
 * Puts the fine-tuned checkpoint of each class into `<out>/models/<class>/`, as transformers reads it. The files are links,
 * because a T5 takes up to gigabytes.
 * @returns the class of each folder
 * @throws {InvalidInput} when the run trained no model, or the store no longer has one of them
 */
export async function linkModels(
  { runId, report }: Pick<RunResult, 'runId' | 'report'>,
  out: string,
): Promise<Map<string, string>> {
  const { stage, key } = placeOf(report)!;
  const [address] = report.uri.split(`/${stage}/${key}/`);
  const store = await openStore(address!);
  const branches = (await findRecord(store, runId))?.branches ?? [];
  if (branches.length === 0) throw noModels(runId, 'has no models: none was trained, or they were pruned');
  const folders = new Map<string, string>();
  for (const { class: name, model } of branches) {
    const files = await locate(store, model);
    if (!files) throw noModels(runId, `the model of ${name} is no longer in ${store.uri}`);
    const folder = `models/${classSlug(name)}`;
    for (const [file, reference] of Object.entries(files)) {
      const path = join(out, folder, file);
      await mkdir(dirname(path), { recursive: true });
      await symlink(await store.open(reference), path);
    }
    folders.set(folder, name);
  }
  return folders;
}

const noModels = (runId: string, problem: string) =>
  new InvalidInput('--models', `${runId}: ${problem}`, 'Run it again to train them, or leave --models out');
