import { basename } from 'node:path';

/** Short name of a dataset: the file name of its first source up to the first dot, `/data/My scrape.csv.gz` -> `my-scrape`. */
export function datasetName(source: string | readonly string[]): string {
  const first = typeof source === 'string' ? source : (source[0] ?? '');
  const name = basename(first.replace(/[\\/]+$/, '')).replace(/(?<=.)\..*$/, '');
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return plain || 'dataset';
}

/** Id of a run: `counterpoise-reuters-20261124-093015`, in UTC, so that ids of one dataset sort by their start. */
export function newRunId(source: string | readonly string[], now = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `counterpoise-${datasetName(source)}-${day}-${time}`;
}
