/**
 * One run of the prepare stage in a process of its own, for bench/prepare.ts, which compiles this file and what it needs:
 * the published package runs compiled too.
 *
 *     node prepare-stage.js measure SOURCE STORE   # prints a `Measured`
 *     node prepare-stage.js cancel SOURCE STORE    # prints a `Cancelled` for each moment
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { referToFile } from '../lib/artifacts/digest.ts';
import { FolderStore } from '../lib/artifacts/folder-store.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import { prepareSettings } from '../lib/settings/prepare-settings.ts';
import { prepare } from '../lib/stages/prepare.ts';
import { runStage } from '../lib/stages/run-stage.ts';
import type { StageProgress } from '../lib/stages/stage.ts';

export interface Measured {
  seconds: number;
  cpuSeconds: number;
  /** All threads. */
  peakMegabytes: number;
  rows: number;
  cached: boolean;
}

export interface Cancelled {
  moment: string;
  /** From the abort until the stage's promise was settled. */
  milliseconds: number;
  /** Files that lie in the store's drafts then. */
  left: number;
}

/** As in the published method a fifth of the rows is kept: the rare classes and some of the frequent ones. */
const RARE = [
  'capital markets',
  'luxury goods and jewelry',
  'alternative medicine',
  'glass/ceramics/concrete',
  'wireless',
];
const CLASSES = { include: ['retail', ...RARE], rare: RARE };

interface Watching {
  signal?: AbortSignal;
  onProgress?: (progress: StageProgress) => void;
}

const [command, source, store] = process.argv.slice(2) as [string, string, string];
const reference = await referToFile(source);
if (command === 'measure') console.log(JSON.stringify(await measure()));
else for (const moment of moments()) console.log(JSON.stringify(await cancelAt(moment)));

function runPrepare(watching: Watching = {}) {
  const settings = prepareSettings(parseSettings({ source, classes: CLASSES }));
  return runStage(new FolderStore(store), prepare, { sources: [reference], ...settings }, watching);
}

async function measure(): Promise<Measured> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const stage = await runPrepare();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(before);
  const preparation = JSON.parse(
    await readFile(fileURLToPath(stage.files['preparation.json']!.uri), 'utf8'),
  ) as { read: number };
  return {
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    rows: preparation.read,
    cached: stage.cached,
  };
}

interface Moment {
  name: string;
  /** Whether it has come. */
  isHere: (progress: StageProgress) => boolean;
  /** Milliseconds from then to the abort. */
  wait: number;
}

function moments(): Moment[] {
  const during = (phase: string, share: number) => (progress: StageProgress) =>
    progress.phase === phase && progress.done >= share * (progress.total ?? 0);
  return [
    { name: 'as the threads start', isHere: during('clean', 0), wait: 0 },
    { name: 'filtering', isHere: during('clean', 0.5), wait: 0 },
    { name: 'comparing', isHere: during('compare', 0.2), wait: 0 },
    { name: 'writing', isHere: during('write', 0.5), wait: 0 },
    { name: 'describing the classes', isHere: during('write', 1), wait: 200 },
  ];
}

async function cancelAt({ name, isHere, wait }: Moment): Promise<Cancelled> {
  const abort = new AbortController();
  let abortedAt = 0;
  let isPlanned = false;
  const onProgress = (progress: StageProgress) => {
    if (isPlanned || !isHere(progress)) return;
    isPlanned = true;
    void setTimeout(wait).then(() => {
      abortedAt = performance.now();
      abort.abort();
    });
  };
  const outcome = await runPrepare({ signal: abort.signal, onProgress }).catch((error: Error) => error);
  const milliseconds = Math.round(performance.now() - abortedAt);
  if (!(outcome instanceof Error) || outcome.name !== 'AbortError')
    throw new Error(`${name}: it was not cancelled`);
  const drafts = `${store}/drafts`;
  await mkdir(drafts, { recursive: true });
  const left = (await readdir(drafts)).length;
  await rm(store, { recursive: true, force: true });
  return { moment: name, milliseconds, left };
}
