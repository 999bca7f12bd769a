import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

/** Builds and packs the checkout, and installs the package into a new folder, as its users do. */
export async function installPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'counterpoise-package-'));
  await run(ROOT, ['npm', 'run', 'build']);
  await run(ROOT, ['npm', 'pack', '--pack-destination', folder]);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const [tarball] = (await run(folder, ['sh', '-c', 'ls *.tgz'])).stdout.split('\n');
  await run(folder, ['npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', tarball!]);
  return folder;
}
