/** No room for what has to be written. What was finished is kept; the attempt that follows may find room. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';

  constructor(cause: Error) {
    super(
      `there is no room left on the disk (${cause.message}). Free some where the store, COUNTERPOISE_STORE_CACHE and the temporary folder lie`,
      { cause },
    );
  }
}

/** The error under its own name if it says that the disk or the quota is full; any other unchanged. */
export function namedIfDiskFull(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return error instanceof Error && (code === 'ENOSPC' || code === 'EDQUOT') ? new DiskFull(error) : error;
}
