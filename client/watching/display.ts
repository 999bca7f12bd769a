import { createLogUpdate } from 'log-update';
import { forTerminal, type Output } from '../output.ts';

/** Displays a changing state: redrawn on a terminal, printed as changes elsewhere. */
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
