/** Short name of a dataset: `/data/My scrape.csv.gz` -> `my-scrape`, `/data/pages-*.csv` -> `pages`, `/data/scrapes/*` -> `scrapes`. */
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
