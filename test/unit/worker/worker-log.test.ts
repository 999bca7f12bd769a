import assert from 'node:assert/strict';
import { jsonLog, textLog } from '../../../worker/worker-log.ts';

describe('what a worker logs', () => {
  it('is one JSON object a line for programs, with errors spelled out', () => {
    const lines: string[] = [];
    const log = jsonLog((line) => lines.push(line));
    log.error('fineTune failed', { workflowId: 'run', error: new TypeError('no'), attempt: 2n });
    const { time, error, ...rest } = JSON.parse(lines[0]!);
    assert.ok(Date.parse(time) > 0);
    assert.deepEqual([error.name, error.message], ['TypeError', 'no']);
    assert.deepEqual(rest, { level: 'ERROR', message: 'fineTune failed', workflowId: 'run', attempt: '2' });
  });

  it('holds no task token, with which anybody could answer in the name of the worker', () => {
    const lines: string[] = [];
    jsonLog((line) => lines.push(line)).info('begins', { taskToken: 'CiQwMWEy', workflowId: 'run' });
    assert.doesNotMatch(lines[0]!, /CiQwMWEy/);
  });

  it('is lines for a person, without the details', () => {
    const lines: string[] = [];
    const log = textLog((line) => lines.push(line));
    log.info('polling counterpoise', { workflowId: 'run' });
    log.info('prepare begins', { sdkComponent: 'activity' });
    log.warn('prepare failed', { reason: 'no such file' });
    assert.deepEqual(lines, ['polling counterpoise', 'prepare failed no such file']);
  });
});
