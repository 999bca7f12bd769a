/**
 * After a change of the schema:
 *
 *     UPDATE=1 npx mocha test/unit/settings/changeable.test.ts && npx biome format --write lib/settings
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CHANGEABLE } from '../../../lib/settings/changeable.ts';
import { fits } from '../../../lib/settings/fits.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';

const FILE = fileURLToPath(new URL('../../../lib/settings/changeable.ts', import.meta.url));

/** The schemas of the fields that a retry may change, by group, without their help. */
function changeableFields(): object {
  const { fineTune, generate, filter } = settingsSchema.shape;
  const groups = Object.entries({ fineTune, generate, filter });
  const fields = groups.map(([name, group]) => [
    name,
    z.toJSONSchema(group.unwrap(), { io: 'input' }).properties,
  ]);
  const help = ['description', 'default'];
  return JSON.parse(
    JSON.stringify(Object.fromEntries(fields), (key, value) => (help.includes(key) ? undefined : value)),
  );
}

if (process.env.UPDATE) {
  const [head] = readFileSync(FILE, 'utf8').split('> = {\n');
  writeFileSync(FILE, `${head}> = ${JSON.stringify(changeableFields())};\n`);
}

describe('what a retry may change', () => {
  it('is what the schema of the settings says (the head of this file says how to write it)', () =>
    assert.deepEqual(CHANGEABLE, changeableFields()));

  const values = [
    ...[0, 1, 2, -1, 0.5, 1.5, 4096, 4097, 1e5, 1e7, 1e9, 1e300, Number.NaN, Number.POSITIVE_INFINITY],
    ...[true, false, null, '', 'x', 'largest', 'never', 'float32', [], {}, [1], { a: 1 }],
  ];
  for (const [group, fields] of Object.entries(CHANGEABLE))
    for (const [field, schema] of Object.entries(fields))
      it(`is held against ${group}.${field} as the schema's own check holds it`, () => {
        const { [field as never]: own } = settingsSchema.shape[group as 'generate'].unwrap().shape;
        for (const value of values)
          assert.equal(
            fits(schema, value),
            (own as typeof settingsSchema).safeParse(value).success,
            `${value}`,
          );
      });
});
