/** What of a folder, on disk or in a bucket, is a dataset: told by its name. Any other file is read when it is named. */
const DATASET = /\.(csv|tsv|tab|jsonl|ndjson|parquet)(\.(gz|gzip|zst|zstd))?$/i;

export const isDatasetName = (name: string): boolean => DATASET.test(name);

/** The same for messages. */
export const DATASET_NAMES =
  'files ending in .csv, .tsv, .tab, .jsonl, .ndjson or .parquet, with or without .gz or .zst';

/** Told the files of a folder that are no datasets. */
export type OnPassedOver = (files: readonly string[]) => void;
