/**
 * The activities as workflows see them: which queue, which time-outs, which retries. Every activity heartbeats, so that a
 * lost worker is noticed within the heartbeat time-out however long the stage is. Retries are cheap: finished stages are
 * in the artifact store, unfinished model work resumes from its scratch folder.
 */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { cut } from '../lib/settings/printable.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from './task-queues.ts';

/** A caller's options for one activity: what it is for, in words that the Web UI shows beside it. */
export const about = (summary: string) => ({ summary: asSummary(summary) });

/** Words as a summary: Temporal takes 400 bytes, and names of classes are as long as a dataset has them. */
export const asSummary = (text: string) => cut(text, 100);

/** Lost and restarted workers count here too. An activity's third failure of its own ends it (activities/failures.ts). */
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
