/** The package @tensorflow/tfjs-node as it lies in node_modules: where its binding belongs, and whether it loads. */
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';

/** The folder of the package that this code would import. */
export const tfjsNodeFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'));

/** Where tfjs-node looks for its binding: it knows Node-API up to 8, and every Node since 12 has that. */
export const BINDING = join('lib', 'napi-v8', 'tfjs_binding.node');

/** What a binding consists of: TensorFlow's libraries, and the binding that finds them by its relative path. */
const FOLDERS = ['deps', 'lib'];

/**
 * Name of the build that tfjs-node uses, by its folder in the cache, so that it need not be loaded to know that it works.
 * Nothing where it has no binding.
 */
export function linkedBuild(): string | undefined {
  const binding = join(tfjsNodeFolder(), BINDING);
  return existsSync(binding) ? basename(join(realpathSync(binding), '../../..')) : undefined;
}

/**
 * Makes tfjs-node use a build of its binding that lies elsewhere.
 * @throws {Error} when node_modules cannot be written
 */
export async function link(build: string): Promise<void> {
  for (const name of FOLDERS) {
    const place = join(tfjsNodeFolder(), name);
    const fresh = `${place}.${process.pid}`;
    await rm(fresh, { recursive: true, force: true });
    await symlink(join(build, name), fresh, 'junction');
    await rename(fresh, place).catch(async () => {
      // A folder cannot be replaced by a link in one step.
      await rm(place, { recursive: true, force: true });
      await mkdir(dirname(place), { recursive: true });
      await rename(fresh, place);
    });
  }
}

/**
 * Loads the binding of a build without tfjs-node around it, in a process of its own.
 * @throws {Error} when it does not load
 */
export async function loadAlone(build: string): Promise<void> {
  await load('require(process.argv[1])', join(build, BINDING));
}

/**
 * Loads tfjs-node in a process of its own: a binding made for another machine may end the process that loads it.
 * @returns the version of its TensorFlow, and whether that has found a GPU
 * @throws {Error} when it does not load
 */
export async function loadTfjsNode(): Promise<{ version: string; usesGpu: boolean }> {
  const output = await load(PRINT_BACKEND, tfjsNodeFolder());
  return JSON.parse(output.trim().split('\n').at(-1)!);
}

const PRINT_BACKEND = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value == null;
  util.isArray = Array.isArray;
  const tf = require(process.argv[1]);
  tf.ready().then(() => {
    const { binding, isUsingGpuDevice: usesGpu } = tf.backend();
    process.stdout.write(JSON.stringify({ version: binding.TF_Version, usesGpu }));
  });
`;

/** Ample for a busy machine: a build in the cache that fails to load is removed, and other checkouts may be using it. */
const LOADING_LIMIT_MS = 10 * 60_000;

function load(script: string, path: string): Promise<string> {
  const firstLine =
    "process.on('uncaughtException', ({ message }) => { console.error(message.split('\\n')[0]); process.exit(1); });";
  return runProgram(process.execPath, ['-e', firstLine + script, path], {
    env: { ...process.env, NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '3' },
    timeoutMs: LOADING_LIMIT_MS,
  });
}
