import { InvalidInput } from '../settings/invalid-input.ts';

/** Leads back from the names that fastText's format has, without white space, to the records' own. */
export class ClassNames {
  readonly #names = new Map<string, string>();

  /** @throws {InvalidInput} where another class is written the same way */
  add(written: string, name: string): void {
    const other = this.#names.get(written) ?? name;
    if (other !== name) {
      throw new InvalidInput(
        'labels',
        `the classes "${other}" and "${name}" are one and the same in fastText's format`,
        'Give them one spelling.',
      );
    }
    this.#names.set(written, name);
  }

  of(written: string): string {
    return this.#names.get(written) ?? written;
  }
}
