import { z } from 'zod';
import { RECOMMENDED } from '../lib/settings/presets.ts';
import { settingsSchema } from '../lib/settings/settings.ts';
import { type Schema, valueWords } from '../lib/settings/value-words.ts';

const HEAD = `# Settings

Every setting of a run. All but \`source\` have a default. Set them

- as the JSON input of the workflow, in the Web UI or with \`run --input settings.json\`:
  \`{"source": "/data/scrape.csv", "classes": {"rare": 3}}\`
- one by one on the command line: \`run --source scrape.csv --set classes.rare=3 --set model.scratch=tiny\`.
  A value is parsed as JSON if it is valid JSON, and otherwise taken as text.

This page is generated from the schema: \`npm run docs\`.
`;

/** Markdown reference of every setting: allowed values, default and description. */
export function settingsReference(): string {
  const root = z.toJSONSchema(settingsSchema, { io: 'input' });
  const groups = fieldsOf(root).filter(([, schema]) => objectIn(schema));
  return [HEAD, table(root), presetsSection(), ...groups.map((group) => section(...group))].join('\n');
}

/** The paths of all settings: `language`, `classes.rare`. */
export const settingNames = (): string[] =>
  fieldsOf(z.toJSONSchema(settingsSchema, { io: 'input' })).flatMap(([name, schema]) => {
    const group = objectIn(schema);
    return group ? fieldsOf(group).map(([field]) => `${name}.${field}`) : [name];
  });

function presetsSection(): string {
  const { any, scratch, adapted, pretrained } = RECOMMENDED;
  const rows = [
    ['any', any],
    ['trained from scratch (`model.scratch`)', scratch],
    ['a checkpoint with `adapt`', adapted],
    ['a checkpoint without `adapt`', pretrained],
  ] as const;
  const lines = rows.flatMap(([kind, group]) =>
    leavesOf(group).map(([path, value]) => [`\`${path}\``, kind, code(value)]),
  );
  return [
    '## The preset `recommended`\n',
    'With `--preset recommended`, or `"preset": "recommended"`, these defaults replace the ones below. You can still override each one.\n',
    markdownTable(['setting', 'model', 'default'], lines),
  ].join('\n');
}

/** Every leaf of a nested object with its path; a target object counts as a leaf. */
function leavesOf(group: object, parent = ''): [path: string, value: unknown][] {
  return Object.entries(group).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('times' in value)
      ? leavesOf(value as object, `${parent}${name}.`)
      : [[`${parent}${name}`, value]],
  );
}

/** A group of settings: an object, or a union with an object. */
function section(name: string, schema: Schema): string {
  const group = objectIn(schema)!;
  const others = (schema.anyOf as Schema[] | undefined)?.filter((alternative) => alternative !== group) ?? [];
  const choice =
    others.length > 0
      ? [`${[...others.map(valueWords), 'an object'].join(', or ')}. Default: ${defaultOf(schema)}.\n`]
      : [];
  return [`## ${name}\n`, `${schema.description ?? ''}\n`, ...choice, table(group, `${name}.`)].join('\n');
}

const fieldsOf = (schema: Schema): [string, Schema][] =>
  Object.entries((schema.properties ?? {}) as Record<string, Schema>);

const objectIn = (schema: Schema): Schema | undefined =>
  [schema, ...((schema.anyOf as Schema[] | undefined) ?? [])].find(({ properties }) => properties);

const defaultOf = (schema: Schema): string => (schema.default === undefined ? 'none' : code(schema.default));

const code = (value: unknown) => `\`${JSON.stringify(value)}\``;

/** The fields of a group, without nested groups. */
function table(group: Schema, prefix = ''): string {
  const fields = fieldsOf(group).filter(([, schema]) => prefix || !objectIn(schema));
  const rows = fields.map(([name, schema]) => [
    `\`${prefix}${name}\``,
    valueWords(schema),
    group.required?.includes(name) ? 'required' : defaultOf(schema),
    schema.description ?? '',
  ]);
  return markdownTable(['setting', 'value', 'default', 'meaning'], rows);
}

function markdownTable(head: string[], rows: readonly string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return `${lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}\n`;
}
