import { createLogUpdate } from 'log-update';
import type { StageProgress } from '../../lib/stages/stage.ts';
import { forTerminal, type Output } from '../output.ts';
import { drawProgress } from './block.ts';
import { tellTenths } from './lines.ts';

/** Shows the progress of work that this command does itself. */
export interface ProgressDisplay {
  show(progress: StageProgress): void;
  /** Leaves what is shown; a second call does nothing. */
  end(): void;
}

/** Often enough for the eye. */
const REDRAW_MILLISECONDS = 100;

/** A bar on a terminal; elsewhere a line at every tenth. */
export function progressOf(output: Output): ProgressDisplay {
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
      if (!ended) draw.done();
      ended = true;
    },
  };
}
