import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../../activities/activities.ts';
import { inspectSource } from '../../../activities/inspect-source.ts';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { openStore } from '../../../lib/artifacts/open-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { signal } = new AbortController();

describe('the inspection of a run', () => {
  it('refuses more files than can travel from stage to stage', async () => {
    const folder = temporaryFolder();
    for (let at = 0; at < 2001; at++) writeFileSync(join(folder, `${at}.csv`), 'id,text,industry\n');
    const store = await openStore(temporaryFolder());
    await assert.rejects(
      inspectSource({ source: folder }, store, AllowList.everything(), { signal, onProgress: () => {} }),
      { name: 'InvalidInput', message: /^source: has 2,001 files\. A run takes 2,000 at most/ },
    );
  });

  it('refuses an id of the run to which its branches could add nothing', async () => {
    const store = await openStore(temporaryFolder());
    const run = () => Promise.reject(new Error('no stage is run'));
    const activities = createActivities({
      store,
      allowList: AllowList.everything(),
      run,
      searchAttributes: false,
    });
    const environment = new MockActivityEnvironment({
      workflowExecution: { workflowId: 'x'.repeat(990), runId: '1' },
    });
    await assert.rejects(environment.run(activities.inspectInput, { source: 'a.csv' }), {
      type: 'InvalidInput',
      message: /^workflow id: has 990 characters\. Give one of at most 700/,
    });
  });
});
