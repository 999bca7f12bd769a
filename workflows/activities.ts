/**
 * Activity proxies for workflows: task queues, timeouts, retries. Every activity heartbeats, so that a lost worker is
 * detected within the heartbeat timeout however long the stage is. Retries are cheap: finished stages are
 * in the artifact store, unfinished model work resumes from its scratch folder.
 */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { cut } from '../lib/settings/printable.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from './task-queues.ts';

/** Options for one activity call: a summary that the Web UI shows. */
export const about = (summary: string) => ({ summary: asSummary(summary) });

/** Truncates a summary: Temporal allows 400 bytes, and class names can be of any length. */
export const asSummary = (text: string) => cut(text, 100);

/** Includes lost and restarted workers. An activity fails for good at its third failure of its own (activities/failures.ts). */
const ATTEMPTS = 25;

const proxyOn = (
  taskQueue: string,
  startToCloseTimeout: '12 hours' | '14 days',
  maximumInterval: '2 minutes' | '5 minutes',
) =>
  proxyActivities<Activities>({
    taskQueue,
    startToCloseTimeout,
    heartbeatTimeout: '1 minute',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '2 seconds',
      backoffCoefficient: 2,
      maximumInterval,
      maximumAttempts: ATTEMPTS,
    },
  });

export const light = proxyOn(TASK_QUEUE, '12 hours', '2 minutes');
export const model = proxyOn(MODEL_TASK_QUEUE, '14 days', '5 minutes');
