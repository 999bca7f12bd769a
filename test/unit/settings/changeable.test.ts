import assert from 'node:assert/strict';
import { CHANGEABLE } from '../../../lib/settings/changeable.ts';
import { fits } from '../../../lib/settings/fits.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';

describe('what a retry may change', () => {
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
