/** Checks what this machine has and lacks, and suggests the command that fixes it. */
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import { machineMemory } from '../lib/artifacts/machine.ts';
import { cacheFolder, userHome } from '../lib/artifacts/user-folders.ts';
import { reasonOf } from '../setup/first-route.ts';
import { runProgram } from '../setup/run-program.ts';
import { findTemporalServer } from '../setup/temporal-server.ts';
import { tensorFlowInUse } from '../setup/tensorflow.ts';
import { T5_BASE_MEMORY } from '../worker/machine-memory.ts';
import { homeFolder } from './home.ts';

export interface Check {
  name: string;
  ok: boolean;
  found: string;
  remedy?: string;
}

const SETUP = 'npx counterpoise setup';
const GIB = 2 ** 30;
/** Oldest Node version that the dependencies support. */
const LEAST_NODE = [20, 19] as const;
/** The tiny model trains in less than one; the rest is for the server, the worker and the system. */
const LEAST_MEMORY = 3 * GIB;
/** The native parts take 1.2 GB, a fine-tuning of t5-base with its checkpoints 4. */
const LEAST_DISK = 5 * GIB;

/** Checks everything that a run needs. Loads TensorFlow in a child process, so it takes a second or two. */
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

/** Containers may run with a user id that does not exist. */
function checkHome(): Check[] {
  const { COUNTERPOISE_CACHE, HF_HOME, COUNTERPOISE_HOME } = process.env;
  if (userHome() !== undefined || (COUNTERPOISE_CACHE && HF_HOME && COUNTERPOISE_HOME)) return [];
  const remedy = 'set COUNTERPOISE_CACHE, HF_HOME and COUNTERPOISE_HOME to folders that it may write to';
  return [check('Home folder', 'this user has none', remedy)];
}

/** One line per check, followed by the fix if it fails. */
export function formatChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, ok, found, remedy }) => [
      `${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${found}`,
      ...(remedy ? [`  ${' '.repeat(width)}  → ${remedy}`] : []),
    ])
    .join('\n');
}

const check = (name: string, found: string, remedy?: string | false): Check =>
  remedy ? { name, ok: false, found, remedy } : { name, ok: true, found };

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  const found = `${process.version}, ${process.platform} ${process.arch}`;
  return check('Node', found, isOld && `install Node ${LEAST_NODE.join('.')} or later`);
}

async function checkTensorFlow(): Promise<Check> {
  const name = 'TensorFlow binding';
  try {
    return check(name, await tensorFlowInUse());
  } catch (error) {
    const reason = reasonOf(error).replace(/^.*ended with exit code \d+: /, '');
    return check(name, `does not load: ${reason}`, SETUP);
  }
}

async function checkServer(): Promise<Check> {
  const name = 'Temporal server';
  const executable = await findTemporalServer().catch(() => undefined);
  if (executable)
    return check(name, `${executable}: ${(await runProgram(executable, ['--version'])).trim()}`);
  const { TEMPORAL_ADDRESS } = process.env;
  if (TEMPORAL_ADDRESS) return check(name, `${TEMPORAL_ADDRESS}, as TEMPORAL_ADDRESS says`);
  return check(name, 'there is no executable', SETUP);
}

/** Nearly all of the model's work is matrix products; measured on an EPYC with AVX512_BF16: twice the speed of float32. */
function checkProcessor(): Check {
  // Where Linux describes the processor; other systems have no such file.
  const info = '/proc/cpuinfo';
  const hasBf16 = existsSync(info) && /\b(amx|avx512)_bf16\b/.test(readFileSync(info, 'utf8'));
  const bf16 = hasBf16
    ? 'units for bf16: the setting precision=bfloat16 makes matrix products about twice as fast; float32, the default, is exact'
    : 'no units for bf16: leave the setting precision at float32';
  return check('Processor', `${availableParallelism()} threads, ${bf16}`);
}

function checkMemory(): Check {
  const total = machineMemory();
  const free = Math.min(freemem(), total);
  const slots = Math.floor(total / T5_BASE_MEMORY);
  const meaning = slots > 0 ? `enough for ${slots} t5-base at a time` : 'too little for t5-base';
  const found = `${gib(total)} GiB, ${gib(free)} free: ${meaning}`;
  const remedy = `end other programs: ${gib(LEAST_MEMORY)} GiB should be free`;
  return check('Memory', found, free < LEAST_MEMORY && remedy);
}

function checkDisk(name: string, folderOf: () => string, variable: string): Check {
  try {
    const folder = folderOf();
    const there = existingPart(folder);
    requireWritable(there, folder);
    const { bavail, bsize } = statfsSync(there);
    const free = bavail * bsize;
    const remedy = `make room, ${gib(LEAST_DISK)} GiB are needed, or name another folder with ${variable}`;
    return check(name, `${gib(free)} GiB free in ${folder}`, free < LEAST_DISK && remedy);
  } catch (error) {
    return check(name, reasonOf(error), `name a folder that this user may write to with ${variable}`);
  }
}

function requireWritable(there: string, folder: string): void {
  try {
    accessSync(there, constants.W_OK);
  } catch {
    throw new Error(`this user may not write to ${there}, where ${folder} would be`);
  }
}

/** Checks the nearest existing parent, because the folder may not exist yet. */
function existingPart(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingPart(dirname(folder));
}

const gib = (bytes: number) => (bytes / GIB).toFixed(bytes < 10 * GIB ? 1 : 0);
