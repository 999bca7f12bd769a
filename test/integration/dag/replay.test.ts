import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';

const HISTORIES = fileURLToPath(new URL('../../histories', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));

const recorded = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

describe('the workflows', function () {
  this.timeout(120_000);
  let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;
  before(async () => {
    const logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
    workflowBundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger });
  });

  it('have recorded histories', () => assert.ok(recorded.length >= 14));

  for (const name of recorded) {
    it(`go on with a run that an earlier version began: ${name}`, async () => {
      const history = JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')) as unknown;
      const workflowId = name
        .replace(/^.*\/(\w+)-run\.json$/, '$1')
        .replace(/^.*\/(\w+)-branch\.json$/, '$1/printing');
      await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
    });
  }
});
