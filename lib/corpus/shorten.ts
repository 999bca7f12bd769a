/** The beginning of a text for messages, on one line. */
export function shorten(text: string, length: number): string {
  const line = text.slice(0, length * 2).replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

/** Lines of a list, of a long one the first and how many more there are. */
export function shortList(lines: readonly string[], most = 20): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `and ${lines.length - most} more`];
}
