import { z } from 'zod';
import { InvalidInput } from './invalid-input.ts';
import { type RunSettings, settingsSchema } from './settings.ts';

/**
 * Checks what a user wrote and fills in the defaults.
 * @throws {InvalidInput} naming the first wrong field, what was given and what would do
 */
export function parseSettings(input: unknown): RunSettings {
  return parseWith(settingsSchema, input, 'input');
}

/**
 * Checks a value against any schema of this room; `root` names the value itself in messages.
 * @throws {InvalidInput}
 */
export function parseWith<S extends z.ZodType>(schema: S, input: unknown, root: string): z.output<S> {
  const outcome = schema.safeParse(input, { reportInput: true });
  if (outcome.success) return outcome.data;
  throw explain(outcome.error.issues[0]!, schema, root);
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType, root: string): InvalidInput {
  const place = issue.path.length === 0 ? root : issue.path.join('.');
  const wanted = descriptionAt(schema, issue.path);
  const remedy = wanted ? `${sentence(expectation(issue))} ${wanted}` : sentence(expectation(issue));
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path).join(', ');
    const at = issue.path.length === 0 ? issue.keys[0]! : `${place}.${issue.keys[0]}`;
    return new InvalidInput(at, 'unknown field', `Known fields here are: ${known}`);
  }
  if (issue.input === undefined) return new InvalidInput(place, 'missing', remedy);
  return new InvalidInput(place, `${JSON.stringify(issue.input)} does not do`, remedy);
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union')
    return issue.message.replace(/^(Invalid|Too \w+):? ?(input: )?/, '').replace(/^e/, 'E');
  const alternatives = issue.errors.map((issues) => issues[0]).filter((first) => first !== undefined);
  const deepest = alternatives.find((first) => first.path.length > 0);
  if (deepest) return `${deepest.path.join('.')}: ${expectation(deepest)}`;
  return `Expected ${alternatives.map((first) => expectation(first).replace(/^Expected /, '')).join(', or ')}`;
}

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);

/** The schema that stands at a path, seen through defaults and `nullable`. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let current: z.ZodType | undefined = schema;
  for (const key of path) {
    const inner: z.ZodType | undefined = current && unwrap(current);
    current = inner instanceof z.ZodObject ? (inner.shape[String(key)] as z.ZodType | undefined) : undefined;
  }
  return current;
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodOptional
  )
    inner = inner.unwrap() as z.ZodType;
  return inner;
}

const descriptionAt = (schema: z.ZodType, path: readonly PropertyKey[]) =>
  schemaAt(schema, path)?.description;

function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  const inner = found && unwrap(found);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}
