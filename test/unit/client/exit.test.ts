import assert from 'node:assert/strict';
import {
  ApplicationFailure,
  CancelledFailure,
  TemporalFailure,
  WorkflowFailedError,
} from '@temporalio/client';
import { CommanderError } from 'commander';
import { exitOf, Interrupted } from '../../../client/exit.ts';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';

const failedRun = (cause: Error) =>
  new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE');

class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
}

describe('how a command ends', () => {
  const cases: [title: string, error: unknown, exitCode: number, message: RegExp][] = [
    [
      "the user's mistake",
      new InvalidInput('source', 'missing', 'Name it.'),
      2,
      /^source: missing\. Name it\.$/,
    ],
    [
      'wrong usage',
      new CommanderError(
        1,
        'commander.unknownOption',
        "error: unknown option '--sauce'\n(Did you mean --source?)",
      ),
      2,
      /^unknown option '--sauce' \(Did you mean --source\?\)$/,
    ],
    [
      'wrong usage that resembles nothing',
      new CommanderError(1, 'commander.excessArguments', "error: too many arguments for 'run'."),
      2,
      /^too many arguments for 'run'\. See: npx counterpoise run --help$/,
    ],
    [
      'an unknown command',
      new CommanderError(1, 'commander.unknownCommand', "error: unknown command 'run'"),
      2,
      /^unknown command 'run'\. See: npx counterpoise --help$/,
    ],
    [
      'commands of a command without the name of one',
      new CommanderError(1, 'commander.help', '(outputHelp)'),
      2,
      /^name one of the commands above$/,
    ],
    ['help', new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), 0, /./],
    ['Ctrl-C', new Interrupted('stopped; go on'), 130, /^stopped; go on$/],
    ['a named error of several lines', new ModelUnavailable('no answer\n  at all'), 1, /^no answer at all$/],
    [
      'a slip in the program',
      new TypeError('x is not a function'),
      1,
      /^x is not a function \(DEBUG=counterpoise shows where\)$/,
    ],
    [
      'a run that failed',
      failedRun(ApplicationFailure.create({ type: 'StageProcessDied', message: 'it was killed' })),
      1,
      /^the run failed: StageProcessDied: it was killed$/,
    ],
    [
      'a run that failed, by its first cause',
      failedRun(
        ApplicationFailure.create({
          type: 'Outer',
          message: 'outer',
          cause: ApplicationFailure.create({ type: 'Inner', message: 'inner' }),
        }),
      ),
      1,
      /^the run failed: Inner: inner$/,
    ],
    [
      "a run that failed by the user's mistake",
      failedRun(ApplicationFailure.create({ type: 'InvalidInput', message: 'source: gone. Check it.' })),
      2,
      /^source: gone\. Check it\.$/,
    ],
    [
      "a run that failed by the user's mistake, below which stands what the activity threw",
      failedRun(
        ApplicationFailure.create({
          type: 'InvalidInput',
          message: 'a.csv: no such file. Check it.',
          cause: new TemporalFailure('a.csv: no such file. Check it.'),
        }),
      ),
      2,
      /^a\.csv: no such file\. Check it\.$/,
    ],
    [
      'a run that was cancelled',
      failedRun(new CancelledFailure('Workflow canceled')),
      1,
      /^the run was cancelled; finished stages are kept/,
    ],
  ];
  for (const [title, error, exitCode, message] of cases)
    it(`${title}: exit code ${exitCode} and one line`, () => {
      const ending = exitOf(error, 'run');
      assert.equal(ending.exitCode, exitCode);
      assert.match(ending.message, message);
      assert.ok(!ending.message.includes('\n'));
    });
});
