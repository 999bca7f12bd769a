import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { describeRun } from './details.ts';
import type { RunResult } from './result.ts';
import type { RunBoard } from './run-board.ts';
import { DATASET, MACRO_F1, NEEDS_ATTENTION, STAGE } from './search-attributes.ts';

/** Shows the state of a run. Search attributes are set only when they change: each time adds an event to the history. */
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

/** Shows the result of a run. */
export function showResult(board: RunBoard, result: RunResult): void {
  setCurrentDetails(describeRun(board.progress, result));
  const watched = result.methods.generated ?? Object.values(result.methods)[0];
  if (board.hasSearchAttributes && watched)
    upsertSearchAttributes([{ key: MACRO_F1, value: watched.macroF1 }]);
}
