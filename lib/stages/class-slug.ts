import { fnv1a } from '../arithmetic/fnv1a.ts';

/**
 * A class's name as it may stand in a file name or a workflow id: `health, wellness` -> `health-wellness-5c1f`.
 * Where letters were lost, or the name is too long, a digest of the name keeps different names apart.
 */
export function classSlug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const digest = fnv1a(name).toString(16).padStart(8, '0');
  if (plain.length > LONGEST) return `${plain.slice(0, LONGEST)}-${digest}`;
  return plain === name ? plain : `${plain}-${digest.slice(0, 4)}`;
}

/** File systems end names at 255 bytes. */
const LONGEST = 200;
