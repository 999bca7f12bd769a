import assert from 'node:assert/strict';
import { stageKey } from '../../../lib/artifacts/key.ts';

const stage = { name: 'prepare', version: 1 };
const source = (uri: string, digest: string) => ({ uri, digest, bytes: 10 });

describe('the key of a stage', () => {
  const key = stageKey(stage, { source: source('file:///a.csv', 'sha256:1'), seed: 42 });

  const same: [what: string, key: string][] = [
    [
      'where the content lies',
      stageKey(stage, { source: source('file:///moved/b.csv', 'sha256:1'), seed: 42 }),
    ],
    ['the order of the fields', stageKey(stage, { seed: 42, source: source('file:///a.csv', 'sha256:1') })],
    [
      'a field that is undefined',
      stageKey(stage, { source: source('file:///a.csv', 'sha256:1'), seed: 42, x: undefined }),
    ],
  ];
  for (const [what, other] of same) it(`does not depend on ${what}`, () => assert.equal(other, key));

  const different: [what: string, key: string][] = [
    ['the content', stageKey(stage, { source: source('file:///a.csv', 'sha256:2'), seed: 42 })],
    ['a parameter', stageKey(stage, { source: source('file:///a.csv', 'sha256:1'), seed: 43 })],
    [
      'the version of the stage',
      stageKey({ ...stage, version: 2 }, { source: source('file:///a.csv', 'sha256:1'), seed: 42 }),
    ],
    [
      'the name of the stage',
      stageKey({ ...stage, name: 'x' }, { source: source('file:///a.csv', 'sha256:1'), seed: 42 }),
    ],
  ];
  for (const [what, other] of different) it(`changes with ${what}`, () => assert.notEqual(other, key));
});
