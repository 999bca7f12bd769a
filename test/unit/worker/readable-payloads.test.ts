import assert from 'node:assert/strict';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { readablePayloads } from '../../../worker/readable-payloads.ts';

const json = (text: string, encoding = 'json/plain'): Payload => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(text),
});
const UNREADABLE = 'a payload that is too large or cannot be read';
const read = async (payload: Payload) =>
  defaultPayloadConverter.fromPayload((await readablePayloads.decode([payload]))[0]!);

describe('payloads', () => {
  for (const value of [null, 0, 'text', [1, [2]], { a: { b: [{}] } }, new Uint8Array([1, 2])])
    it(`arrive as they were sent: ${JSON.stringify(value)}`, async () =>
      assert.deepEqual(await read(defaultPayloadConverter.toPayload(value)), value));

  const unreadable: [what: string, payload: Payload][] = [
    ['of an unknown encoding', json('{}', 'json/protobuf')],
    ['without an encoding', { data: Buffer.from('{}') }],
    ['that are no JSON', json('{"a":')],
    ['without any data', { metadata: { encoding: Buffer.from('json/plain') } }],
    ['that are nested too deeply', json(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['whose objects are nested too deeply', json(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`)],
  ];
  for (const [what, payload] of unreadable)
    it(`arrive as a text that says so: those ${what}`, async () =>
      assert.equal(await read(payload), UNREADABLE));

  it('may be larger as results of activities than as what a workflow is sent', async () => {
    const large = defaultPayloadConverter.toPayload('x'.repeat(400_000));
    const common = { namespace: 'default', workflowId: 'run' };
    const [sent] = await readablePayloads.decode([large], { type: 'workflow', ...common });
    const [result] = await readablePayloads.decode([large], { type: 'activity', isLocal: false, ...common });
    assert.equal(defaultPayloadConverter.fromPayload(sent!), UNREADABLE);
    assert.equal(result, large);
  });
});
