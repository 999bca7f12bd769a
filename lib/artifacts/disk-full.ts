/** The disk is full. Finished work is kept; the next attempt may succeed. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';

  constructor(cause: Error) {
    super(
      `there is no room left on the disk (${cause.message}). Free some where the store, COUNTERPOISE_STORE_CACHE and the temporary folder lie`,
      { cause },
    );
  }
}

/** Converts errors about a full disk or quota to `DiskFull`; others are unchanged. */
export function asDiskFull(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return error instanceof Error && (code === 'ENOSPC' || code === 'EDQUOT') ? new DiskFull(error) : error;
}
