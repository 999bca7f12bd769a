/**
 * Benchmarks of what threads do run compiled, in a process of their own, as the published package does: from sources
 * every thread would start by compiling them.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Compiles those scripts of this folder that bench/tsconfig.compiled.json names, and what they need. fastText's kernels
 * are those of dist/, hence the build.
 */
export async function compileScripts(): Promise<void> {
  const repository = fileURLToPath(new URL('..', import.meta.url));
  await promisify(execFile)('npm', ['run', 'build'], { cwd: repository });
  await promisify(execFile)('npx', ['tsc', '-p', 'bench/tsconfig.compiled.json'], { cwd: repository });
}

/** The path of such a script, compiled; `name` is without its ending. */
export function compiledScript(name: string): string {
  return fileURLToPath(new URL(`../.counterpoise/bench/bench/${name}.js`, import.meta.url));
}
