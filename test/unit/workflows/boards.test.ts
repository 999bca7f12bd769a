import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { BranchBoard } from '../../../workflows/branch-board.ts';
import { describeBranch, describeRun } from '../../../workflows/details.ts';
import type { BranchProgress } from '../../../workflows/messages.ts';
import { applyChange, problemWithRetry, problemWithSkip, progressFrom } from '../../../workflows/received.ts';
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
    assert.match(details, /\| printing\s*\|.*\| 60 of 120 steps, loss 2\.314, 4 min left\s*\|/);
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
    [{ generate: { target: 'median' } }, undefined],
    [{ fineTune: { dropout: null } }, undefined],
    [{ fineTune: { dropout: 0.1 } }, undefined],
    ['smaller', /change must be an object/],
    [{ split: { test: 0.5 } }, /change\.split: unknown group; fineTune, generate and filter/],
    [{ fineTune: 4 }, /change\.fineTune must be an object/],
    [{ fineTune: { batch: 4 } }, /change\.fineTune\.batch: unknown field; known fields: .*batchSize/],
    [
      { fineTune: { batchSize: '4' } },
      /change\.fineTune\.batchSize: "4" is invalid; expected a whole number from 1 to/,
    ],
    [
      { generate: { shardSize: 0 } },
      /change\.generate\.shardSize: 0 is invalid; expected a whole number from 1 to/,
    ],
    [{ generate: { shardSize: -1 } }, /change\.generate\.shardSize: -1 is invalid/],
    [{ generate: { shardSize: 1.5 } }, /change\.generate\.shardSize: 1\.5 is invalid/],
    [{ generate: { maxRounds: 1e6 } }, /change\.generate\.maxRounds: 1000000 is invalid/],
    [{ generate: { target: 1e9 } }, /change\.generate\.target: 1000000000 is invalid/],
    [{ generate: { maxLength: 20 } }, /change\.generate: minLength is 200, more than maxLength/],
    [{ fineTune: { dropout: 'x'.repeat(1e6) } }, /change\.fineTune\.dropout: "x{50,60}… is invalid/],
    [{ fineTune: { batchSize: [[4]] } }, /change\.fineTune\.batchSize: a list is invalid/],
    [{ fineTune: { constructor: 4 } }, /change\.fineTune\.constructor: unknown/],
    [{ constructor: {} }, /change\.constructor: unknown/],
    [JSON.parse('{"fineTune": {"__proto__": {}}}'), /change\.fineTune\.__proto__: unknown/],
  ];
  for (const [change, problem] of cases)
    it(`${problem ? 'is refused' : 'is taken'}: ${JSON.stringify(change)?.slice(0, 80)}`, () => {
      const found = problemWithRetry(settings, { change });
      if (problem) assert.match(found ?? '', problem);
      else assert.equal(found, undefined);
    });

  it('may come without anything, and with nothing but what is known', () => {
    for (const message of [undefined, null, {}]) assert.equal(problemWithRetry(settings, message), undefined);
    for (const message of ['now', 4, [], true])
      assert.match(problemWithRetry(settings, message) ?? '', /expected one object/);
    assert.match(
      problemWithRetry(settings, { chnage: {} }) ?? '',
      /chnage: unknown field; known fields: change/,
    );
  });

  it('is refused in words that can be sent, whatever it says', () => {
    const smile = `${'x'.repeat(58)}🙂🙂`;
    const messages = [
      { '\ud800': 1 },
      { [smile]: 1 },
      { change: { [smile]: 1 } },
      { change: { fineTune: { '\udfff': 1 } } },
    ];
    const found = messages.map((message) => problemWithRetry(settings, message)!);
    assert.deepEqual(
      found.map((problem) => Buffer.from(problem).toString()),
      found,
    );
  });

  it('leaves a class as it is for a reason of text alone', () => {
    for (const message of [undefined, {}, { reason: 'too few' }])
      assert.equal(problemWithSkip(message), undefined);
    for (const reason of [5, {}, null, 'x'.repeat(1001)])
      assert.match(problemWithSkip({ reason }) ?? '', /reason must be text of at most 1000 characters/);
  });

  it('leaves the other settings as they were', () => {
    const changed = applyChange(settings, { fineTune: { batchSize: 4 } });
    assert.deepEqual(changed.fineTune, { ...settings.fineTune, batchSize: 4 });
    assert.deepEqual(changed.generate, settings.generate);
  });

  it('may change the share of one strategy, and a rule of the filter', () => {
    const recommended = parseSettings({ source: 'a.csv', preset: 'recommended' });
    const strategies = { ...recommended.generate.strategies, sketch: 1 };
    // As it comes over the wire: a part of the shares.
    const change = JSON.parse('{"generate": {"strategies": {"sketch": 1}}, "filter": {"label": 0}}');
    assert.equal(problemWithRetry(recommended, { change }), undefined);
    const changed = applyChange(recommended, change);
    assert.deepEqual(changed.generate, { ...recommended.generate, strategies });
    assert.equal(changed.filter.label, 0);
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
    assert.match(one.problemWithRetry({}) ?? '', /one of: printing, wireless/);
    assert.match(
      one.problemWithRetry({ class: 'wirelss' }) ?? '',
      /"wirelss" has no branch .* printing, wireless/,
    );
    assert.match(
      one.problemWithRetry({ class: 'printing' }) ?? '',
      /printing is fine-tuning: only a waiting branch/,
    );
    assert.equal(one.problemWithRetry({ class: 'wireless' }), undefined);
    assert.equal(one.waits, true);
  });
});

describe('the news of a branch', () => {
  const board = () => {
    const one = new RunBoard('run', () => {});
    one.note(branch());
    return one;
  };

  it('change what a branch may tell of itself, and nothing else', () => {
    const one = board();
    const work = { phase: 'fine-tune', done: 1, total: 4, unit: 'steps', figures: { loss: 2 } };
    const news = { ...branch({ state: 'fine-tuning', kept: 3, work }), workflowId: 'another', wanted: 1e9 };
    assert.equal(one.accept(news), undefined);
    assert.deepEqual(one.branch('printing'), branch({ state: 'fine-tuning', kept: 3, work }));
  });

  for (const news of [
    undefined,
    null,
    'printing',
    ['printing'],
    { class: 'wireless', state: 'waiting', kept: 0 },
    { class: 'printing' },
    { class: 'printing', state: 'lost', kept: 0 },
    { class: 'printing', state: 'waiting', kept: 'many' },
    { class: 'printing', state: 'waiting', kept: 0, reason: 5 },
  ])
    it(`are none: ${JSON.stringify(news)}`, () => {
      const one = board();
      assert.equal(one.accept(news), 'no notification of a branch of this run');
      assert.deepEqual(one.progress.classes, [branch()]);
    });

  it('of work are taken only where all of it can be shown', () => {
    const work = { phase: 'fine-tune', done: 1, unit: 'steps' };
    for (const wrong of [
      5,
      null,
      {},
      { ...work, done: '1' },
      { ...work, total: {} },
      { ...work, figures: [] },
    ])
      assert.equal(progressFrom(wrong), undefined);
    assert.deepEqual(progressFrom({ ...work, figures: { loss: 'low', secondsLeft: 5 } })?.figures, {
      secondsLeft: 5,
    });
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
    assert.match(describeRun(one.progress), /\| a\\\|b \\<b\\>\s+\| pending\s+\| 40\s+\| 0 of 60\s+\|/);
  });
});
