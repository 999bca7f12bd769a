import { printable } from './printable.ts';

/**
 * A user's mistake: says where it is, what was found, and what is expected.
 * The command line turns it into one line and exit code 2, an activity into a non-retryable failure of type `InvalidInput`.
 */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  /** Where the mistake is: a settings field (`classes.rare`), a flag, or a file with its line. */
  readonly place: string;

  constructor(place: string, problem: string, remedy: string) {
    super(printable(`${place}: ${problem}. ${remedy}`));
    this.place = place;
  }
}
