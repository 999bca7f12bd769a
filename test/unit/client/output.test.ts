import assert from 'node:assert/strict';
import { forTerminal } from '../../../client/output.ts';
import { branchAdvice } from '../../../client/watching/words.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { printableJson } from '../../../lib/settings/printable.ts';
import { describeBranch, describeRun } from '../../../workflows/details.ts';
import type { BranchProgress } from '../../../workflows/messages.ts';
import { RunBoard } from '../../../workflows/run-board.ts';

/** Clears the screen, sets the title, goes back, by C1 too; and turns the direction of what follows. */
const HOSTILE = '\x1b[2J\x1b]0;owned\x07bakery\r\x9b2J\u202e';
const SENDS = /(?!\n)[\p{Cc}\u202a-\u202e]/u;

describe('a class whose name would steer a terminal', () => {
  const branch: BranchProgress = {
    class: HOSTILE,
    state: 'waiting',
    workflowId: 'run/bakery',
    train: 4,
    wanted: 6,
    kept: 0,
    reason: `InvalidInput: ${HOSTILE}`,
  };

  it('is shown with a sign in place of each character that is not to be sent', () => {
    assert.equal(forTerminal(HOSTILE), '�[2J�]0;owned�bakery��2J�');
    assert.equal(forTerminal('two\nlines\tÄ 🙂'), 'two\nlines\tÄ 🙂');
  });

  it('is the same in JSON, spelled so that nothing is sent', () => {
    const json = printableJson({ class: HOSTILE });
    assert.doesNotMatch(json, SENDS);
    assert.deepEqual(JSON.parse(json), { class: HOSTILE });
  });

  it('stands in the commands to paste as a shell spells it', () => {
    const view = { workflowId: 'run', reach: '', status: 'RUNNING' as const, activities: [] };
    const [retry] = branchAdvice(view, branch);
    assert.doesNotMatch(retry!, SENDS);
    assert.match(retry!, /--class \$'\\u001b\[2J\\u001b\]0;owned\\u0007bakery\\r\\u009b2J\\u202e'/);
  });

  it('is shown, not sent, in the details of the Web UI', () => {
    const board = new RunBoard('run', () => {});
    board.describe({ dataset: 'a', settings: parseSettings({ source: 'a.csv' }), searchAttributes: false });
    board.note(branch);
    for (const text of [describeRun(board.progress), describeBranch(branch)]) {
      assert.doesNotMatch(text, SENDS);
      assert.match(text, /owned/);
    }
    assert.match(describeRun(board.progress), /\{"class": "\\u001b\[2J/);
  });
});
