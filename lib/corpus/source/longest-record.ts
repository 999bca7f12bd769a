/** A record of more bytes than this is set aside: it is no page, and would fill the memory. */
export const LONGEST_RECORD = 16 * 1024 * 1024;

/** What the rejection of such a record says. */
export const tooLong = (longest: number): string => `more than ${longest / 1024 ** 2} MiB`;
