/**
 * Short name of a dataset, at most 100 characters: the last part of its first source's name that holds letters or digits, up to its first dot.
 * `/data/My scrape.csv.gz` -> `my-scrape`, `/data/pages-*.csv` -> `pages`, `/data/scrapes/*.csv` -> `scrapes`.
 */
export function datasetName(source: string | readonly string[]): string {
  const first = typeof source === 'string' ? source : (source[0] ?? '');
  for (const part of first.split(/[\\/]+/).reverse()) {
    const plain = part
      .replace(/(?<=.)\..*$/, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '');
    if (plain) return plain.slice(0, 100);
  }
  return 'dataset';
}
