/** Commands that only look: `status` and `report`. */
import { join, resolve } from 'node:path';
import { copyArtifact } from '../../lib/artifacts/copy-artifact.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { runPage } from '../connection.ts';
import { describeOutcome } from '../outcome.ts';
import { findRun, resultOf } from '../runs.ts';
import { type SessionFlags, withSession } from '../session.ts';
import { drawBlock } from '../watching/block.ts';
import { observeRun } from '../watching/observe.ts';

type Flags = SessionFlags & { out?: string };

/** Shows where a run is. */
export async function showStatus(id: string | undefined, flags: Flags): Promise<void> {
  await withSession(flags, { worker: false }, async (session, output) => {
    const run = await findRun(session.client, id);
    session.about(run);
    const view = await observeRun(session, run);
    const page = runPage(session, run);
    const status = view.status.toLowerCase().replaceAll('_', ' ');
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
    const parts = [
      `${run}: ${status}`,
      ...(view.progress ? [drawBlock(view, width)] : []),
      ...(page ? [page] : []),
    ];
    output.result(view, parts.join('\n'));
  });
}

/** Shows what a finished run found, and copies it where that is wanted. */
export async function showReport(id: string | undefined, flags: Flags): Promise<void> {
  await withSession(flags, { worker: false }, async (session, output) => {
    const run = await findRun(session.client, id);
    const { status } = await observeRun(session, run);
    if (status === 'RUNNING')
      throw new InvalidInput(
        run,
        'has no report yet',
        `It still runs: counterpoise watch ${run}${session.reach}`,
      );
    const result = await resultOf(session.client, run);
    if (flags.out) {
      const out = resolve(flags.out);
      await copyArtifact(result.report.uri, out);
      await copyArtifact(result.dataset.uri, join(out, 'dataset'));
      output.say(`Copied to ${out}`);
    }
    output.result(result, describeOutcome(result, runPage(session, run)));
  });
}
