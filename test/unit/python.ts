import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** The Python that has transformers: $COUNTERPOISE_PYTHON, or the `python3` of the path. */
const PYTHON = process.env.COUNTERPOISE_PYTHON ?? 'python3';

/** Why a test with transformers cannot run here; undefined if it can. */
export function pythonMissing(): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', 'import torch, transformers, sentencepiece']);
  return status === 0
    ? undefined
    : `${PYTHON} has no torch, transformers and sentencepiece: set COUNTERPOISE_PYTHON to one that has`;
}

/** Runs a program; returns what it prints. */
export async function runPython(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', program, ...args]);
  return stdout;
}
