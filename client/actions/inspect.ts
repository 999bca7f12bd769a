import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { copyArtifact } from '../../lib/artifacts/copy-artifact.ts';
import { modelsSection } from '../../lib/report/dataset-card.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import type { RunResult } from '../../workflows/result.ts';
import { describeOutcome } from '../outcome.ts';
import { findRun, listRuns, resultOf, statusWords } from '../runs.ts';
import { type SessionFlags, withSession } from '../session.ts';
import { drawBlock } from '../watching/block.ts';
import { observeRun } from '../watching/observe.ts';

type Flags = SessionFlags & { out?: string; push?: string; models?: boolean };

/** Lists the latest runs, newest first. */
export async function showRuns(flags: SessionFlags): Promise<void> {
  await withSession(flags, { worker: false }, async ({ client }, output) => {
    const runs = await listRuns(client);
    const lines = runs.map(
      ({ runId, status, startedAt }) =>
        `${startedAt.toISOString().slice(0, 16)}Z  ${status.padEnd(10)}  ${runId}`,
    );
    output.result({ runs }, lines.join('\n') || 'No run. Start one: npx counterpoise run --source FILE');
  });
}

/** Shows the status of a run. */
export async function showStatus(id: string | undefined, flags: Flags): Promise<void> {
  // The Web UI asks a worker for the details that it shows.
  await withSession(flags, { worker: flags.keep === true }, async (session, output) => {
    const run = await findRun(session.client, id);
    session.about(run);
    const view = await observeRun(session, run);
    const page = session.pageAfterExit(run);
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
    const parts = [
      `${run}: ${statusWords(view.status)}`,
      ...(view.progress ? [drawBlock(view, width)] : []),
      ...(page ? [`Web UI: ${page}`] : []),
    ];
    output.result(view, parts.join('\n'));
  });
}

/** Shows the results of a finished run, and copies or uploads them on request. */
export async function showReport(id: string | undefined, flags: Flags): Promise<void> {
  const { out, push, models = false } = flags;
  if (models && !push)
    throw new InvalidInput('--models', 'needs --push', 'Name a repository: --push owner/name');
  await withSession(flags, { worker: false }, async (session, output) => {
    const run = await findRun(session.client, id, ['completed', 'running']);
    const { status } = await observeRun(session, run);
    const remedy = `It still runs: npx counterpoise watch ${run}${session.reach}`;
    if (status === 'RUNNING') throw new InvalidInput(run, 'has no report yet', remedy);
    const result = await resultOf(session.client, run);
    if (out) {
      await copyResult(result, resolve(out));
      output.say(`Copied to ${resolve(out)}`);
    }
    if (push) output.say(`Uploaded to ${await upload(result, push, models, session.signal)}`);
    output.result(result, describeOutcome(result, session.pageAfterExit(run)));
  });
}

async function copyResult({ report, dataset }: RunResult, out: string): Promise<void> {
  await copyArtifact(report.uri, out);
  await copyArtifact(dataset.uri, join(out, 'dataset'));
}

async function upload(result: RunResult, name: string, models: boolean, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'counterpoise-push-'));
  try {
    await copyResult(result, folder);
    const { linkModels, pushToHub } = await import('../push-to-hub.ts');
    if (models) await appendFile(join(folder, 'README.md'), modelsSection(await linkModels(result, folder)));
    return await pushToHub(folder, name, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
