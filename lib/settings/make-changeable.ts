/**
 * Makes `changeable.ts` of the schema, because workflow code cannot load zod for every run it holds:
 *      npx tsx lib/settings/make-changeable.ts > lib/settings/changeable.ts && npx biome format --write lib/settings
 */
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { settingsSchema } from './settings.ts';
import type { Schema } from './value-words.ts';

/** The schemas of the fields that a retry may change, by group, without their help. */
export function changeableFields(): Record<string, Record<string, Schema>> {
  const { fineTune, generate, filter } = settingsSchema.shape;
  const groups = Object.entries({ fineTune, generate, filter });
  return Object.fromEntries(groups.map(([name, group]) => [name, fieldsOf(group.unwrap())]));
}

function fieldsOf(group: z.ZodObject): Record<string, Schema> {
  const { properties } = z.toJSONSchema(group, { io: 'input' });
  const help = ['description', 'default'];
  return JSON.parse(JSON.stringify(properties, (key, value) => (help.includes(key) ? undefined : value)));
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href)
  console.log(`/** What a retry may set each setting to. Made by make-changeable.ts, which says how. */
import type { Schema } from './value-words.ts';

export const CHANGEABLE: Record<'fineTune' | 'generate' | 'filter', Record<string, Schema>> = ${JSON.stringify(changeableFields())};`);
