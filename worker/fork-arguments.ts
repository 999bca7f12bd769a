/**
 * The arguments for Node itself with which a process of this package is forked: a source file runs through tsx,
 * however this process was started; a compiled one runs as it is. Nothing is inherited, because a debugger's port or a
 * loader of whoever embeds the package has no business in a stage process.
 * @param entry the file to run
 */
export function forkArguments(entry: URL): string[] {
  // By address, so that the working directory does not matter.
  return entry.pathname.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
}
