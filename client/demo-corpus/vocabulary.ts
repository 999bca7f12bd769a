/** What the slots of a sentence may be filled with, by their names: `{service}` with one of `service`. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** The items of a list with a bar between them. */
export const words = (list: string): string[] => list.split('|');

/** A vocabulary of such lists. */
export const vocabulary = (lists: Record<string, string>): Vocabulary =>
  Object.fromEntries(Object.entries(lists).map(([slot, list]) => [slot, words(list)]));
