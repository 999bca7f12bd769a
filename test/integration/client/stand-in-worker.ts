/**
 * A worker with the real workflows over activities that take no time, so that what the command line shows of a run and
 * tells it can be tested in seconds. The stages themselves have tests of their own.
 */

import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../../../activities/activities.ts';
import type { ArtifactReference } from '../../../lib/artifacts/reference.ts';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import type { RunSettings } from '../../../lib/settings/settings.ts';
import type { StageResult } from '../../../lib/stages/stage.ts';
import { readablePayloads } from '../../../worker/readable-payloads.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from '../../../workflows/task-queues.ts';
import '../quiet-temporal.ts';

/** What happens to the stages: which class cannot be trained with the usual batch size, and when a fine-tuning ends. */
export interface StandInOptions {
  /** Fails for as long as `fineTune.batchSize` is above 4. */
  classThatFails?: string;
  /** A fine-tuning goes on until this resolves; it has no work of its own. */
  fineTuning?: () => Promise<unknown>;
  /** More rare classes beside printing and bird watching. */
  moreRareClasses?: readonly string[];
  /** Training records of the frequent class; 100 without it. */
  records?: number;
  /** The filter lets nothing pass. */
  keepNothing?: boolean;
}

/** Well within the time after which a worker counts as lost. */
const HEARTBEAT_MS = 10_000;

const reference = (name: string): ArtifactReference => ({
  uri: `file:///nowhere/${name}`,
  digest: `sha256:${'0'.repeat(64)}`,
  bytes: 1,
});

function finished<S>(stage: string, names: string[], summary: S): StageResult<S> {
  const files = Object.fromEntries(names.map((name) => [name, reference(name)]));
  return { stage, key: '00', files, summary, cached: false };
}

/** As the real activity ends for the user's mistake. */
function checked(input: unknown): RunSettings {
  try {
    return parseSettings(input);
  } catch (error) {
    throw ApplicationFailure.nonRetryable((error as Error).message, 'InvalidInput');
  }
}

function standIns({
  classThatFails,
  fineTuning = async () => {},
  moreRareClasses = [],
  records = 100,
  keepNothing = false,
}: StandInOptions): Partial<Activities> {
  return {
    inspectInput: async (input) => {
      const settings = checked(input);
      if (settings.source === 'file:///missing.csv')
        throw ApplicationFailure.nonRetryable(
          new InvalidInput('source', 'file:///missing.csv is not there', 'Check the path').message,
          'InvalidInput',
        );
      const place = { dataset: 'stand-in', fingerprint: '00', previous: null, changed: true };
      return {
        dataset: 'stand-in',
        sources: [reference('source.csv')],
        settings,
        place,
        searchAttributes: false,
      };
    },
    prepare: async () =>
      finished('prepare', ['train.jsonl', 'test.jsonl', 'preparation.json', 'a', 'b'], {
        classes: [
          { name: 'common', kind: 'frequent', train: records, test: 20 },
          { name: 'printing', kind: 'rare', train: 10, test: 2, texts: 'a', profile: 'a' },
          { name: 'bird watching', kind: 'rare', train: 20, test: 4, texts: 'b', profile: 'b' },
          ...moreRareClasses.map((name) => ({
            name,
            kind: 'rare' as const,
            train: 20,
            test: 4,
            texts: 'b',
            profile: 'b',
          })),
        ],
        train: 130,
        test: 26,
      }),
    fetchModel: async () => ({ files: { 'model/config.json': reference('config.json') }, cached: true }),
    evaluate: async ({ method }) =>
      finished('evaluate', ['evaluation.json', 'predictions.json'], {
        method,
        protocols: {},
        microF1: 0.9,
        macroF1: 0.8,
        weightedF1: 0.85,
        recall: { common: 1, printing: 0.5, 'bird watching': 0.25 },
      }),
    compare: async () => finished('compare', ['comparison.json'], { protocols: ['paper'] }),
    audit: async () => finished('audit', ['audit.json'], { generated: 170, repeatsTest: 0, copies: 0 }),
    fineTune: async (parameters) => {
      if (parameters.class === classThatFails && parameters.settings.batchSize > 4)
        throw ApplicationFailure.nonRetryable(
          `a batch of ${parameters.settings.batchSize} is too much`,
          'OutOfMemory',
        );
      const context = Context.current();
      const work = { phase: 'fine-tune', done: 30, total: 60, unit: 'steps', figures: { loss: 2.5 } };
      context.heartbeat(work);
      const heartbeats = setInterval(() => context.heartbeat(work), HEARTBEAT_MS);
      try {
        await Promise.race([fineTuning(), context.cancelled]);
      } finally {
        clearInterval(heartbeats);
      }
      return finished('fineTune', ['model/config.json', 'losses.json'], {
        examples: 8,
        steps: 60,
        finalLoss: 2,
      });
    },
    generate: async ({ from, to }) => finished('generate', ['generated.jsonl'], { generated: to - from }),
    filter: async ({ class: name }) =>
      finished('filter', ['kept.jsonl', 'dropped.jsonl'], {
        kept: keepNothing ? 0 : name === 'printing' ? 90 : 80,
        dropped: {},
      }),
    noteBranch: async () => {},
    noteFinish: async () => {},
    merge: (async () => finished('merge', ['balanced.csv'], {})) as unknown as Activities['merge'],
    report: async () =>
      finished('report', ['report.html'], {
        verdict: { protocol: 'paper', outcome: 'even', sentence: 'It makes no difference.', cautions: [] },
      }),
  };
}

/** Starts the worker; `stop` ends it. */
export async function startStandInWorker(
  address: string,
  options: StandInOptions = {},
): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address });
  const activities = standIns(options);
  const workflowsPath = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));
  const workers = [
    await Worker.create({
      connection,
      activities,
      dataConverter: { payloadCodecs: [readablePayloads] },
      taskQueue: TASK_QUEUE,
      workflowsPath,
      maxHeartbeatThrottleInterval: 100,
    }),
    await Worker.create({
      connection,
      activities,
      taskQueue: MODEL_TASK_QUEUE,
      maxHeartbeatThrottleInterval: 100,
    }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
