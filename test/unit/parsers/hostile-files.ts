/**
 * Files that nobody wrote by hand: random bytes, real files cut and altered at random, and numbers that promise
 * gigabytes. Whatever they hold, a reader ends with its result or with a named error, in bounded memory and time.
 */
import assert from 'node:assert/strict';
import { createRandom } from '../../../lib/random/random.ts';

/** How often each kind of damage is tried. */
export const ROUNDS = 40;
/** Beyond what the test process had before: a reader that believes a number in a file asks for gigabytes. */
const MOST_BYTES = 600 * 2 ** 20;

export type Bytes = Uint8Array;
const random = createRandom(42, 'fuzz');
/** A random whole number below a limit. */
export const below = (limit: number) => Math.floor(random.next() * limit);

export const randomBytes = (length: number): Bytes => Uint8Array.from({ length }, () => below(256));

/** One to eight random changes: a byte, a run that is cut, grown or filled, an end that is missing. */
export function mutate(original: Bytes): Bytes {
  let bytes: Buffer = Buffer.from(original);
  for (let change = 0; change <= below(8); change++) {
    const at = below(Math.max(1, bytes.length));
    const length = below(64);
    const rest = bytes.subarray(Math.min(bytes.length, at + length));
    const kinds: (() => Buffer)[] = [
      () => Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at + 1)]),
      () => Buffer.concat([bytes.subarray(0, at), rest]),
      () => Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), randomBytes(length), rest]),
      () => Buffer.from(bytes.subarray(0, at)),
      () =>
        Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(HOSTILE[below(HOSTILE.length)]!),
          bytes.subarray(at),
        ]),
    ];
    bytes = kinds[below(kinds.length)]!();
  }
  return bytes;
}

/** What parsers stumble over. */
const HOSTILE = [
  '"',
  '\n',
  '\r',
  '\0',
  '{',
  '}',
  '[[[[[[[[',
  ']',
  '-1',
  '1e308',
  '99999999999999',
  '\ufeff',
  'null',
  ',',
];

/** Reads a file and asserts that nothing but a named error of the user's comes of it. */
export async function survives(read: () => Promise<unknown>, what: string): Promise<void> {
  const before = process.memoryUsage().rss;
  await read().catch((error: Error) => {
    assert.equal(error.name, 'InvalidInput', `${what}: ${error.stack}`);
  });
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < MOST_BYTES, `${what}: took ${Math.round(grown / 2 ** 20)} MiB`);
}
