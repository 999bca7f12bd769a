import { printableJson } from '../lib/settings/printable.ts';
import { expandFastTextFlags } from './commands/flags.ts';
import { exitOf } from './exit.ts';
import { forTerminal } from './output.ts';
import { createProgram } from './program.ts';

/** Runs one command (arguments without the program name) and sets the exit code: 0, 2 for user errors, 1 for others. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = await createProgram(argv);
    await program.parseAsync(expandFastTextFlags(argv), { from: 'user' });
  } catch (error) {
    const { exitCode, ...problem } = exitOf(error, argv[0]);
    process.exitCode = exitCode;
    // Help and version are printed already.
    if (exitCode === 0) return;
    process.stderr.write(`counterpoise: ${forTerminal(problem.message)}\n`);
    if (argv.includes('--json')) process.stdout.write(`${printableJson({ error: problem })}\n`);
    if (process.env.DEBUG === 'counterpoise') console.error(error);
  }
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
