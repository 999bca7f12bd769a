/**
 * Builds tfjs-node's binding against the TensorFlow of a Python wheel, for the CPU or with CUDA. PyPI can be reached from most networks, and its
 * TensorFlow is years younger than the one that tfjs-node publishes: AVX-512 and bf16 units are used. One build serves
 * every version of Node, because it speaks Node-API.
 */
import { mkdir, rm, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../lib/artifacts/user-folders.ts';
import { CUDA_WHEELS } from './cuda-wheels.ts';
import { type PinnedWheel, pipDownload } from './pip-download.ts';
import { reporter } from './reporter.ts';
import { runProgram } from './run-program.ts';
import { BINDING, loadAlone, tfjsNodeFolder } from './tfjs-node.ts';
import { unzip } from './unzip.ts';

const require = createRequire(import.meta.url);

const VERSION = '2.21.0';

const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** TensorFlow's libraries for Linux on x64, and what a binding that is built on them is called. */
export interface WheelBuild {
  /** For a person. */
  title: string;
  /** Its name in the cache: another TensorFlow, tfjs-node or machine is another build. */
  name: string;
  wheels: readonly PinnedWheel[];
  /** What is unpacked of the wheels. */
  unpackedMegabytes: number;
  /** What the binding is linked to, below `deps`. */
  libraries: readonly string[];
}

const nameOf = (tensorFlow: string): string => {
  const { version } = require('@tensorflow/tfjs-node/package.json') as { version: string };
  return `${tensorFlow}-${VERSION}-tfjs-node-${version}-${platform()}-${arch()}`;
};

export const CPU_BUILD: WheelBuild = {
  title: `TensorFlow ${VERSION}`,
  name: nameOf('tensorflow'),
  wheels: [
    {
      name: 'tensorflow-cpu',
      version: VERSION,
      platform: 'manylinux_2_27_x86_64',
      sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
      megabytes: 274,
    },
  ],
  unpackedMegabytes: 850,
  libraries: LIBRARIES.map((name) => `lib/${name}`),
};

export const GPU_BUILD: WheelBuild = {
  title: `TensorFlow ${VERSION} with CUDA (experimental: not yet tested on a GPU)`,
  name: nameOf('tensorflow-cuda'),
  wheels: CUDA_WHEELS,
  unpackedMegabytes: 5700,
  // TensorFlow uses no GPU unless it can load cuSOLVER, and looks everywhere but there. What the binding is linked to is loaded already.
  libraries: [...CPU_BUILD.libraries, 'nvidia/cusolver/lib/libcusolver.so.11'],
};

/**
 * NVIDIA's libraries, and what compiles kernels for a GPU that TensorFlow was not built for. TensorFlow's libraries look for
 * them in `../nvidia`, and each of them for the others, as pip lays them out; so no process needs an LD_LIBRARY_PATH.
 */
const CUDA = /^nvidia\/(\w+\/lib\/[^/]+\.so[.\d]*|cuda_nvcc\/(bin|nvvm)\/.*[^/])$/;

/** The few of 13,000 headers that the binding's sources include. */
const HEADERS = /^tensorflow\/include\/((tensorflow|tsl|xla)\/(tsl\/)?(c|core\/platform|platform)\/.*\.h)$/;

/** Whether the libraries are made for this machine. */
export function hasWheels(): boolean {
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } })
    .header;
  // The libraries are linked against glibc; Alpine's musl cannot load them.
  return platform() === 'linux' && arch() === 'x64' && glibcVersionRuntime !== undefined;
}

/**
 * Downloads the wheels, unpacks what is needed of them and builds the binding.
 * @param folder gets `deps/lib` with TensorFlow's libraries and `lib/napi-v8` with the binding
 * @throws {Error} when there is no C++ compiler, no pip or no room, a download fails, or the build does not load
 */
export async function buildFromWheels(
  { title, wheels, unpackedMegabytes, libraries }: WheelBuild,
  folder: string,
): Promise<void> {
  const compiler = process.env.CXX || 'c++';
  await runProgram(compiler, ['--version']);
  const download = wheels.reduce((sum, { megabytes }) => sum + megabytes, 0);
  await requireSpace(download + unpackedMegabytes);
  reporter.say(`${title}: downloading ${gigabytes(download)} from PyPI`);
  // Outside the build's folder, so that a build that failed does not have to download again.
  const places = wheels.map(({ name, version }) => join(cacheFolder(), `${name}-${version}-wheel`));
  const files: string[] = [];
  for (const [i, wheel] of wheels.entries()) files.push(await pipDownload(wheel, places[i]!));
  reporter.say('TensorFlow: unpacking its libraries');
  for (const file of files) {
    reporter.progress(`unpacking ${basename(file)}`);
    await unzip(file, folder, placeOf);
  }
  reporter.say('TensorFlow: building the binding for Node');
  await compile(compiler, folder, libraries);
  await rm(join(folder, 'include'), { recursive: true });
  await loadAlone(folder);
  for (const place of places) await rm(place, { recursive: true });
}

const gigabytes = (megabytes: number) => `${(megabytes / 1000).toFixed(1)} GB`;

async function requireSpace(megabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(cacheFolder());
  const free = (bavail * bsize) / 1e6;
  if (free < megabytes)
    throw new Error(
      `${gigabytes(megabytes)} are needed in ${cacheFolder()} and ${gigabytes(free)} are free: make room, or name another folder with COUNTERPOISE_CACHE`,
    );
}

function placeOf(entry: string): string | undefined {
  const name = basename(entry);
  if (entry === `tensorflow/${name}` && LIBRARIES.includes(name)) return join('deps', 'lib', name);
  if (CUDA.test(entry)) return join('deps', entry);
  const header = HEADERS.exec(entry)?.[1];
  return header && join('include', header);
}

/**
 * Two source files need no build system. node-gyp would want Python, make and Node's own headers, which it downloads
 * from a host that many networks do not reach.
 */
async function compile(compiler: string, folder: string, libraries: readonly string[]): Promise<void> {
  const { include_dir: nodeApi } = require('node-api-headers') as { include_dir: string };
  const sources = join(tfjsNodeFolder(), 'binding');
  const target = join(folder, BINDING);
  await mkdir(dirname(target), { recursive: true });
  await runProgram(
    compiler,
    [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'],
      ...[`-I${tfjsNodeFolder()}`, `-I${nodeApi}`, `-I${join(folder, 'include')}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, name)),
      '-Wl,--no-as-needed',
      ...libraries.map((path) => join(folder, 'deps', path)),
      ...libraries.map((path) => `-Wl,-rpath,$ORIGIN/../../deps/${dirname(path)}`),
      ...['-o', target],
    ],
    { what: 'building the binding' },
  );
}
