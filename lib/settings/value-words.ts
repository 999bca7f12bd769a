import type { z } from 'zod';

export type Schema = z.core.JSONSchema.JSONSchema;

/** Describes the values that a schema accepts: `a whole number from 1, or a list of texts`. */
export function valueWords(schema: Schema): string {
  if (schema.anyOf) return (schema.anyOf as Schema[]).map(valueWords).join(', or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.type === 'array') return listWords(schema.items as Schema);
  if (schema.type === 'integer') return `a whole number${range(schema)}`;
  if (schema.type === 'number') return `a number${range(schema)}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'object') return 'an object';
  return 'null';
}

function listWords(items: Schema): string {
  if (items.enum) return `a list of ${valueWords(items)}`;
  return `a list of ${items.type === 'number' ? `numbers${range(items)}` : 'texts'}`;
}

function range({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string {
  const bounds = [
    minimum === undefined ? '' : ` from ${minimum}`,
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`,
    exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`,
  ];
  return bounds.join('');
}
