import type { Client, WorkflowExecutionDescription, WorkflowExecutionStatusName } from '@temporalio/client';
import type { StageProgress } from '../../lib/stages/stage.ts';
import { progressQuery, type RunProgress } from '../../workflows/messages.ts';
import { asUserMistakes, handleOf, isMissingWorkflow } from '../runs.ts';
import type { Session } from '../session.ts';

/** A pending activity: running, waiting for a worker, or for its next attempt. */
export interface ActivityView {
  id: string;
  /** Name of the activity: `prepare`, `fineTune`. */
  type: string;
  /** The class of its branch; absent for an activity of the run itself. */
  class?: string;
  attempt: number;
  started: boolean;
  progress?: StageProgress;
  lastFailure?: string;
}

/** A snapshot of a run for display. */
export interface RunView {
  workflowId: string;
  /** Flags that make a pasted command reach the same server: ` --address host:7233`, or nothing. */
  reach: string;
  status: WorkflowExecutionStatusName;
  /** Absent until a worker has started the run. */
  progress?: RunProgress;
  activities: ActivityView[];
}

/** A query needs a worker; without one the view omits it instead of waiting. */
const QUERY_MILLISECONDS = 4000;

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

const RUNNING = new Set(['fine-tuning', 'generating', 'filtering']);

/** Takes a snapshot of a run and its branches. @throws {InvalidInput} for an unknown run */
export async function observeRun({ client, reach }: Session, id: string): Promise<RunView> {
  const run = handleOf(client, id);
  const description = await asUserMistakes(id, () => run.describe());
  const progress = await client
    .withDeadline(Date.now() + QUERY_MILLISECONDS, () => run.query(progressQuery))
    .catch(() => undefined);
  const running = progress?.classes.filter((branch) => RUNNING.has(branch.state)) ?? [];
  const activities = await Promise.all([
    pendingActivities(client, description),
    ...running.map((branch) =>
      handleOf(client, branch.workflowId)
        .describe()
        .then((described) => pendingActivities(client, described, branch.class))
        .catch((error: unknown) => {
          // A branch that has ended since then has nothing pending.
          if (isMissingWorkflow(error)) return [];
          throw error;
        }),
    ),
  ]);
  return { workflowId: id, reach, status: description.status.name, progress, activities: activities.flat() };
}

function pendingActivities(
  client: Client,
  description: WorkflowExecutionDescription,
  className?: string,
): Promise<ActivityView[]> {
  return Promise.all(
    (description.raw.pendingActivities ?? []).map(async (pending) => ({
      id: `${className ?? ''}/${pending.activityId}`,
      type: pending.activityType?.name ?? '',
      ...(className !== undefined && { class: className }),
      attempt: pending.attempt ?? 1,
      started: pending.state === PENDING_ACTIVITY_STATE_STARTED,
      ...(await heartbeatOf(client, pending)),
      ...(pending.lastFailure && { lastFailure: firstCause(pending.lastFailure) }),
    })),
  );
}

/** `temporal.api.enums.v1.PendingActivityState`. */
const PENDING_ACTIVITY_STATE_STARTED = 2;

async function heartbeatOf(client: Client, pending: PendingActivity): Promise<{ progress?: StageProgress }> {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  let payloads = pending.heartbeatDetails?.payloads ?? [];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode([...payloads]);
  if (!payloads[0]) return {};
  const progress = payloadConverter.fromPayload<StageProgress | null>(payloads[0]);
  return progress && typeof progress.done === 'number' ? { progress } : {};
}

const firstCause = ({ cause, message }: NonNullable<PendingActivity['lastFailure']>): string =>
  cause ? firstCause(cause) : (message ?? 'failed');
