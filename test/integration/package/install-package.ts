import { execFile } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  exitCode: number;
  stdout: string;
}

/** Runs a program to its end. */
export async function run(cwd: string, argv: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const [command = '', ...args] = argv;
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env: { ...process.env, ...env } });
    return { exitCode: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { exitCode: code, stdout };
  }
}

/** The checks of `doctor`, by name: whether all is well, and what mends it. */
export async function doctor(cwd: string, command: string[], env: NodeJS.ProcessEnv = {}) {
  const { exitCode, stdout } = await run(cwd, [...command, 'doctor', '--json'], env);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; remedy?: string }[] };
  return { exitCode, checks: new Map(checks.map((check) => [check.name, check])) };
}

/** What a copy of the checkout is made without. */
const LEFT_OUT = /^(node_modules|dist.*|\.git|test)$/;

/**
 * Builds and packs a copy of the checkout, because other tests run what is built in the checkout itself, and installs the
 * package into a new folder, as its users do.
 */
export async function installPackage(): Promise<{ checkout: string; folder: string }> {
  const [checkout, folder] = [temporaryFolder(), temporaryFolder()];
  cpSync(ROOT, checkout, { recursive: true, filter: (path) => !LEFT_OUT.test(relative(ROOT, path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  await run(checkout, ['npm', 'run', 'build']);
  await run(checkout, ['npm', 'pack', '--pack-destination', folder]);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const [tarball] = (await run(folder, ['sh', '-c', 'ls *.tgz'])).stdout.split('\n');
  await run(folder, ['npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', tarball!]);
  return { checkout, folder };
}
