/** The input of a run: an input file, overridden by the command line. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isObject } from '../lib/settings/fits.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunInput } from '../lib/settings/settings.ts';

type Fields = Record<string, unknown>;

/** The flags for the source and settings of a run. */
export interface InputFlags {
  input?: string | undefined;
  source?: readonly string[] | undefined;
  preset?: string | undefined;
  /** As typed: `classes.rare=5`. */
  set?: readonly string[] | undefined;
}

/**
 * Merges `base`, an input file, `--source`, `--preset` and `--set`, later ones taking precedence, and validates the result.
 * Paths become absolute, because the worker may run in another folder. Omits defaults. @throws {InvalidInput}
 */
export function readRunInput(
  { input: file, source, preset, set = [], folder = process.cwd() }: InputFlags & { folder?: string },
  base?: RunInput,
): RunInput {
  const input: Fields = structuredClone({ ...base, ...(file ? readInputFile(file) : {}) });
  if (source?.length) input.source = source.length === 1 ? source[0] : [...source];
  if (preset !== undefined) input.preset = preset;
  for (const assignment of set) assign(input, assignment);
  const remedy = 'Name the dataset: --source FILE, or "source" in the file of --input';
  if (input.source === undefined) throw new InvalidInput('source', 'missing', remedy);
  parseSettings(input);
  return makePathsAbsolute(input as RunInput, folder);
}

/**
 * Settings from `--set` alone. @throws {InvalidInput} for an invalid assignment, or one of another group
 * @param only the allowed groups of settings, and the message for others
 */
export function readAssignments(
  assignments: readonly string[],
  only?: { groups: readonly string[]; problem: string },
): Fields {
  const fields: Fields = {};
  for (const assignment of assignments) assign(fields, assignment);
  const foreign = only && Object.keys(fields).find((group) => !only.groups.includes(group));
  if (foreign === undefined) return fields;
  throw new InvalidInput(foreign, only!.problem, `Allowed settings: ${only!.groups.join(', ')}`);
}

/** Sets `a.b=value` in `fields`, replacing non-objects on the path. */
function assign(fields: Fields, assignment: string): void {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, equals).split('.');
  if (equals < 1 || path.some((key) => key === ''))
    throw new InvalidInput('--set', `"${assignment}" sets nothing`, 'Write it like --set classes.rare=5');
  if (path.includes('__proto__'))
    throw new InvalidInput(path.join('.'), 'unknown field', 'Known fields: npx counterpoise settings');
  let at = fields;
  for (const key of path.slice(0, -1)) {
    if (!isObject(at[key])) at[key] = {};
    at = at[key] as Fields;
  }
  at[path.at(-1)!] = jsonOrText(assignment.slice(equals + 1));
}

/** A value from the command line: parsed as JSON if valid, otherwise text. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readInputFile(path: string): Fields {
  const place = `--input ${path}`;
  const remedy = 'Write one object: {"source": "/data/scrape.csv"}';
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isObject(value)) return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidInput(place, `is not JSON (${error.message})`, remedy);
    throw new InvalidInput(place, 'no such file', 'Check the path');
  }
  throw new InvalidInput(place, 'is not a JSON object', remedy);
}

function makePathsAbsolute(input: RunInput, folder: string): RunInput {
  const absolute = (path: string) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? path : resolve(folder, path));
  const source = typeof input.source === 'string' ? absolute(input.source) : input.source.map(absolute);
  if (typeof input.model !== 'string' || !isFolder(input.model, folder)) return { ...input, source };
  return { ...input, source, model: absolute(input.model) };
}

/** A model on this disk, or written as a path; anything else is a hub id or an address. */
const isFolder = (model: string, folder: string) =>
  /^\.{0,2}\//.test(model) ||
  (existsSync(resolve(folder, model)) && statSync(resolve(folder, model)).isDirectory());
