/** The TensorFlow binding of tfjs-node: found, linked from the cache, built, or downloaded. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { buildOnce, cached } from './cache.ts';
import { firstRoute, type Part } from './first-route.ts';
import { reporter } from './reporter.ts';
import { runProgram } from './run-program.ts';
import { buildFromWheels, CPU_BUILD, GPU_BUILD, hasWheels, type WheelBuild } from './tensorflow-wheel.ts';
import { link, linkedBuild, loadAlone, loadTfjsNode, tfjsNodeFolder } from './tfjs-node.ts';

/** tfjs-node's install script gets 100 MB and says nothing meanwhile. */
const PUBLISHED_LIMIT_MS = 10 * 60_000;

const REMEDY =
  'Install what is missing (Debian: apt-get install g++ python3-pip), see that PyPI can be reached, and run: npx counterpoise setup';

const FOR_CPU: Part<true> = {
  name: 'TensorFlow binding',
  remedy: REMEDY,
  routes: {
    'the one that is there': present,
    'the cache': () => fromCache(CPU_BUILD),
    'a build on the wheel from PyPI': () => fromWheels(CPU_BUILD),
    "tfjs-node's own download": published,
  },
};

const FOR_GPU: Part<true> = {
  name: GPU_BUILD.title,
  remedy: `${REMEDY} --gpu`,
  routes: {
    'the cache': () => fromCache(GPU_BUILD),
    "a build on NVIDIA's wheels from PyPI": () => fromWheels(GPU_BUILD),
  },
};

const GPU_IN_USE: Part<true> = {
  name: GPU_BUILD.title,
  remedy: 'Mend it with: npx counterpoise setup --gpu; or go back to the CPU with: npx counterpoise setup',
  routes: {
    'the one that is there': async () => {
      reporter.say(await tensorFlowInUse());
      return true;
    },
  },
};

/** Once in a process: a worker asks for each of its queues. */
let gpuInUse: Promise<true> | undefined;

/**
 * Makes sure that `@tensorflow/tfjs-node` can be imported. At once where that is so already; minutes on a fresh machine.
 * What `useGpu` chose stays chosen.
 * @throws {SetupFailed} when no route works
 */
export async function ensureTensorFlow(): Promise<void> {
  if (linkedBuild() !== GPU_BUILD.name) await useCpu();
  else {
    gpuInUse ??= firstRoute(GPU_IN_USE);
    await gpuInUse;
  }
}

/**
 * Brings the binding for the CPU, and makes tfjs-node use it.
 * @throws {SetupFailed} when no route works
 */
export async function useCpu(): Promise<void> {
  await firstRoute(FOR_CPU);
}

/**
 * Brings the binding for NVIDIA's GPUs, and makes tfjs-node use it until `useCpu`. On a machine without one it computes
 * on the CPU.
 * @throws {InvalidInput} where TensorFlow has no libraries with CUDA
 * @throws {SetupFailed} when no route works
 */
export async function useGpu(): Promise<void> {
  if (!hasWheels())
    throw new InvalidInput(
      '--gpu',
      `there is no TensorFlow with CUDA for ${platform()} ${arch()}`,
      'It is made for Linux on x64 with glibc',
    );
  if (!hasDriver())
    reporter.say(
      `${GPU_BUILD.title}: there is no NVIDIA driver here, so it will compute on the CPU until there is one`,
    );
  await firstRoute(FOR_GPU);
  reporter.say(await tensorFlowInUse());
}

/**
 * Which TensorFlow tfjs-node uses, and where that is made for GPUs, what it computes on.
 * @throws {Error} when it does not load
 */
export async function tensorFlowInUse(): Promise<string> {
  const { version, usesGpu } = await loadTfjsNode();
  if (linkedBuild() !== GPU_BUILD.name) return `TensorFlow ${version} loads`;
  if (usesGpu) return `${GPU_BUILD.title} loads and computes on the GPU`;
  const reason = hasDriver() ? 'finds no GPU' : 'finds no NVIDIA driver';
  return `${GPU_BUILD.title} loads, ${reason} and computes on the CPU`;
}

/** NVIDIA's driver shows in these places, the second one in Windows' subsystem for Linux. */
const hasDriver = () =>
  ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'].some((path) => existsSync(path));

async function present(): Promise<true | undefined> {
  const linked = linkedBuild();
  if (linked === CPU_BUILD.name) return true;
  if (linked === undefined || linked === GPU_BUILD.name) return undefined;
  await loadTfjsNode();
  return true;
}

async function fromCache({ name, title }: WheelBuild): Promise<true | undefined> {
  const build = cached(name);
  if (!build) return undefined;
  await loadAlone(build).catch(async (error: unknown) => {
    await rm(build, { recursive: true, force: true });
    throw error;
  });
  await link(build);
  await loadTfjsNode();
  reporter.say(`${title}: linked from ${build}`);
  return true;
}

async function fromWheels(build: WheelBuild): Promise<true | undefined> {
  if (!hasWheels()) return undefined;
  await buildOnce(build.name, (folder) => buildFromWheels(build, folder));
  return fromCache(build);
}

/** An older TensorFlow, but ready made, and for macOS and Windows too. */
async function published(): Promise<true | undefined> {
  // It would write through the link into the build in the cache.
  if (linkedBuild() === GPU_BUILD.name) return undefined;
  const { HTTPS_PROXY, https_proxy } = process.env;
  // Where a firewall swallows packets the script would hang for minutes. It follows a proxy, which this process may not.
  if (!HTTPS_PROXY && !https_proxy)
    await fetch('https://storage.googleapis.com/tensorflow/', {
      method: 'HEAD',
      signal: AbortSignal.timeout(5_000),
    });
  reporter.say("TensorFlow: running tfjs-node's own install script");
  const bin = join(tfjsNodeFolder(), '..', '..', '.bin');
  await runProgram(process.execPath, [join('scripts', 'install.js')], {
    cwd: tfjsNodeFolder(),
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    timeoutMs: PUBLISHED_LIMIT_MS,
    what: "tfjs-node's install script",
  });
  const { version } = await loadTfjsNode();
  reporter.say(`TensorFlow ${version}: installed by tfjs-node`);
  return true;
}
