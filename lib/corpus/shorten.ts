/** The beginning of a text for messages, on one line. */
export function shorten(text: string, length: number): string {
  const line = text.slice(0, length * 2).replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
