/** A line for each file of a folder or a pattern that was skipped. */
export function skippedFileLines(files: readonly string[] = []): string[] {
  if (files.length === 0) return [];
  return ['Files skipped, empty or of another kind by their names:', ...files.map((file) => `  ${file}`)];
}
