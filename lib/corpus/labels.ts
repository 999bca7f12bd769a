/** Spellings of one class that differ only in case, spaces or underscores become the most frequent of them. */

/** Labels that were rewritten to another spelling. */
export interface MergedLabel {
  from: string;
  to: string;
  records: number;
}

/** A label without white space at its ends and with single spaces within. */
export const tidyLabel = (label: string): string => label.trim().replace(/\s+/g, ' ');

/** What spellings of one class have in common; an underscore counts as a space, which fastText's format cannot tell from it. */
export const labelKey = (label: string): string => tidyLabel(label.replaceAll('_', ' ')).toLowerCase();

/** The spelling each label is given by the counts: the most frequent one of its class, of several the first by code units. */
export function mergeSpellings(counts: ReadonlyMap<string, number>): {
  spelling: Map<string, string>;
  merged: MergedLabel[];
} {
  const chosen = new Map<string, string>();
  for (const label of [...counts.keys()].sort()) {
    const key = labelKey(label);
    const rival = chosen.get(key);
    if (rival === undefined || counts.get(label)! > counts.get(rival)!) chosen.set(key, label);
  }
  const spelling = new Map<string, string>();
  const merged: MergedLabel[] = [];
  for (const [label, records] of counts) {
    const to = chosen.get(labelKey(label))!;
    spelling.set(label, to);
    if (to !== label) merged.push({ from: label, to, records });
  }
  return { spelling, merged };
}
