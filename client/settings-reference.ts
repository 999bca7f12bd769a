import { z } from 'zod';
import { RECOMMENDED } from '../lib/settings/presets.ts';
import { settingsSchema } from '../lib/settings/settings.ts';
import { type Schema, valueWords } from '../lib/settings/value-words.ts';

const HEAD = `# Settings

Every setting of a run. All but \`source\` have a default. They are given

- as the JSON input of the workflow, in the Web UI or with \`run --input settings.json\`:
  \`{"source": "/data/scrape.csv", "classes": {"rare": 3}}\`
- one by one on the command line: \`run --source scrape.csv --set classes.rare=3 --set model.scratch=tiny\`.
  A value is read as JSON where it is JSON, and as text elsewhere.

This page is made from the schema: \`npm run docs\`.
`;

/** Markdown that lists every setting: what it may be, its default, and its sentence of help. */
export function settingsReference(): string {
  const root = z.toJSONSchema(settingsSchema, { io: 'input' });
  const groups = fieldsOf(root).filter(([, schema]) => objectIn(schema));
  return [HEAD, table(root), presetsSection(), ...groups.map((group) => section(...group))].join('\n');
}

/** The settings by their names: `language`, `classes.rare`. */
export const settingNames = (): string[] =>
  fieldsOf(z.toJSONSchema(settingsSchema, { io: 'input' })).flatMap(([name, schema]) => {
    const group = objectIn(schema);
    return group ? fieldsOf(group).map(([field]) => `${name}.${field}`) : [name];
  });

function presetsSection(): string {
  const { any, scratch, adapted, pretrained } = RECOMMENDED;
  const rows = [
    ['any', any],
    ['trained from random weights (`model.scratch`)', scratch],
    ['a checkpoint with `adapt`', adapted],
    ['a checkpoint as it is', pretrained],
  ] as const;
  const lines = rows.flatMap(([kind, group]) =>
    leavesOf(group).map(([path, value]) => [`\`${path}\``, kind, code(value)]),
  );
  return [
    '## The preset `recommended`\n',
    'With `--preset recommended`, or `"preset": "recommended"`, these are the defaults in place of those below. Every one can still be set.\n',
    markdownTable(['setting', 'model', 'default'], lines),
  ].join('\n');
}

/** Every value in an object of objects, with its path; what is one value though an object stays whole. */
function leavesOf(group: object, parent = ''): [path: string, value: unknown][] {
  return Object.entries(group).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('times' in value)
      ? leavesOf(value as object, `${parent}${name}.`)
      : [[`${parent}${name}`, value]],
  );
}

/** A group of settings: an object, or a choice of which one alternative is an object. */
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

/** The fields of a group that are no groups themselves. */
function table(group: Schema, prefix = ''): string {
  const fields = fieldsOf(group).filter(([, schema]) => prefix || !objectIn(schema));
  const rows = fields.map(([name, schema]) => [
    `\`${prefix}${name}\``,
    valueWords(schema),
    group.required?.includes(name) ? 'required' : defaultOf(schema),
    schema.description ?? '',
  ]);
  return markdownTable(['setting', 'may be', 'default', 'meaning'], rows);
}

function markdownTable(head: string[], rows: readonly string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return `${lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}\n`;
}
