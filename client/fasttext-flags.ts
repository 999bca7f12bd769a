/**
 * fastText's flags have one dash and many letters (`-lr 0.1`); the command line's have two. In arguments of
 * `counterpoise fasttext` both are understood: `-lr` becomes `--lr`. Other commands' arguments stay as they are.
 */
export function lengthenFastTextFlags(argv: readonly string[]): string[] {
  if (argv[0] !== 'fasttext') return [...argv];
  return argv.map((argument) =>
    argument !== '-h' && /^-[a-zA-Z]+$/.test(argument) ? `-${argument}` : argument,
  );
}
