/** Spellings of one class that differ only in case, spaces or underscores become the most frequent of them. */

/** Labels that were rewritten to another spelling. */
export interface MergedLabel {
  from: string;
  to: string;
  records: number;
}

/** A label without white space at its ends and with single spaces within. */
export function tidyLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ');
}

/**
 * What spellings of one class have in common. An underscore counts as a space, since fastText's format cannot tell
 * the two apart.
 */
export function labelKey(label: string): string {
  return tidyLabel(label.replaceAll('_', ' ')).toLowerCase();
}

/**
 * The spelling each label is given: the most frequent one of its class, the first by code units where several are.
 * @param counts records of each spelling
 */
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
