import { datasetName } from '../lib/settings/dataset-name.ts';

/** Id of a run: `counterpoise-reuters-20261124-093015`, in UTC, so that ids of one dataset sort by their start. */
export function newRunId(source: string | readonly string[], now = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `counterpoise-${datasetName(source)}-${day}-${time}`;
}
