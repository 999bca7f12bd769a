import { InvalidInput } from '../settings/invalid-input.ts';

/** An object or a prefix of a bucket: `s3://bucket/key`. */
export interface ObjectAddress {
  bucket: string;
  /** May be empty, or a prefix that ends in `/`. */
  key: string;
}

export const isObjectAddress = (address: string): boolean => /^s3:\/\//i.test(address);

/** Parses `s3://bucket/key` without decoding the key. @throws {InvalidInput} at `place` for another address, or `.` and `..` folders */
export function parseObjectAddress(address: string, place: string): ObjectAddress {
  const [, bucket, key = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(address) ?? [];
  if (!bucket || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/i.test(bucket))
    throw new InvalidInput(
      place,
      `${JSON.stringify(address)} names no bucket`,
      'Write it as s3://bucket/folder',
    );
  if (key.split('/').some((part) => part === '..' || part === '.'))
    throw new InvalidInput(
      place,
      `${address} has a dot for a folder`,
      'Write the whole key, without . and ..',
    );
  return { bucket, key };
}

export const formatObjectAddress = ({ bucket, key }: ObjectAddress): string => `s3://${bucket}/${key}`;
