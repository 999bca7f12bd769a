import { BALANCING_METHODS } from '../evaluation/balancing-methods.ts';
import { METHODS, type Method } from '../evaluation/methods.ts';

/** The methods as people read them, in the order of every table and chart. */
export const METHOD_NAMES = Object.fromEntries(
  METHODS.map((method) => [method, BALANCING_METHODS[method].name]),
) as Readonly<Record<Method, string>>;

/** Of some methods' results, those that are there, in the order of the tables. */
export function inTableOrder<T>(methods: Partial<Record<Method, T>>): [method: Method, result: T][] {
  return METHODS.flatMap((method): [Method, T][] => {
    const result = methods[method];
    return result === undefined ? [] : [[method, result]];
  });
}
