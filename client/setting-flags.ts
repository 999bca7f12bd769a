/** Flags generated from the schema of a settings group: `fineTune.batchSize` becomes `--batch-size`, with help and validation. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { parseWith } from '../lib/settings/parse.ts';
import { valueWords } from '../lib/settings/value-words.ts';
import { jsonOrText } from './run-input.ts';

/** `noRepeatNgramSize` -> `no-repeat-ngram-size`, as in transformers. */
export const kebab = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds a flag for each field of a group; switches get `--<name>`, or `--no-<name>` if on by default. */
export function addSettingFlags(
  command: Command,
  group: z.ZodObject,
  { without = [], spelling = kebab }: { without?: readonly string[]; spelling?: typeof kebab } = {},
): Command {
  for (const [field, schema] of Object.entries(group.shape) as [string, z.ZodType][]) {
    if (without.includes(field)) continue;
    const { default: fallback, description = '', ...words } = z.toJSONSchema(schema, { io: 'input' });
    const flag = `--${spelling(field)}`;
    if (words.type === 'boolean') {
      if (fallback === true) command.option(`--no-${spelling(field)}`, `not: ${description}`);
      else command.option(flag, description);
      continue;
    }
    const option = new Option(
      `${flag} <value>`,
      `${description} (${valueWords(words)}; default ${JSON.stringify(fallback)})`,
    );
    // `--no-repeat-ngram-size` is not a negation.
    option.negate = false;
    command.addOption(option.argParser((text) => parseWith(schema, jsonOrText(text), flag)));
  }
  return command;
}

/** The settings of a group from parsed flags, with defaults. */
export function settingsOf<G extends z.ZodObject>(group: G, flags: Record<string, unknown>): z.output<G> {
  const fields = Object.keys(group.shape).filter((field) => flags[field] !== undefined);
  return parseWith(group, Object.fromEntries(fields.map((field) => [field, flags[field]])), 'settings');
}
