import { isObject } from '../settings/fits.ts';
import { sha256 } from './digest.ts';
import { isReference } from './reference.ts';

/**
 * The key of a stage: a digest of its name, its version and its parameters. References are reduced to the digest of
 * their content, so that moved or renamed files give the same key.
 * @returns 32 hexadecimal digits
 */
export function stageKey(stage: { name: string; version: number }, parameters: unknown): string {
  const identity = canonicalJson({ stage: stage.name, version: stage.version, parameters });
  return sha256(identity).slice(0, 32);
}

/** JSON with sorted field names and every reference reduced to its digest. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (!isObject(inner)) return inner;
    if (isReference(inner)) return inner.digest;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
