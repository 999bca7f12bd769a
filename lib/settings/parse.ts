import { z } from 'zod';
import { InvalidInput } from './invalid-input.ts';
import { withPreset } from './presets.ts';
import { cut } from './printable.ts';
import { type RunSettings, settingsSchema } from './settings.ts';
import { type Schema, valueWords } from './value-words.ts';

/**
 * Checks what a user wrote and fills in the defaults of its preset.
 * @throws {InvalidInput} naming the first wrong field, what was given and what would do
 */
export function parseSettings(input: unknown): RunSettings {
  const size = JSON.stringify(input)?.length ?? 0;
  if (size > MOST_CHARACTERS)
    throw new InvalidInput(
      'input',
      `has ${size.toLocaleString('en')} characters as JSON, of which ${MOST_CHARACTERS.toLocaleString('en')} may be`,
      'Shorten its lists: a folder or a pattern in place of many sources, fewer words to remove',
    );
  return parseWith(settingsSchema, withPreset(input), 'input');
}

/** The settings travel from stage to stage beside all else; Temporal takes 2 MB at a time. */
const MOST_CHARACTERS = 250_000;

/** The groups of settings that stages are given on their own. */
type Group = 'adapt' | 'fineTune' | 'generate' | 'filter';

/**
 * Checks one group of settings that did not come with the input of this version's run: a retry changed it, or a run
 * that another version started goes on. Fills in what it lacks.
 * @throws {InvalidInput} naming the field, as `fineTune.epochs`
 */
export function parseGroup<G extends Group>(group: G, given: unknown): NonNullable<RunSettings[G]> {
  const { [group]: parsed } = parseWith(
    z.object({ [group]: settingsSchema.shape[group] }),
    { [group]: given },
    'settings',
  );
  return parsed as NonNullable<RunSettings[G]>;
}

/** Checks a value against any schema of this room; `root` names the value itself in messages. @throws {InvalidInput} */
export function parseWith<S extends z.ZodType>(schema: S, input: unknown, root: string): z.output<S> {
  const outcome = schema.safeParse(input, { reportInput: true });
  if (outcome.success) return outcome.data;
  throw explain(outcome.error.issues, z.toJSONSchema(schema, { io: 'input' }), [], root);
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Explains the issue that helps most: a mistyped field also counts as one that is missing, and explains more. */
function explain(issues: readonly Issue[], schema: Schema, parent: Path, root: string): InvalidInput {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') return unknownField(issue.keys[0]!, path, schema);
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find((errors) => !errors.some(isOtherKind));
    if (meant) return explain(meant, schema, path, root);
  }
  const place = path.length === 0 ? root : path.join('.');
  const found = schemaAt(schema, path);
  const help = found?.description ?? '';
  if (issue.code === 'custom') return new InvalidInput(place, issue.message, help);
  const expected =
    mostOf(issue) ?? (issue.code === 'invalid_format' || !found ? issue.message : valueWords(found));
  const remedy = `Expected ${expected}. ${help}`.trim();
  if (issue.input === undefined) return new InvalidInput(place, 'missing', remedy);
  return new InvalidInput(place, `${cut(JSON.stringify(issue.input), 80)} does not do`, remedy);
}

/** How long a text or a list may be that is too long. */
function mostOf(issue: Issue): string | undefined {
  if (issue.code !== 'too_big' || !['string', 'array'].includes(issue.origin)) return undefined;
  return `at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
}

/** Whether an alternative was not meant at all: what was given is of another type than it takes. */
const isOtherKind = (issue: Issue) =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

function unknownField(key: string, path: Path, schema: Schema): InvalidInput {
  const known = alternatives(schemaAt(schema, path)).flatMap(({ properties }) =>
    Object.keys(properties ?? {}),
  );
  const nearest = nearestName(key, known);
  const question = nearest ? `Did you mean ${nearest}? ` : '';
  const place = [...path, key].join('.');
  return new InvalidInput(place, 'unknown field', `${question}Known fields here: ${known.join(', ')}`);
}

function schemaAt(schema: Schema, path: Path): Schema | undefined {
  let current: Schema | undefined = schema;
  for (const key of path) {
    const inner: (Schema | undefined)[] = alternatives(current).map(
      ({ properties, items }) => (properties?.[String(key)] ?? items) as Schema | undefined,
    );
    current = inner.find((found) => found !== undefined);
  }
  return current;
}

const alternatives = (schema: Schema | undefined): Schema[] =>
  (schema?.anyOf as Schema[] | undefined) ?? (schema ? [schema] : []);

/** The known name that a mistyped one most likely means, if any is near: at most a third of its letters differ. */
function nearestName(typed: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best.name : undefined;
}

/** Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? rows[i - 2]![j - 2]! + 1 : substitution;
      row.push(Math.min(substitution, swap, row[j - 1]! + 1, rows[i - 1]![j]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
