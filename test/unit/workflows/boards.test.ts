import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { applyChange, BranchBoard, problemWithChange } from '../../../workflows/branch-board.ts';
import { describeBranch, describeRun } from '../../../workflows/details.ts';
import type { BranchProgress } from '../../../workflows/messages.ts';
import { RunBoard } from '../../../workflows/run-board.ts';

const settings = parseSettings({ source: 'a.csv' });
const branch = (change: Partial<BranchProgress> = {}): BranchProgress => ({
  class: 'printing',
  state: 'pending',
  workflowId: 'run/printing',
  train: 40,
  wanted: 60,
  kept: 0,
  ...change,
});

describe('the board of a branch', () => {
  const board = () =>
    new BranchBoard({ class: 'printing', workflowId: 'run/printing', train: 40, wanted: 60 });

  it('ignores decisions while it does not wait', () => {
    const one = board();
    one.decide({ kind: 'retry', change: {} });
    assert.equal(one.decision, undefined);
  });

  it('keeps the first decision of those that come while it waits', () => {
    const one = board();
    one.park('ModelProcessDied: killed');
    one.decide({ kind: 'skip', reason: 'first' });
    one.decide({ kind: 'retry', change: {} });
    assert.deepEqual(one.decision, { kind: 'skip', reason: 'first' });
  });

  it('asks anew when it waits a second time', () => {
    const one = board();
    one.park('first failure');
    one.decide({ kind: 'retry', change: {} });
    one.move('fine-tuning');
    assert.equal(one.progress.reason, undefined, 'the reason goes when the branch moves on');
    one.park('second failure');
    assert.deepEqual([one.decision, one.progress.reason], [undefined, 'second failure']);
  });
});

describe('the progress of model work', () => {
  const work = {
    phase: 'fine-tune',
    done: 60,
    total: 120,
    unit: 'steps',
    figures: { loss: 2.31444, secondsLeft: 240 },
  };

  it('is shown with the loss and the time left', () => {
    const details = describeRun({
      ...new RunBoard('run', () => {}).progress,
      classes: [branch({ state: 'fine-tuning', work })],
    });
    assert.match(details, /\| printing \|.*\| 60 of 120 steps, loss 2\.314, 4 min left \|/);
    assert.match(describeBranch(branch({ state: 'fine-tuning', work })), /60 of 120 steps/);
  });

  it('goes when the branch moves on, and is not taken when it comes late', () => {
    const one = new BranchBoard({ class: 'printing', workflowId: 'run/printing', train: 40, wanted: 60 });
    one.move('fine-tuning');
    one.noteWork(work);
    assert.deepEqual(one.progress.work, work);
    one.move('generating');
    one.noteWork(work);
    assert.equal(one.progress.work, undefined);
  });
});

describe('a change of settings that a person sends', () => {
  const cases: [change: unknown, problem: RegExp | undefined][] = [
    [undefined, undefined],
    [{ fineTune: { batchSize: 4, learningRate: 1e-4 } }, undefined],
    [{ generate: { target: 100 } }, undefined],
    [{ fineTune: { dropout: 0.1 } }, undefined],
    ['smaller', /change must be an object/],
    [{ split: { test: 0.5 } }, /change\.split: unknown; fineTune, generate and filter/],
    [{ fineTune: 4 }, /change\.fineTune must be an object/],
    [{ fineTune: { batch: 4 } }, /change\.fineTune\.batch: unknown; known are .*batchSize/],
    [{ fineTune: { batchSize: '4' } }, /change\.fineTune\.batchSize: "4" does not do; a number is expected/],
  ];
  for (const [change, problem] of cases)
    it(`${problem ? 'is refused' : 'is taken'}: ${JSON.stringify(change)}`, () => {
      const found = problemWithChange(settings, change);
      if (problem) assert.match(found ?? '', problem);
      else assert.equal(found, undefined);
    });

  it('leaves the other settings as they were', () => {
    const changed = applyChange(settings, { fineTune: { batchSize: 4 } });
    assert.deepEqual(changed.fineTune, { ...settings.fineTune, batchSize: 4 });
    assert.deepEqual(changed.generate, settings.generate);
  });
});

describe('the board of a run', () => {
  const board = () => {
    const one = new RunBoard('run', () => {});
    one.describe({ dataset: 'scrape', settings, searchAttributes: false });
    return one;
  };

  it('calls a stage cached when all its results were there before', async () => {
    const one = board();
    await one.during('prepare', async () => ({ cached: true }));
    await one.during('baselines', async () => [{ cached: true }, { cached: false }]);
    assert.deepEqual([one.progress.stages.prepare, one.progress.stages.baselines], ['cached', 'done']);
  });

  it('says which classes a message can name', () => {
    const one = board();
    one.note(branch({ state: 'fine-tuning' }));
    one.note(branch({ class: 'wireless', state: 'waiting', reason: 'killed' }));
    assert.match(one.problemWith({}) ?? '', /one of: printing, wireless/);
    assert.match(
      one.problemWith({ class: 'wirelss' }) ?? '',
      /"wirelss" has no branch .* printing, wireless/,
    );
    assert.match(
      one.problemWith({ class: 'printing' }) ?? '',
      /printing is fine-tuning: only a branch that waits/,
    );
    assert.equal(one.problemWith({ class: 'wireless' }), undefined);
    assert.equal(one.waits, true);
  });
});

describe('the details in the Web UI', () => {
  it('begin with what waits for a person, and what to send', () => {
    const text = describeBranch(branch({ state: 'waiting', reason: 'StageProcessDied: killed' }));
    assert.match(text, /^### ⏸ printing waits for you/);
    assert.match(text, /StageProcessDied: killed/);
    assert.match(text, /`retry` or `skip`/);
  });

  it('do not let a class name break the table', () => {
    const one = new RunBoard('run', () => {});
    one.note(branch({ class: 'a|b\n<b>' }));
    assert.match(describeRun(one.progress), /\| a\\\|b \\<b\\> \| pending \| 40 \| 0 of 60 \|/);
  });
});
