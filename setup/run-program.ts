import { spawn } from 'node:child_process';
import type { Reporter } from './reporter.ts';

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the program after so long. */
  timeoutMs?: number;
  /** With `what`: tells every so often that it is still at work. */
  reporter?: Reporter;
  what?: string;
}

const LAST_WORDS = 2_000;

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws {Error} when it is not there, runs too long or fails; the message has its last words
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { reporter, what, timeoutMs, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...rest,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    let stdout = '';
    let tail = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      tail = (tail + text).slice(-LAST_WORDS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-LAST_WORDS);
    });
    const started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 1000);
    const ticker = setInterval(() => reporter?.progress(`${what}: ${seconds()} s`), 1000);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearInterval(ticker);
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed`) : error);
    });
    child.on('close', (code, signal) => {
      clearInterval(ticker);
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ${howItEnded(code, signal, seconds())}: ${lastLines(tail)}`));
    });
  });
}

function howItEnded(code: number | null, signal: string | null, seconds: number): string {
  return signal ? `was ended by ${signal} after ${seconds} s` : `ended with exit code ${code}`;
}

const lastLines = (text: string) => text.trim().split('\n').slice(-3).join(' ') || 'it said nothing';
