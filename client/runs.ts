/** The runs of a Temporal namespace, as a typed client, which the command line also uses. */
import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandleWithFirstExecutionRunId,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { datasetName } from '../lib/settings/dataset-name.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { RunInput } from '../lib/settings/settings.ts';
import type { balanceDataset } from '../workflows/balance-dataset.ts';
import {
  type BranchChange,
  type BranchProgress,
  retryClassUpdate,
  skipClassUpdate,
} from '../workflows/messages.ts';
import type { RunResult } from '../workflows/result.ts';
import { fairnessOf, TASK_QUEUE } from '../workflows/task-queues.ts';

/** The workflow type of a run. */
export const WORKFLOW_TYPE = 'balanceDataset';
/** Servers list running workflows first, so the newest run may come after some of them. */
const RUNS_LOOKED_AT = 200;

/**
 * Starts a run; a worker on the queue `counterpoise` picks it up.
 * @param priorityKey 1 (first) to 5, if the server supports priorities
 * @throws {InvalidInput} if a run with this id is running
 */
export async function startRun(
  client: Client,
  input: RunInput,
  workflowId = newRunId(input.source),
  priorityKey?: number,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof balanceDataset>> {
  try {
    return await client.workflow.start<typeof balanceDataset>(WORKFLOW_TYPE, {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [input],
      priority: { ...fairnessOf(workflowId), ...(priorityKey === undefined ? {} : { priorityKey }) },
      staticSummary: `balance ${datasetName(input.source)}`,
      staticDetails: describeInput(input),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const remedy = `Watch it: npx counterpoise watch ${workflowId}`;
    throw new InvalidInput('--workflow-id', `${workflowId} is already running`, remedy);
  }
}

/** Summary of a run's input for the Web UI. */
export function describeInput(input: RunInput): string {
  const sources = [input.source].flat().map((source) => `\`${source}\``);
  return [`Balances ${sources.join(', ')}.`, '```json', JSON.stringify(input, null, 2), '```'].join('\n');
}

export interface RunEntry {
  runId: string;
  /** `completed`, `running`, `timed out`. */
  status: string;
  startedAt: Date;
}

/** The latest runs, newest first. */
export async function listRuns(client: Client): Promise<RunEntry[]> {
  const runs: RunEntry[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowType = '${WORKFLOW_TYPE}'` })) {
    const { workflowId: runId, startTime: startedAt } = run;
    if (runs.push({ runId, status: statusWords(run.status.name), startedAt }) >= RUNS_LOOKED_AT) break;
  }
  return runs.sort((a, b) => Number(b.startedAt) - Number(a.startedAt));
}

/** A Temporal status in words: `TIMED_OUT` as `timed out`. */
export const statusWords = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/**
 * The given id, or that of the run started last.
 * @param statuses without an id, only runs with these statuses
 * @throws {InvalidInput} if the namespace has no such run
 */
export async function findRun(
  client: Client,
  id: string | undefined,
  statuses?: readonly string[],
): Promise<string> {
  if (id !== undefined)
    return asUserMistakes(id, async () => (await handleOf(client, id).describe()).workflowId);
  const runs = await listRuns(client);
  const newest = runs.find(({ status }) => !statuses || statuses.includes(status)) ?? runs[0];
  if (newest) return newest.runId;
  const problem = `namespace ${client.options.namespace} has no run`;
  throw new InvalidInput('ID', problem, 'Start one: npx counterpoise run --source FILE');
}

/** The handle of a run; nothing is asked of the server yet. */
export const handleOf = (client: Client, id: string) => client.workflow.getHandle<typeof balanceDataset>(id);

/** Waits for the end of a run. @throws {WorkflowFailedError} when it fails or is cancelled */
export const resultOf = (client: Client, id: string): Promise<RunResult> => handleOf(client, id).result();

/** Cancels a run with its branches and model processes. @throws {InvalidInput} for an unknown run */
export async function cancelRun(client: Client, id: string): Promise<void> {
  await asUserMistakes(id, () => handleOf(client, id).cancel());
}

/**
 * Retries a waiting branch, optionally with changed settings.
 * @throws {InvalidInput} if there is no such run or class, or the branch is not waiting
 */
export const retryClass = (
  client: Client,
  id: string,
  name: string,
  change?: BranchChange,
): Promise<BranchProgress> =>
  asUserMistakes(id, () =>
    handleOf(client, id).executeUpdate(retryClassUpdate, { args: [{ class: name, change }] }),
  );

/** Skips a waiting branch. @throws {InvalidInput} like `retryClass` */
export const skipClass = (
  client: Client,
  id: string,
  name: string,
  reason?: string,
): Promise<BranchProgress> =>
  asUserMistakes(id, () =>
    handleOf(client, id).executeUpdate(skipClassUpdate, { args: [{ class: name, reason }] }),
  );

/** Converts errors about an unknown or closed run, or a rejected update, to `InvalidInput`. */
export async function asUserMistakes<T>(id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isMissingWorkflow(error))
      throw new InvalidInput(id, 'no such run, or it has ended', 'Check the id, or omit it for the newest');
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const problem = error.cause?.message ?? error.message;
    throw new InvalidInput(id, problem, `See its status: npx counterpoise status ${id}`);
  }
}

const GRPC_NOT_FOUND = 5;

/** Whether an error says that a run is unknown or closed. */
export const isMissingWorkflow = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND);

/** Id of a run: `counterpoise-reuters-20261124-093015`, in UTC, so that ids of one dataset sort by their start. */
export function newRunId(source: string | readonly string[], now = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `counterpoise-${datasetName(source)}-${day}-${time}`;
}
