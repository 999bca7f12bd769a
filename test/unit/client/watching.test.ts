import assert from 'node:assert/strict';
import { drawBlock } from '../../../client/watching/block.ts';
import { changes } from '../../../client/watching/lines.ts';
import type { ActivityView, RunView } from '../../../client/watching/observe.ts';
import type { BranchProgress, StageName, StageState } from '../../../workflows/messages.ts';

const STAGES: StageName[] = [
  'inspect',
  'prepare',
  'baselines',
  'model',
  'adapt',
  'branches',
  'merge',
  'evaluate',
  'report',
];

/** A run of which only what a test is about needs to be said. */
function run(
  stages: Partial<Record<StageName, StageState>>,
  classes: Partial<BranchProgress>[] = [],
  activities: Partial<ActivityView>[] = [],
): RunView {
  const branch = {
    class: 'printing',
    state: 'pending',
    workflowId: 'run/printing',
    train: 10,
    wanted: 90,
    kept: 0,
  } as const;
  return {
    workflowId: 'run',
    reach: '',
    status: 'RUNNING',
    progress: {
      runId: 'run',
      dataset: 'pages',
      stages: Object.fromEntries(STAGES.map((stage) => [stage, stages[stage] ?? 'pending'])) as Record<
        StageName,
        StageState
      >,
      classes: classes.map((each) => ({ ...branch, ...each })),
    },
    activities: activities.map((each) => ({ id: '1', type: 'fineTune', attempt: 1, started: true, ...each })),
  };
}

const training = (done: number, more: Partial<ActivityView> = {}): Partial<ActivityView> => ({
  class: 'printing',
  progress: { phase: 'fine-tune', done, total: 60, unit: 'steps', figures: { loss: 2.51234 } },
  ...more,
});

const ADVICE = [
  '  try again:  npx counterpoise retry run --class printing    (with --set fineTune.batchSize=4 to change a setting)',
  '  leave out:  npx counterpoise skip run --class printing',
];

