/** A line for each file of a folder or a pattern that was passed over. */
export function passedOverLines(files: readonly string[] = []): string[] {
  if (files.length === 0) return [];
  return ['Files passed over, empty or of another kind by their names:', ...files.map((file) => `  ${file}`)];
}
