import type { Schema } from './value-words.ts';

/** Validates a value against a schema of ranges, choices and plain types (not lists). For workflows, which cannot load zod. */
export function fits(schema: Schema, value: unknown): boolean {
  if (schema.anyOf) return (schema.anyOf as Schema[]).some((one) => fits(one, value));
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum) return (schema.enum as unknown[]).includes(value);
  if (schema.type === 'null') return value === null;
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (schema.type === 'string') return typeof value === 'string' && value.length <= (schema.maxLength ?? 0);
  if (schema.type === 'object') return isOfFields(schema, value);
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
  return (schema.type === 'integer' || schema.type === 'number') && isWithin(schema, value);
}

/** Whether a value is an object with fields: neither `null` nor a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isOfFields({ properties = {}, required = [] }: Schema, value: unknown): boolean {
  if (!isObject(value)) return false;
  if (required.some((name) => !Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(
    ([name, field]) => Object.hasOwn(properties, name) && fits(properties[name] as Schema, field),
  );
}

function isWithin(schema: Schema, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const above = Number(schema.exclusiveMinimum ?? -Infinity);
  const below = Number(schema.exclusiveMaximum ?? Infinity);
  return value >= minimum && value <= maximum && value > above && value < below;
}

/** The problem with these length limits, if any: no text can satisfy a minimum above the maximum. */
export function problemWithLengths(lengths: { minLength: number; maxLength: number }): string | undefined {
  const { minLength, maxLength } = lengths;
  if (minLength <= maxLength) return undefined;
  return `minLength is ${minLength}, more than maxLength, which is ${maxLength}: set both`;
}
