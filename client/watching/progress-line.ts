import type { StageProgress } from '../../lib/stages/stage.ts';
import { onInterruption } from '../exit.ts';
import type { Output } from '../output.ts';
import { drawProgress } from './block.ts';
import { createDisplay } from './display.ts';
import { progressLines } from './lines.ts';

const REDRAW_MILLISECONDS = 100;

/** Runs work in this command with a progress display; Ctrl-C stops it and prints the advice. */
export async function withProgress<T>(
  output: Output,
  advice: string,
  work: (around: { show(progress: StageProgress): void; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const display = createDisplay(output, drawProgress, progressLines);
  const { signal, release } = onInterruption(() => advice);
  let drawnAt = 0;
  let ended = false;
  const show = (progress: StageProgress) => {
    const now = performance.now();
    const isDue = now - drawnAt >= REDRAW_MILLISECONDS || progress.done === progress.total;
    if (output.terminal && (ended || !isDue)) return;
    drawnAt = now;
    display.show(progress);
  };
  try {
    return await work({ show, signal });
  } finally {
    ended = true;
    display.end();
    release();
  }
}
