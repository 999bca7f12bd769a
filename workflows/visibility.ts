/** What a run and a branch show of themselves in the Web UI: current details and search attributes. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { describeBranch, describeRun } from './details.ts';
import type { BranchProgress } from './messages.ts';
import type { RunResult } from './result.ts';
import type { RunBoard } from './run-board.ts';
import { DATASET, MACRO_F1, NEEDS_ATTENTION, STAGE } from './search-attributes.ts';

/**
 * Shows where a run is, whenever its board changes. Search attributes are set only where the server knows them, and
 * only when they change, because each time costs an event of the history.
 */
export function runDisplay(): (board: RunBoard) => void {
  let shown = '';
  return (board) => {
    setCurrentDetails(describeRun(board.progress));
    const { progress, latestStage: stage, needsAttention } = board;
    const attributes = [progress.dataset, stage, needsAttention].join();
    if (!board.hasSearchAttributes || shown === attributes) return;
    shown = attributes;
    upsertSearchAttributes([
      { key: DATASET, value: progress.dataset },
      { key: STAGE, value: stage },
      { key: NEEDS_ATTENTION, value: needsAttention },
    ]);
  };
}

/** Shows what came out of a run. */
export function showResult(board: RunBoard, result: RunResult): void {
  setCurrentDetails(describeRun(board.progress, result));
  const watched = result.methods.generated ?? Object.values(result.methods)[0];
  if (board.hasSearchAttributes && watched)
    upsertSearchAttributes([{ key: MACRO_F1, value: watched.macroF1 }]);
}

/** Shows where a branch is. */
export function showBranch(branch: BranchProgress): void {
  setCurrentDetails(describeBranch(branch));
}
