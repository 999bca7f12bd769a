/**
 * Finds artifacts that no run needs. A run needs what it used while it ran, according to its notes (run-record.ts), and
 * what its record refers to. Keeps the last finished runs of every dataset, the runs they reused, and every unfinished
 * run: it may still be running, or waiting for a person.
 */
import { sumBy } from '../arithmetic/sums.ts';
import { referencesIn } from '../artifacts/reference.ts';
import { type ArtifactStore, INPUTS, inputKey, type StoredArtifact } from '../artifacts/store.ts';
import { placeOf } from './reuse.ts';
import type { RunRecord, RunStart } from './run-record.ts';

export interface PruneOptions {
  /** Finished runs to keep per dataset. */
  keepRuns: number;
  /** Days after which an unfinished run counts as lost. */
  unfinishedDays: number;
  now: Date;
}

export interface KnownRun extends RunStart {
  finishedAt?: string;
}

export interface PrunePlan {
  keptRuns: KnownRun[];
  droppedRuns: KnownRun[];
  kept: { artifacts: number; bytes: number };
  artifacts: StoredArtifact[];
  /** Names of the notes about dropped runs. */
  notes: string[];
}

const DAY = 24 * 3600 * 1000;

interface NotedRun {
  run: KnownRun;
  /** The name of the run in notes. */
  name: string;
  previous: string | null | undefined;
}

/** Plans what to remove, without removing it. */
export async function planPrune(store: ArtifactStore, options: PruneOptions): Promise<PrunePlan> {
  // In this order: artifacts published meanwhile are not listed, and listed ones have been noted.
  const artifacts = await gather(store.list());
  const names = await gather(store.notes.list(''));
  const runs = await knownRuns(store, names);
  const keptRuns = runsToKeep(runs, options);
  const droppedRuns = runs.filter((run) => !keptRuns.includes(run));
  const needed = await neededBy(store, await notesOf(store, keptRuns, names));
  const isNeeded = ({ stage, key }: StoredArtifact) => needed.has(`${stage}-${key}`);
  const kept = artifacts.filter(isNeeded);
  return {
    keptRuns: keptRuns.map(({ run }) => run),
    droppedRuns: droppedRuns.map(({ run }) => run),
    kept: { artifacts: kept.length, bytes: sumBy(kept, ({ bytes }) => bytes) },
    artifacts: artifacts.filter((artifact) => !isNeeded(artifact)),
    notes: await notesOf(store, droppedRuns, names),
  };
}

/** Executes a plan, except for artifacts used by a run since, and removes leftovers of killed processes. */
export async function prune(store: ArtifactStore, plan: PrunePlan): Promise<void> {
  const notes = new Set(plan.notes);
  const usedSince = new Set<string>();
  for await (const name of store.notes.list('uses')) if (!notes.has(name)) usedSince.add(name.split('/')[2]!);
  for (const { stage, key } of plan.artifacts)
    if (!usedSince.has(`${stage}-${key}`)) await store.remove(stage, key);
  for (const name of plan.notes) await store.notes.remove(name);
  await store.sweep();
}

async function knownRuns({ notes }: ArtifactStore, names: readonly string[]): Promise<NotedRun[]> {
  const runs: NotedRun[] = [];
  for (const path of names) {
    const [folder, name, what] = path.split('/');
    if (folder !== 'runs' || what !== 'started') continue;
    const start = (await notes.read(path)) as RunStart | undefined;
    const record = (await notes.read(`runs/${name}/finished`)) as RunRecord | undefined;
    if (!start) continue;
    const run = { ...start, ...(record && { finishedAt: record.finishedAt }) };
    runs.push({ run, name: name!, previous: record?.previous });
  }
  return runs.sort((a, b) => (a.run.startedAt < b.run.startedAt ? 1 : -1));
}

function runsToKeep(runs: readonly NotedRun[], { keepRuns, unfinishedDays, now }: PruneOptions): NotedRun[] {
  const last = runs.filter(({ run: { dataset, finishedAt } }) => {
    const isNewer = ({ run }: NotedRun) => run.dataset === dataset && run.finishedAt! > finishedAt!;
    return finishedAt !== undefined && runs.filter(isNewer).length < keepRuns;
  });
  const takenOverFrom = new Set(last.map(({ previous }) => previous));
  const isUnfinished = ({ finishedAt, startedAt }: KnownRun) =>
    finishedAt === undefined && now.getTime() - Date.parse(startedAt) < unfinishedDays * DAY;
  return runs.filter(
    (each) => last.includes(each) || takenOverFrom.has(each.run.runId) || isUnfinished(each.run),
  );
}

/** Names of the notes about runs, and about what they and their branches used. */
async function notesOf({ notes }: ArtifactStore, runs: readonly NotedRun[], names: readonly string[]) {
  const noted = new Set(runs.map(({ name }) => name));
  /** Whether a folder of `uses` is one of these runs'. */
  const isOurs = new Map<string, boolean>();
  const found: string[] = [];
  for (const path of names) {
    const [folder, name] = path.split('/') as [string, string];
    if (folder === 'uses' && !isOurs.has(name)) {
      const user = String(await notes.read(path));
      isOurs.set(
        name,
        runs.some(({ run: { runId } }) => user === runId || user.startsWith(`${runId}/`)),
      );
    }
    if (folder === 'runs' ? noted.has(name) : isOurs.get(name)) found.push(path);
  }
  return found;
}

/** `<stage>-<key>` of every artifact that notes name or refer to. */
async function neededBy({ notes }: ArtifactStore, names: readonly string[]): Promise<Set<string>> {
  const needed = new Set<string>();
  for (const path of names) {
    const [folder, , artifact] = path.split('/');
    if (folder === 'uses') needed.add(artifact!);
    else
      for (const reference of referencesIn(await notes.read(path))) {
        const place = placeOf(reference);
        const input = inputKey(reference);
        if (place) needed.add(`${place.stage}-${place.key}`);
        if (input) needed.add(`${INPUTS}-${input}`);
      }
  }
  return needed;
}

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
