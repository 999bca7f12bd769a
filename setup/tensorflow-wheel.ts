/**
 * Builds tfjs-node's binding against the TensorFlow of a Python wheel. PyPI can be reached from most networks, and its
 * TensorFlow is years younger than the one that tfjs-node publishes: AVX-512 and bf16 units are used. One build serves
 * every version of Node, because it speaks Node-API.
 */
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../lib/artifacts/home-of-user.ts';
import { type PinnedWheel, pipDownload } from './pip-download.ts';
import { reporter } from './reporter.ts';
import { runProgram } from './run-program.ts';
import { BINDING, loadAlone, tfjsNodeFolder } from './tfjs-node.ts';
import { unzip } from './unzip.ts';

const require = createRequire(import.meta.url);

const VERSION = '2.21.0';

/** For Linux on x64. */
const WHEEL: PinnedWheel = {
  name: 'tensorflow-cpu',
  version: VERSION,
  platform: 'manylinux_2_27_x86_64',
  sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  megabytes: 274,
};

const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** The few of 13,000 headers that the binding's sources include. */
const HEADERS = /^tensorflow\/include\/((tensorflow|tsl|xla)\/(tsl\/)?(c|core\/platform|platform)\/.*\.h)$/;

/** The wheel for this machine; nothing where the libraries are not made for it. */
export function wheelHere(): PinnedWheel | undefined {
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } })
    .header;
  // The libraries are linked against glibc; Alpine's musl cannot load them.
  return platform() === 'linux' && arch() === 'x64' && glibcVersionRuntime ? WHEEL : undefined;
}

/** Name of the build in the cache: another TensorFlow, tfjs-node or machine is another build. */
export function wheelBuildName(): string {
  const { version } = require('@tensorflow/tfjs-node/package.json') as { version: string };
  return `tensorflow-${VERSION}-tfjs-node-${version}-${platform()}-${arch()}`;
}

/**
 * Downloads the wheel, unpacks what is needed of it and builds the binding.
 * @param folder gets `deps/lib` with TensorFlow's libraries and `lib/napi-v8` with the binding
 * @throws {Error} when there is no C++ compiler or no pip, the download fails, or the build does not load
 */
export async function buildFromWheel(wheel: PinnedWheel, folder: string): Promise<void> {
  const compiler = process.env.CXX || 'c++';
  await runProgram(compiler, ['--version']);
  // Outside the build's folder, so that a build that failed does not have to download again.
  const downloads = join(cacheFolder(), `${wheel.name}-${wheel.version}-wheel`);
  reporter.say(`TensorFlow ${VERSION}: downloading ${wheel.megabytes} MB from PyPI`);
  const file = await pipDownload(wheel, downloads);
  reporter.say('TensorFlow: unpacking its libraries');
  await unzip(file, folder, placeOf);
  reporter.say('TensorFlow: building the binding for Node');
  await compile(compiler, folder);
  await rm(join(folder, 'include'), { recursive: true });
  await loadAlone(folder);
  await rm(downloads, { recursive: true });
}

function placeOf(entry: string): string | undefined {
  const name = basename(entry);
  if (entry === `tensorflow/${name}` && LIBRARIES.includes(name)) return join('deps', 'lib', name);
  const header = HEADERS.exec(entry)?.[1];
  return header && join('include', header);
}

/**
 * Two source files need no build system. node-gyp would want Python, make and Node's own headers, which it downloads
 * from a host that many networks do not reach.
 */
async function compile(compiler: string, folder: string): Promise<void> {
  const { include_dir: nodeApi } = require('node-api-headers') as { include_dir: string };
  const libraries = join(folder, 'deps', 'lib');
  const sources = join(tfjsNodeFolder(), 'binding');
  const target = join(folder, BINDING);
  await mkdir(dirname(target), { recursive: true });
  await runProgram(
    compiler,
    [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'],
      ...[`-I${tfjsNodeFolder()}`, `-I${nodeApi}`, `-I${join(folder, 'include')}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, name)),
      ...LIBRARIES.map((name) => join(libraries, name)),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...['-o', target],
    ],
    { what: 'building the binding' },
  );
}
