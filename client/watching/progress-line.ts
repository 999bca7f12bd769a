import { createLogUpdate } from 'log-update';
import type { StageProgress } from '../../lib/stages/stage.ts';
import { onInterruption } from '../exit.ts';
import { forTerminal, type Output } from '../output.ts';
import { drawProgress } from './block.ts';
import { tellTenths } from './lines.ts';

/**
 * Does work of this command itself, with its progress shown, which ends at Ctrl-C.
 * @param advice what Ctrl-C prints
 */
export async function withProgress<T>(
  output: Output,
  advice: string,
  work: (around: { show: ProgressDisplay['show']; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { show, end } = progressOf(output);
  const { signal, release } = onInterruption(() => advice);
  try {
    return await work({ show, signal });
  } finally {
    end();
    release();
  }
}

/** Shows the progress of work that this command does itself. */
interface ProgressDisplay {
  show(progress: StageProgress): void;
  /** Leaves what is shown. */
  end(): void;
}

/** Often enough for the eye. */
const REDRAW_MILLISECONDS = 100;

/** A bar on a terminal; elsewhere a line at every tenth. */
function progressOf(output: Output): ProgressDisplay {
  if (!output.terminal) {
    let last: StageProgress | undefined;
    return {
      show: (progress) => {
        for (const line of tellTenths(last, progress)) output.say(line);
        last = progress;
      },
      end: () => {},
    };
  }
  const terminal = output.terminal;
  const draw = createLogUpdate(terminal);
  let drawnAt = 0;
  let ended = false;
  return {
    show: (progress) => {
      const now = performance.now();
      const isLast = progress.done === progress.total;
      if (ended || (now - drawnAt < REDRAW_MILLISECONDS && !isLast)) return;
      drawnAt = now;
      draw(forTerminal(drawProgress(progress, terminal.columns ?? 80)));
    },
    end: () => {
      draw.done();
      ended = true;
    },
  };
}