describe('a run as plain lines', () => {
  const cases: [title: string, before: RunView | undefined, after: RunView, lines: string[]][] = [
    ['says nothing when nothing changed', run({ inspect: 'done' }), run({ inspect: 'done' }), []],
    [
      'tells that no worker has taken the run up',
      undefined,
      { ...run({}), progress: undefined },
      ['run: waits for a worker (npx counterpoise worker)'],
    ],
    [
      'tells at first sight all that has begun',
      undefined,
      run({ inspect: 'cached', prepare: 'running' }),
      ['inspect: done before', 'prepare: running'],
    ],
    [
      'tells the stages in their order',
      run({ prepare: 'running' }),
      run({ prepare: 'done', baselines: 'running', adapt: 'left out' }),
      ['prepare: done', 'baselines: running', 'adapt: left out'],
    ],
    [
      'tells that a branch begins after the branches',
      run({}),
      run({ branches: 'running' }, [{ state: 'fine-tuning' }]),
      ['branches: running', 'printing: fine-tuning'],
    ],
    [
      'tells that a branch ends before the branches',
      run({ branches: 'running' }, [{ state: 'filtering' }]),
      run({ branches: 'done' }, [{ state: 'balanced', kept: 88 }]),
      ['printing: balanced, 88 of 90 records', 'branches: done'],
    ],
    [
      'tells a branch that generates again what it has',
      run({}, [{ state: 'filtering' }]),
      run({}, [{ state: 'generating', kept: 40 }]),
      ['printing: generating, 40 of 90 records so far'],
    ],
    [
      'tells what to do about a branch that waits',
      run({}, [{ state: 'fine-tuning' }]),
      run({}, [{ state: 'waiting', reason: 'OutOfMemory: too much' }]),
      ['printing: waits for you: OutOfMemory: too much', ...ADVICE],
    ],
    [
      'tells a second failure of a branch that waits',
      run({}, [{ state: 'waiting', reason: 'one' }]),
      run({}, [{ state: 'waiting', reason: 'two' }]),
      ['printing: waits for you: two', ...ADVICE],
    ],
    [
      'tells why a branch was skipped',
      run({}, [{ state: 'waiting' }]),
      run({}, [{ state: 'skipped', reason: 'too few pages' }]),
      ['printing: skipped: too few pages'],
    ],
    [
      'tells a step that passes a tenth',
      run({}, [], [training(17)]),
      run({}, [], [training(18)]),
      ['printing: fine-tune 18 of 60 steps, loss 2.512'],
    ],
    ['leaves out steps between the tenths', run({}, [], [training(18)]), run({}, [], [training(23)]), []],
    [
      'tells only the last of several tenths',
      run({}, [], [training(0)]),
      run({}, [], [training(50)]),
      ['printing: fine-tune 50 of 60 steps, loss 2.512'],
    ],
    [
      'tells why an attempt failed',
      run({}, [], [training(0)]),
      run({}, [], [training(0, { attempt: 2, lastFailure: 'killed by SIGKILL' })]),
      ['printing: attempt 2, because: killed by SIGKILL'],
    ],
    [
      'names an activity of the run by its type',
      undefined,
      run({}, [], [{ type: 'prepare', progress: { phase: 'clean', done: 5e6, total: 1e7, unit: 'bytes' } }]),
      ['prepare: clean 5.0 MB of 10.0 MB'],
    ],
  ];
  for (const [title, before, after, lines] of cases)
    it(title, () => assert.deepEqual(changes(before, after), lines));

  it('quotes a class so that the advice can be pasted into a shell', () => {
    const lines = changes(undefined, run({}, [{ class: "bird's eye; rm", state: 'waiting' }]));
    assert.match(lines[1]!, /--class 'bird'\\''s eye; rm' {4}/);
  });

  it('advises another learning rate where the loss diverged', () => {
    const diverged = { state: 'waiting', reason: 'TrainingDiverged: the loss is not finite' } as const;
    assert.match(
      changes(undefined, run({}, [diverged]))[1]!,
      /--set fineTune\.learningRate=0\.0001 to change/,
    );
  });

  it('names the server in the advice when it was named to the command', () => {
    const view = { ...run({}, [{ state: 'waiting' }]), reach: ' --address there:7233' };
    assert.match(changes(undefined, view)[2]!, /skip run --class printing --address there:7233$/);
  });

  it('gives no advice about a run that is over', () => {
    const over = { ...run({}, [{ state: 'waiting', reason: 'it failed' }]), status: 'CANCELLED' as const };
    assert.deepEqual(changes(undefined, over), ['printing: waits for you: it failed']);
  });
});

describe('a run as a block', () => {
  it('shows the stages, each activity and each class', () => {
    const view = run(
      { inspect: 'done', prepare: 'cached', baselines: 'running', adapt: 'left out', branches: 'running' },
      [
        { state: 'fine-tuning' },
        { class: 'birds', state: 'balanced', kept: 90 },
        { class: 'cakes', state: 'partly balanced', kept: 45 },
        { class: 'art', state: 'waiting', reason: 'it\nfailed' },
      ],
      [training(30), { id: '2', type: 'evaluate', started: false }],
    );
    assert.equal(
      drawBlock(view, 100),
      [
        '✓ inspect  ✓ prepare  ▸ baselines  · model  - adapt  ▸ branches  · merge  · evaluate  · report',
        '  evaluate: waits for a free worker',
        '  printing  ██████████░░░░░░░░░░  fine-tune 30 of 60 steps, loss 2.512',
        '  birds     ████████████████████  balanced, 90 of 90 records',
        '  cakes     ██████████░░░░░░░░░░  partly balanced, 45 of 90 records',
        '  art       ░░░░░░░░░░░░░░░░░░░░  waits for you',
        'art waits for you: it failed',
        '  try again:  npx counterpoise retry run --class art    (with --set fineTune.batchSize=4 to change a setting)',
        '  leave out:  npx counterpoise skip run --class art',
      ].join('\n'),
    );
  });

  it('takes the shards of a class together', () => {
    const shard = (id: string, done: number): Partial<ActivityView> => ({
      id,
      class: 'printing',
      progress: { phase: 'generate', done, total: 100, unit: 'records' },
    });
    const view = run(
      {},
      [{ state: 'generating' }],
      [shard('1', 50), shard('2', 100), { id: '3', class: 'printing', started: false }],
    );
    assert.match(
      drawBlock(view, 100),
      / {2}printing {2}█{15}░{5} {2}generate 50 of 100 records, 2 more shards/,
    );
  });

  it('cuts rows to the width of the terminal, and leaves whole what a person is to paste', () => {
    const view = run({ inspect: 'done' }, [
      { class: 'x'.repeat(200), state: 'waiting', reason: 'it failed' },
    ]);
    const lines = drawBlock(view, 40).split('\n');
    for (const row of lines.slice(0, 2)) assert.equal(row.length, 40, row);
    assert.ok(lines.at(-1)!.endsWith(`--class ${'x'.repeat(200)}`));
  });
});
