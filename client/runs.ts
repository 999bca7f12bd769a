/** The runs of a Temporal namespace, as a typed client: what the command line does to a run goes through here. */
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

/** Type of the workflow that a run is. */
export const WORKFLOW_TYPE = 'balanceDataset';
/** A list of runs shows the running ones first, so the newest of all may stand behind some of them. */
const RUNS_LOOKED_AT = 200;

/**
 * Starts a run; a worker on the queue `counterpoise` takes it up.
 * @param priorityKey 1 goes before 5, where the server knows priorities
 * @throws {InvalidInput} when a run of this id runs already
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
    throw new InvalidInput('--workflow-id', `${workflowId} runs already`, remedy);
  }
}

/** What the Web UI shows of a run's input for as long as the run is known. */
export function describeInput(input: RunInput): string {
  const sources = [input.source].flat().map((source) => `\`${source}\``);
  return [`Balances ${sources.join(', ')}.`, '```json', JSON.stringify(input, null, 2), '```'].join('\n');
}

export interface RunEntry {
  runId: string;
  /** As `completed`, `running`, `timed out`. */
  status: string;
  startedAt: Date;
}

/** The runs that the server lists first, newest first. */
export async function listRuns(client: Client): Promise<RunEntry[]> {
  const runs: RunEntry[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowType = '${WORKFLOW_TYPE}'` })) {
    const { workflowId: runId, startTime: startedAt } = run;
    if (runs.push({ runId, status: statusWords(run.status.name), startedAt }) >= RUNS_LOOKED_AT) break;
  }
  return runs.sort((a, b) => Number(b.startedAt) - Number(a.startedAt));
}

/** Temporal's name of a status as words: `TIMED_OUT` as `timed out`. */
export const statusWords = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/**
 * The id given, or that of the run started last.
 * @param statuses only runs of these, where no id is given
 * @throws {InvalidInput} when the namespace has no such run
 */
export async function findRun(
  client: Client,
  id: string | undefined,
  statuses?: readonly string[],
): Promise<string> {
  if (id !== undefined) return explaining(id, async () => (await handleOf(client, id).describe()).workflowId);
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

/** Asks a run to stop; its branches and model processes go with it. @throws {InvalidInput} for an unknown run */
export async function cancelRun(client: Client, id: string): Promise<void> {
  await explaining(id, () => handleOf(client, id).cancel());
}

/**
 * Tries a waiting branch again, with changed settings if wanted.
 * @throws {InvalidInput} when there is no such run or class, or it does not wait
 */
export const retryClass = (
  client: Client,
  id: string,
  name: string,
  change?: BranchChange,
): Promise<BranchProgress> =>
  explaining(id, () =>
    handleOf(client, id).executeUpdate(retryClassUpdate, { args: [{ class: name, change }] }),
  );

/** Leaves a waiting branch's class as it is. @throws {InvalidInput} as `retryClass` */
export const skipClass = (
  client: Client,
  id: string,
  name: string,
  reason?: string,
): Promise<BranchProgress> =>
  explaining(id, () =>
    handleOf(client, id).executeUpdate(skipClassUpdate, { args: [{ class: name, reason }] }),
  );

/** Turns what a server says of an unknown or closed run, or a refused update, into the user's mistake that it is. */
export async function explaining<T>(id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isMissingWorkflow(error))
      throw new InvalidInput(
        id,
        'no such run, or it is over',
        'Check the id, or leave it out for the newest',
      );
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const problem = error.cause?.message ?? error.message;
    throw new InvalidInput(id, problem, `See where it is: npx counterpoise status ${id}`);
  }
}

const GRPC_NOT_FOUND = 5;

/** Whether an error says that a run is unknown or over. */
export const isMissingWorkflow = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND);

/** Id of a run: `counterpoise-reuters-20261124-093015`, in UTC, so that ids of one dataset sort by their start. */
export function newRunId(source: string | readonly string[], now = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `counterpoise-${datasetName(source)}-${day}-${time}`;
}
