import { createLogUpdate } from 'log-update';
import { forTerminal, type Output } from '../output.ts';

/** Shows the states of something: drawn over and over on a terminal of so many columns; elsewhere told by what changed. */
export function createDisplay<State>(
  { terminal, say }: Output,
  draw: (state: State, width: number) => string,
  tell: (before: State | undefined, after: State) => string[],
) {
  const update = terminal && createLogUpdate(terminal);
  let last: State | undefined;
  return {
    show: (state: State): void => {
      if (update) update(forTerminal(draw(state, terminal.columns ?? 80)));
      else for (const line of tell(last, state)) say(line);
      last = state;
    },
    end: () => update?.done(),
  };
}
