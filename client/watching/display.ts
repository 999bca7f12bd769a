import { createLogUpdate } from 'log-update';
import { forTerminal, type Output } from '../output.ts';

/** Shows the states of something, one after the other. */
export interface Display<State> {
  show(state: State): void;
  /** Leaves what is shown last. */
  end(): void;
}

/** How a state is shown: drawn for a terminal of so many columns, or told in lines by what changed. */
interface Forms<State> {
  draw(state: State, width: number): string;
  tell(before: State | undefined, after: State): string[];
}

/** A block that is drawn over and over on a terminal; elsewhere lines. */
export function createDisplay<State>(
  { terminal, say }: Output,
  { draw, tell }: Forms<State>,
): Display<State> {
  if (terminal) {
    const update = createLogUpdate(terminal);
    return {
      show: (state) => update(forTerminal(draw(state, terminal.columns ?? 80))),
      end: () => update.done(),
    };
  }
  let last: State | undefined;
  return {
    show: (state) => {
      for (const line of tell(last, state)) say(line);
      last = state;
    },
    end: () => {},
  };
}
