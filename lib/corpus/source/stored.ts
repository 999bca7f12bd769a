import { open } from 'node:fs/promises';
import { InvalidInput } from '../../settings/invalid-input.ts';

/** The size of a file, and its first bytes. @throws {InvalidInput} where it is missing or may not be read */
export async function beginningOf(file: string, length: number): Promise<{ bytes: number; first: Buffer }> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new InvalidInput(file, 'no such file', 'Check the name, or give the whole path.');
    throw new InvalidInput(
      file,
      `this file cannot be opened (${cause.code})`,
      'Check its permissions for the user of the worker.',
    );
  });
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return { bytes: size, first: buffer.subarray(0, bytesRead) };
  } finally {
    await handle.close();
  }
}
