/** What is made from the code and kept beside it. `npm run docs` makes it anew: this test with UPDATE=1, and the formatter. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { settingsReference } from '../../../client/settings-reference.ts';
import { reportJsonSchema } from '../../../lib/report/schema.ts';
import { CHANGEABLE } from '../../../lib/settings/changeable.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CHANGEABLE_FILE = 'lib/settings/changeable.ts';

const kept = (file: string) => readFileSync(ROOT + file, 'utf8');

function holds(file: string, make: () => string, isSame = (made: string) => made === kept(file)): void {
  it(`${file} is what the code says; npm run docs writes it`, () => {
    const made = make();
    if (process.env.UPDATE) writeFileSync(ROOT + file, made);
    else assert.ok(isSame(made), `${file} is out of date: npm run docs`);
  });
}

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The schemas of the fields that a retry may change, by group, without their help. */
function changeableFields(): string {
  const { fineTune, generate, filter } = settingsSchema.shape;
  const fields = Object.entries({ fineTune, generate, filter }).map(([name, group]) => [
    name,
    z.toJSONSchema(group.unwrap(), { io: 'input' }).properties,
  ]);
  return JSON.stringify(Object.fromEntries(fields), (key, value) =>
    ['description', 'default'].includes(key) ? undefined : value,
  );
}

describe('what is made from the code', () => {
  holds('docs/settings.md', settingsReference);
  holds('docs/api.md', () =>
    execFileSync(process.execPath, ['setup/api-reference.js'], { cwd: ROOT, encoding: 'utf8' }),
  );
  holds('docs/report.schema.json', reportJsonSchema, (made) =>
    isEqual(JSON.parse(made), JSON.parse(kept('docs/report.schema.json'))),
  );
  holds(
    CHANGEABLE_FILE,
    () => `${kept(CHANGEABLE_FILE).split('> = {\n')[0]}> = ${changeableFields()};\n`,
    () => isEqual(JSON.parse(changeableFields()), CHANGEABLE),
  );
});
