import { fastTextLine } from '../corpus/formats.ts';
import { LABEL_PREFIX } from '../fasttext/tokens.ts';
import { InvalidInput } from '../settings/invalid-input.ts';

/** The label of a line in fastText's format. */
export const labelOf = (line: string): string => line.slice(LABEL_PREFIX.length).split(' ', 1)[0]!;

/**
 * The names of classes by what fastText's format makes of them, which has no white space.
 * @throws {InvalidInput} where two are written the same way
 */
export function classNames(labels: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of new Set(labels)) {
    const written = labelOf(fastTextLine({ label: name, text: '' }));
    const other = names.get(written);
    if (other !== undefined)
      throw new InvalidInput(
        'labels',
        `the classes "${other}" and "${name}" are one and the same in fastText's format`,
        'Give them one spelling.',
      );
    names.set(written, name);
  }
  return names;
}
