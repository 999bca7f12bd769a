// The workflows of own-worker.ts: one that balances a dataset as a child, and Counterpoise's own.
import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { RunInput } from 'counterpoise';
import { balanceDataset } from 'counterpoise/workflows';
import type { activities } from './own-worker.ts';

export * from 'counterpoise/workflows';

const { announce } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

/** Balances a dataset, and says where it lies. */
export async function balanceAndAnnounce(input: RunInput): Promise<string> {
  const workflowId = `${workflowInfo().workflowId}-balanced`;
  const { dataset } = await executeChild(balanceDataset, { workflowId, args: [input] });
  return announce(dataset.uri);
}
