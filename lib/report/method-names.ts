import type { Method } from '../evaluation/methods.ts';

/** The methods as people read them, in the order of every table and chart. */
export const METHOD_NAMES: Readonly<Record<Method, string>> = {
  regular: 'Regular',
  undersample: 'Undersample',
  oversample: 'Oversample',
  generated: 'Generated',
  generatedOversample: 'Generated + Oversample',
};

/** The methods that train on generated records too. */
export const METHODS_WITH_GENERATED: readonly Method[] = ['generated', 'generatedOversample'];

/** Of some methods' results, those that are there, in the order of the tables. */
export function inTableOrder<T>(methods: Partial<Record<Method, T>>): [method: Method, result: T][] {
  return (Object.keys(METHOD_NAMES) as Method[]).flatMap((method): [Method, T][] => {
    const result = methods[method];
    return result === undefined ? [] : [[method, result]];
  });
}
