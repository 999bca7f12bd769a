import { type ExecFileException, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { reporter } from './reporter.ts';

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the program after so long. */
  timeoutMs?: number;
  /** What it does, where it is to be told every so often that it is still at work. */
  what?: string;
}

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws {Error} when it is not there, runs too long or fails; the message has its last words
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { what, timeoutMs: timeout, ...options }: ProgramOptions = {},
): Promise<string> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const ticker = setInterval(() => what && reporter.progress(`${what}: ${seconds()} s`), 1000);
  try {
    const all = { ...options, timeout, killSignal: 'SIGKILL' as const, maxBuffer: Number.POSITIVE_INFINITY };
    const running = promisify(execFile)(command, args, all);
    running.child.stdin?.end();
    return (await running).stdout;
  } catch (error) {
    const { code, signal, stdout, stderr } = error as ExecFileException;
    if (code === 'ENOENT') throw new Error(`${command} is not installed`);
    // The system refused to start it.
    if (typeof code === 'string') throw error;
    const end = signal ? `was ended by ${signal} after ${seconds()} s` : `ended with exit code ${code}`;
    const lines = `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' ');
    throw new Error(`${command} ${end}: ${lines || 'it said nothing'}`);
  } finally {
    clearInterval(ticker);
  }
}
