/** Field types for settings, each with its default; add the help text with `describe`. */
import { z } from 'zod';

/** A number; with zod's checks, such as `z.gt(0)`. */
export const number = (fallback: number, ...checks: Parameters<z.ZodNumber['check']>) =>
  z
    .number()
    .check(...checks)
    .default(fallback);
/** A number from 0 to 1. */
export const share = (fallback: number) => number(fallback, z.gte(0), z.lte(1));
/** A whole number, limited to what machines and Temporal can handle. */
export const count = (fallback: number, most: number, least = 1) =>
  z.int().min(least).max(most).default(fallback);
/** A factor or a rate: a positive number with a generous limit. */
export const rate = () => z.number().gt(0).max(100);
/** A switch. */
export const flag = (fallback: boolean) => z.boolean().default(fallback);
/** One of several names. */
export const choice = <const N extends readonly string[]>(names: N, fallback: N[number]) =>
  z.enum(names).default(fallback as never);
/** A field that is null by default. */
export const nullable = <T extends z.ZodType>(type: T) => type.nullable().default(null as never);
/** The seed of a stage. */
export const seed = () => z.int().min(0).default(42).describe('Seed of all randomness in this stage.');
/** A name in the dataset: a column, a class. */
export const name = () => z.string().min(1).max(1000);
/** A path, a pattern or an address. */
export const path = () => z.string().min(1).max(4096);
