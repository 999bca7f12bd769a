import { closestMatch } from 'leven';
import { z } from 'zod';
import { InvalidInput } from './invalid-input.ts';
import { withPreset } from './presets.ts';
import { cut } from './printable.ts';
import { type RunSettings, settingsSchema } from './settings.ts';
import { type Schema, valueWords } from './value-words.ts';

/** Validates user input and fills in the defaults of its preset. @throws {InvalidInput} naming the wrong field */
export function parseSettings(input: unknown): RunSettings {
  const size = JSON.stringify(input)?.length ?? 0;
  if (size > MAX_CHARACTERS)
    throw new InvalidInput(
      'input',
      `has ${size.toLocaleString('en')} characters as JSON, more than ${MAX_CHARACTERS.toLocaleString('en')}`,
      'Shorten its lists: a folder or a pattern instead of many sources, fewer words to remove',
    );
  return parseWith(settingsSchema, withPreset(input), 'input');
}

/** Settings are part of every stage's payload, and Temporal limits payloads to 2 MB. */
const MAX_CHARACTERS = 250_000;

/**
 * Validates a group of settings changed by a retry or written by another version, and fills in missing fields.
 * @throws {InvalidInput} naming the field, such as `fineTune.epochs`
 */
export function parseGroup<G extends 'adapt' | 'fineTune' | 'generate' | 'filter'>(
  group: G,
  given: unknown,
): NonNullable<RunSettings[G]> {
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

/** Explains the most helpful issue: a mistyped field is also a missing one, but the typo explains more. */
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
    maxLengthOf(issue) ?? (issue.code === 'invalid_format' || !found ? issue.message : valueWords(found));
  const remedy = `Expected ${expected}. ${help}`.trim();
  if (issue.input === undefined) return new InvalidInput(place, 'missing', remedy);
  return new InvalidInput(place, `${cut(JSON.stringify(issue.input), 80)} is invalid`, remedy);
}

/** The length limit of a text or list that is too long. */
function maxLengthOf(issue: Issue): string | undefined {
  if (issue.code !== 'too_big' || !['string', 'array'].includes(issue.origin)) return undefined;
  return `at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
}

/** Whether the input has another type than this alternative, which then was not meant. */
const isOtherKind = (issue: Issue) =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

function unknownField(key: string, path: Path, schema: Schema): InvalidInput {
  const known = alternatives(schemaAt(schema, path)).flatMap(({ properties }) =>
    Object.keys(properties ?? {}),
  );
  const place = [...path, key].join('.');
  // A typo leaves at least two thirds of the letters unchanged.
  const near = closestMatch(key, known, { maxDistance: Math.max(1, Math.floor(key.length / 3)) });
  const question = near ? `Did you mean ${near}? ` : '';
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
