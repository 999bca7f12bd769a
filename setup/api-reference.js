// docs/api.md, which `npm run docs` writes: what each entry of the package exports, by the declarations and comments that the compiler writes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'counterpoise-api-'));

const HEAD = `# API reference

What the entries of the package export; [library.md](library.md) shows how it goes together, [settings.md](settings.md) has the settings.
This page is made from the code: \`npm run docs\`.
`;

/** Names in \`export { … } from '…'\` and \`import { … } from '…'\`, with the file, if it is one of ours. */
const NAMED = /^(?:import|export) (?:type )?\{ ([^}]+) \}(?: from '(\.[^']+)')?;/gm;

const namesIn = (list) => list.split(',').flatMap((name) => name.trim().replace(/^type /, '') || []);

/** A declaration with the comment in front of it, of which those of the compiler begin at the margin. */
const declarationOf = (name) =>
  new RegExp(
    `^(?:/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n)?(?:export )?(?:declare )?((?:abstract )?(?:class|const|function|interface|type) ${name}\\b[^]*?)(?=\\n(?:export|declare|interface|type|import|/\\*\\*|//)|\\n*$(?![^]))`,
    'm',
  );

/** Where a name is declared, which may be some files from the one that exports it; a stage comes with its parameters. */
function find(file, name) {
  const text = readFileSync(join(folder, file), 'utf8');
  const [, comment = '', code] = declarationOf(name).exec(text) ?? [];
  if (code) {
    const [, parameters] = /^const \w+: (?:Plannable|Training)?Stage<(\w+)/.exec(code) ?? [];
    const also = parameters ? `\n${find(file, parameters).code}` : '';
    return {
      id: `${file}#${name}`,
      comment,
      code: code.replace(/import\("[^"]+"\)\.|^ {4}#private;\n/gm, '') + also,
    };
  }
  const [, , from] = [...text.matchAll(NAMED)].find(
    ([, names, path]) => path && namesIn(names).includes(name),
  );
  return find(declarationsOf(join(dirname(file), from)), name);
}

const declarationsOf = (source) => source.replace(/\.ts$/, '.d.ts');

/** A comment as Markdown: its text, then a list of what it says of parameters, result and errors. */
function markdownOf(comment) {
  const text = comment.replace(/^[ \t]*\*[ \t]?/gm, '').trim();
  const [about, ...tags] = text.split(/(?:^|\s)@(?=(?:param|returns|throws)\b)/);
  const items = tags.map((tag) => {
    const [, kind, rest] = /^(\w+)\s+(.*)$/.exec(tag.replace(/\s*\n\s*/g, ' ').trim());
    return `- ${kind === 'param' ? rest.replace(/^(\S+)/, '`$1`:') : `${kind} ${rest.replace(/^\{(\w+)\}/, '`$1`')}`}`;
  });
  return [about.trim(), items.join('\n')].filter((part) => part !== '').join('\n\n');
}

try {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', folder];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: ['ignore', 2, 2] });
  const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const places = new Map();
  const sections = Object.entries(entries).flatMap(([path, { types }]) => {
    if (!types) return [];
    const entry = `counterpoise${path.slice(1)}`;
    const index = types.replace('./dist/', '');
    const names = [...readFileSync(join(folder, index), 'utf8').matchAll(NAMED)].flatMap(([, list]) =>
      namesIn(list),
    );
    return [
      `## ${entry}`,
      ...names.map((name) => {
        const { id, comment, code } = find(index, name);
        const before = places.get(id);
        places.set(id, before ?? entry);
        const block = `\`\`\`ts\n${code.trim()}\n\`\`\``;
        const parts = before
          ? [`As in [${before}](#${before.replace('/', '')}).`]
          : [block, markdownOf(comment)];
        return [`### ${name}`, ...parts].filter((part) => part !== '').join('\n\n');
      }),
    ];
  });
  process.stdout.write(`${[HEAD.trim(), ...sections].join('\n\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
