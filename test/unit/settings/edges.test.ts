import assert from 'node:assert/strict';
import { z } from 'zod';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import type { Schema } from '../../../lib/settings/value-words.ts';

/** Every number that a setting may be, by its path; a list counts by its entries. */
function numbers(schema: Schema, path: string[] = []): { path: string[]; schema: Schema; inList: boolean }[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    numbers(field as Schema, [...path, name]),
  );
  const alternatives = ((schema.anyOf ?? []) as Schema[]).flatMap((one) => numbers(one, path));
  const items = schema.items as Schema | undefined;
  const listed = items?.type === 'number' ? [{ path, schema: items, inList: true }] : [];
  const own = schema.type === 'integer' || schema.type === 'number' ? [{ path, schema, inList: false }] : [];
  return [...own, ...inner, ...alternatives, ...listed];
}

/** Settings without which a value at its edge makes no sense. */
const BESIDE: Record<string, object> = {
  'generate.minLength': { maxLength: 4096 },
  'generate.maxLength': { minLength: 0 },
  'generate.strategies.prompt': { infill: 1 },
  'model.epochs': { scratch: 'tiny' },
  'model.batchSize': { scratch: 'tiny' },
  'model.learningRate': { scratch: 'tiny' },
};

function withValue(path: string[], value: unknown): unknown {
  const inner = path.reduceRight<unknown>(
    (below, field, depth) => ({ ...(depth === path.length - 1 && BESIDE[path.join('.')]), [field]: below }),
    value,
  );
  return { source: 'a.csv', ...(inner as object) };
}

describe('numbers of the settings', () => {
  const found = numbers(z.toJSONSchema(settingsSchema, { io: 'input' }));

  it('are all looked at', () => assert.ok(found.length > 50));

  for (const { path, schema, inList } of found) {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
    const step = schema.type === 'integer' ? 1 : 1e-6;
    const least = minimum ?? Number(exclusiveMinimum) + step;
    const most = maximum ?? Number(exclusiveMaximum) - step;
    const asGiven = (value: number) => (inList ? [value] : value);

    it(`${path.join('.')} has a least and a greatest value, which are taken: ${least}, ${most}`, () => {
      for (const value of [least, most]) {
        assert.ok(Number.isFinite(value));
        parseSettings(withValue(path, asGiven(value)));
      }
    });

    it(`${path.join('.')} is refused beyond them in one sentence that names it`, () => {
      for (const value of [least - 2 * step, -1e300, most + 2 * step, 1e300]) {
        // What lies beyond one alternative may be within another: a ratio and an amount.
        if (
          path.join('.') === 'generate.target' &&
          value > 1e-6 &&
          value <= 1e7 &&
          (value <= 1 || Number.isInteger(value))
        )
          continue;
        assert.throws(
          () => parseSettings(withValue(path, asGiven(value))),
          (error: unknown) => {
            assert.ok(error instanceof InvalidInput);
            assert.ok(error.message.startsWith(path.join('.')), error.message);
            assert.doesNotMatch(error.message, /\n/);
            return true;
          },
        );
      }
    });
  }
});
