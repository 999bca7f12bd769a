/** What a run starts with: an input file, and over it what the command line says. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isObject } from '../lib/settings/fits.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunInput } from '../lib/settings/settings.ts';

type Fields = Record<string, unknown>;

/**
 * Merges an input file, `--source`, `--preset` and `--set`, each over the one before, and checks the whole. Sources and model
 * folders become absolute, because the worker that reads them may stand in another folder.
 * @param assignments as typed: `classes.rare=5`
 * @returns what the user wrote, without the defaults, so that it reads in the Web UI as it was meant
 * @throws {InvalidInput}
 */
export function readRunInput(given: {
  input?: string;
  source?: readonly string[];
  preset?: string | undefined;
  assignments?: readonly string[];
  /** Settings below all the others. */
  base?: RunInput;
  folder?: string;
}): RunInput {
  const folder = given.folder ?? process.cwd();
  const input: Fields = structuredClone({
    ...given.base,
    ...(given.input ? readInputFile(given.input) : {}),
  });
  if (given.source?.length) input.source = given.source.length === 1 ? given.source[0] : [...given.source];
  if (given.preset !== undefined) input.preset = given.preset;
  for (const assignment of given.assignments ?? []) assign(input, assignment);
  if (input.source === undefined)
    throw new InvalidInput(
      'source',
      'missing',
      'Name the dataset: --source FILE, or "source" in the file of --input',
    );
  parseSettings(input);
  return makePathsAbsolute(input as RunInput, folder);
}

/** Settings from `--set` alone, as an object of objects. @throws {InvalidInput} for an assignment that is none */
export function readAssignments(assignments: readonly string[]): Fields {
  const fields: Fields = {};
  for (const assignment of assignments) assign(fields, assignment);
  return fields;
}

/** Puts `a.b=value` into `fields`; a value on the way that is no object gives way to one. */
function assign(fields: Fields, assignment: string): void {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, equals).split('.');
  if (equals < 1 || path.some((key) => key === ''))
    throw new InvalidInput(
      '--set',
      `"${assignment}" sets nothing`,
      'Write --set path=value, as in --set classes.rare=5',
    );
  if (path.some((key) => key === '__proto__'))
    throw new InvalidInput(path.join('.'), 'unknown field', 'Known fields: counterpoise settings');
  let at = fields;
  for (const key of path.slice(0, -1)) {
    if (!isObject(at[key])) at[key] = {};
    at = at[key] as Fields;
  }
  at[path.at(-1)!] = jsonOrText(assignment.slice(equals + 1));
}

/** A value from the command line: JSON where it is JSON, text elsewhere. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readInputFile(path: string): Fields {
  const place = `--input ${path}`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidInput(
      place,
      code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`,
      'Check the path',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidInput(
      place,
      `is not JSON (${(error as Error).message})`,
      'Write one object: {"source": "/data/scrape.csv"}',
    );
  }
  if (!isObject(value))
    throw new InvalidInput(
      place,
      'does not hold an object',
      'Write one object: {"source": "/data/scrape.csv"}',
    );
  return value;
}

function makePathsAbsolute(input: RunInput, folder: string): RunInput {
  const absolute = (path: string) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? path : resolve(folder, path));
  const source = typeof input.source === 'string' ? absolute(input.source) : input.source.map(absolute);
  if (typeof input.model !== 'string' || !isFolder(input.model, folder)) return { ...input, source };
  return { ...input, source, model: absolute(input.model) };
}

/** A model that stands on this disk, or is written as a path; everything else is a hub id or an address. */
const isFolder = (model: string, folder: string) =>
  /^\.{0,2}\//.test(model) ||
  (existsSync(resolve(folder, model)) && statSync(resolve(folder, model)).isDirectory());
