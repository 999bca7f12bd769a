/** What this machine has and lacks for the work, and the one command that fixes it. */
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import { cacheFolder, homeOfUser } from '../lib/artifacts/home-of-user.ts';
import { machineMemory } from '../lib/artifacts/machine.ts';
import { reasonOf } from '../setup/first-route.ts';
import { runProgram } from '../setup/run-program.ts';
import { findTemporalServer } from '../setup/temporal-server.ts';
import { loadedVersion } from '../setup/tfjs-node.ts';
import { homeFolder } from './home.ts';

export interface Check {
  name: string;
  ok: boolean;
  found: string;
  remedy?: string;
}

const SETUP = 'npx counterpoise setup';
const GIB = 2 ** 30;
/** Oldest Node that the dependencies take. */
const LEAST_NODE = [20, 19] as const;
/** The tiny model trains in less than one; the rest is for the server, the worker and the system. */
const LEAST_MEMORY = 3 * GIB;
/** Measured: fine-tuning t5-base with the published settings. */
const T5_BASE_MEMORY = 16 * GIB;
/** The native parts take 1.2 GB, a fine-tuning of t5-base with its checkpoints 4. */
const LEAST_DISK = 5 * GIB;

/** Looks at everything that a run needs. Loads TensorFlow in a process of its own, so it takes a second or two. */
export async function examineMachine(): Promise<Check[]> {
  const [tensorFlow, server] = await Promise.all([checkTensorFlow(), checkServer()]);
  return [
    checkNode(),
    ...checkHome(),
    tensorFlow,
    server,
    checkProcessor(),
    checkMemory(),
    checkDisk('Disk for runs', () => homeFolder().path, 'COUNTERPOISE_HOME'),
    checkDisk('Disk for the cache', cacheFolder, 'COUNTERPOISE_CACHE'),
  ];
}

/** Containers are started with ids that no user has; where all folders are named, nothing is missing. */
function checkHome(): Check[] {
  const { COUNTERPOISE_CACHE, HF_HOME, COUNTERPOISE_HOME } = process.env;
  if (homeOfUser() !== undefined || (COUNTERPOISE_CACHE && HF_HOME && COUNTERPOISE_HOME)) return [];
  const remedy = 'set COUNTERPOISE_CACHE, HF_HOME and COUNTERPOISE_HOME to folders that it may write to';
  return [{ name: 'Home folder', ok: false, found: 'this user has none', remedy }];
}

/** One line for each check, and under one that fails how to fix it. */
export function formatChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, ok, found, remedy }) => [
      `${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${found}`,
      ...(remedy ? [`  ${' '.repeat(width)}  → ${remedy}`] : []),
    ])
    .join('\n');
}

const judged = (name: string, ok: boolean, found: string, remedy: string): Check =>
  ok ? { name, ok, found } : { name, ok, found, remedy };

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const found = `${process.version}, ${process.platform} ${process.arch}`;
  return judged('Node', ok, found, `install Node ${LEAST_NODE.join('.')} or later`);
}

async function checkTensorFlow(): Promise<Check> {
  const name = 'TensorFlow binding';
  try {
    return { name, ok: true, found: `TensorFlow ${await loadedVersion()} loads` };
  } catch (error) {
    const reason = reasonOf(error).replace(/^.*ended with exit code \d+: /, '');
    return { name, ok: false, found: `does not load: ${reason}`, remedy: SETUP };
  }
}

async function checkServer(): Promise<Check> {
  const name = 'Temporal server';
  const address = process.env.TEMPORAL_ADDRESS;
  const executable = await findTemporalServer().catch(() => undefined);
  if (!executable && address) return { name, ok: true, found: `${address}, as TEMPORAL_ADDRESS says` };
  if (!executable) return { name, ok: false, found: 'there is no executable', remedy: SETUP };
  const version = (await runProgram(executable, ['--version'])).trim();
  return { name, ok: true, found: `${executable}: ${version}` };
}

/**
 * What the processor's units for bf16 mean for matrix products, which are nearly all of the model's work. Measured with
 * TensorFlow 2.21 on an EPYC with AVX512_BF16 and without AMX: twice the speed of float32, in which
 * TF_SET_ONEDNN_FPMATH_MODE changes nothing there.
 */
function checkProcessor(): Check {
  const flags = processorFlags();
  const hasUnits = flags.has('amx_bf16') || flags.has('avx512_bf16');
  const bf16 = hasUnits
    ? `units for bf16 (${flags.has('amx_bf16') ? 'AMX' : 'AVX512-BF16'}): the setting precision=bfloat16 makes matrix products about twice as fast or faster; float32, the default, is exact`
    : 'no units for bf16: leave the setting precision at float32';
  return { name: 'Processor', ok: true, found: `${availableParallelism()} threads, ${bf16}` };
}

function processorFlags(): Set<string> {
  try {
    const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    return new Set(flags.trim().split(' '));
  } catch {
    // Only Linux has the file.
    return new Set();
  }
}

function checkMemory(): Check {
  const total = machineMemory();
  const free = Math.min(freemem(), total);
  const slots = Math.floor(total / T5_BASE_MEMORY);
  const meaning =
    slots > 0
      ? `enough for ${slots} t5-base at a time`
      : 'too little for t5-base; t5-small and models from scratch fit';
  const found = `${gib(total)} GiB, ${gib(free)} free: ${meaning}`;
  const remedy = `end other programs: ${gib(LEAST_MEMORY)} GiB should be free`;
  return judged('Memory', free >= LEAST_MEMORY, found, remedy);
}

function checkDisk(name: string, folderOf: () => string, variable: string): Check {
  try {
    const folder = folderOf();
    const there = existingPart(folder);
    requireWritable(there, folder);
    const { bavail, bsize } = statfsSync(there);
    const free = bavail * bsize;
    const remedy = `make room, ${gib(LEAST_DISK)} GiB are needed, or name another folder with ${variable}`;
    return judged(name, free >= LEAST_DISK, `${gib(free)} GiB free in ${folder}`, remedy);
  } catch (error) {
    const remedy = `name a folder that this user may write to with ${variable}`;
    return { name, ok: false, found: reasonOf(error), remedy };
  }
}

function requireWritable(there: string, folder: string): void {
  try {
    accessSync(there, constants.W_OK);
  } catch {
    throw new Error(`this user may not write to ${there}, where ${folder} would be`);
  }
}

/** The folder itself may not have been made yet. */
function existingPart(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingPart(dirname(folder));
}

const gib = (bytes: number) => (bytes / GIB).toFixed(bytes < 10 * GIB ? 1 : 0);
