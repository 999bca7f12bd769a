import assert from 'node:assert/strict';
import { noteName } from '../../../lib/artifacts/notes.ts';

describe('the name of a note', () => {
  it('keeps its parts apart, whatever they hold', () => {
    assert.equal(noteName('runs', 'reuters/2026 11', '..'), 'runs/reuters%2F2026%2011/%2E.');
  });

  it('tells long parts apart that begin alike', () => {
    const [one, other] = ['1', '2'].map((end) => noteName('runs', 'x'.repeat(1000) + end));
    assert.notEqual(one, other);
    assert.ok(one!.length < 200);
  });
});
