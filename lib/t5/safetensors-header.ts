import { InvalidInput } from '../settings/invalid-input.ts';

/** What the header of a safetensors file says of one tensor. */
export interface TensorEntry {
  dtype: string;
  shape: number[];
  /** From the end of the header. */
  data_offsets: [start: number, end: number];
}

/** Bytes of a number of the types that can be read. */
export const TENSOR_WIDTHS: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };

/**
 * Reads the JSON header of a safetensors file and holds it against the file's size, because whoever believes it
 * allocates what it says.
 * @param path for messages
 * @param available bytes behind the header
 * @throws {InvalidInput} naming the tensor that cannot be as it is said to be
 */
export function parseHeader(
  path: string,
  text: string,
  available: number,
): { metadata: Record<string, string>; entries: Record<string, TensorEntry> } {
  const { __metadata__: metadata = {}, ...entries } = parseObject(path, text);
  for (const [name, entry] of Object.entries(entries)) {
    const shown = JSON.stringify(name.slice(0, 100));
    if (!isEntry(entry))
      throw new InvalidInput(
        path,
        `its header says what cannot be of ${shown}`,
        'The file may have been damaged; fetch it again',
      );
    if (entry.data_offsets[1] > available)
      throw new InvalidInput(path, `it ends within ${shown}`, 'The file was cut short; fetch it again');
  }
  return {
    metadata: isObject(metadata) ? (metadata as Record<string, string>) : {},
    entries: entries as Record<string, TensorEntry>,
  };
}

function parseObject(path: string, text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (isObject(header)) return header;
  } catch {
    // Said below.
  }
  throw new InvalidInput(
    path,
    'this is no safetensors file: its header is no JSON object',
    'The file may have been damaged; fetch it again',
  );
}

function isEntry(entry: unknown): entry is TensorEntry {
  if (!isObject(entry) || typeof entry.dtype !== 'string') return false;
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown> & { dtype: string };
  if (!Array.isArray(shape) || !shape.every(isCount)) return false;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) return false;
  const [start, end] = offsets as [number, number];
  if (start > end) return false;
  const width = TENSOR_WIDTHS[dtype];
  return (
    width === undefined || shape.reduce((product: number, size) => product * size, width) === end - start
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
