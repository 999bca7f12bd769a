/** The house's rules about who may import whom: CONTRIBUTING.md says why. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Which rooms a room may import, beside itself. */
const ROOMS: Record<string, readonly string[]> = {
  client: ['worker', 'workflows', 'setup', 'lib'],
  worker: ['workflows', 'activities', 'setup', 'lib'],
  activities: ['lib'],
  workflows: ['activities', 'lib'],
  setup: ['lib'],
  lib: [],
};

/** The folders of lib in the direction of the data: each may import those before it. What is public comes last. */
const LIB = [
  'arithmetic',
  'settings',
  'random',
  'threads',
  'artifacts',
  'corpus',
  'balancing',
  'tensorflow',
  't5',
  'fasttext',
  'logistic-regression',
  'filtering',
  'evaluation',
  'runs',
  'report',
  'stages',
  'planning',
  'index.ts',
];

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'core', 'shared'];

interface Import {
  from: string;
  /** A path from the root, or a package. */
  to: string;
  typeOnly: boolean;
  /** Loaded when the code gets there. */
  later: boolean;
}

const STATEMENT =
  /^(?:import|export)\s+(type\s)?[^;'"]*?\sfrom\s+'([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

const files = globSync(
  Object.keys(ROOMS).map((room) => `${room}/**/*.ts`),
  { cwd: ROOT },
);
const imports = files.flatMap(importsOf);
const local = imports.filter(({ to }) => to.endsWith('.ts'));

function importsOf(from: string): Import[] {
  const source = readFileSync(join(ROOT, from), 'utf8');
  return [...source.matchAll(STATEMENT)].map(([, type, ...specifiers]) => {
    const specifier = specifiers.find((each) => each !== undefined)!;
    const to = specifier.startsWith('.') ? join(dirname(from), specifier) : specifier;
    return { from, to, typeOnly: type !== undefined, later: specifiers[2] !== undefined };
  });
}

const roomOf = (path: string) => path.split('/')[0]!;
const libFolderOf = (path: string) => path.split('/')[1]!;
const told = ({ from, to }: Import) => `${from} imports ${to}`;
const none = (found: Import[]) => assert.deepEqual(found.map(told), []);

describe('imports', () => {
  it('are found at all', () => {
    assert.ok(local.length > files.length, `${local.length} imports between ${files.length} files`);
  });

  it('load nothing but commander for help, what checks settings beside it where these are flags, and what works when it works', () => {
    const loadedBy = (file: string, seen = new Set<string>()): Set<string> => {
      for (const { from, to, typeOnly, later } of imports) {
        if (from !== file || typeOnly || later || seen.has(to)) continue;
        seen.add(to);
        loadedBy(to, seen);
      }
      return seen;
    };
    const packagesOf = (file: string) =>
      [...loadedBy(file)].filter((each) => !each.endsWith('.ts') && !each.startsWith('node:')).sort();
    assert.deepEqual(packagesOf('client/main.ts'), ['commander']);
    const withSettings = ['client/commands/models.ts'];
    for (const file of files.filter((each) => each.startsWith('client/commands/'))) {
      const allowed = withSettings.includes(file) ? ['commander', 'leven', 'zod'] : ['commander'];
      assert.deepEqual(
        packagesOf(file).filter((each) => !allowed.includes(each)),
        [],
        file,
      );
    }
  });

  it('point inwards from room to room', () => {
    none(
      local.filter(
        ({ from, to }) => roomOf(from) !== roomOf(to) && !ROOMS[roomOf(from)]!.includes(roomOf(to)),
      ),
    );
  });

  it('follow the data inside lib', () => {
    const rank = (path: string) => LIB.indexOf(libFolderOf(path));
    const inside = local.filter(({ from, to }) => roomOf(from) === 'lib' && roomOf(to) === 'lib');
    for (const { from } of inside)
      assert.notEqual(rank(from), -1, `${libFolderOf(from)} has no place in LIB, the order of lib's folders`);
    none(inside.filter(({ from, to }) => rank(to) > rank(from)));
  });

  it('go in no circle inside lib/corpus, types included', () => {
    const corpus = local.filter(({ from }) => from.startsWith('lib/corpus/'));
    const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
      corpus.some((each) => {
        if (each.from !== from || seen.has(each.to)) return false;
        seen.add(each.to);
        return each.to === goal || reaches(each.to, goal, seen);
      });
    none(corpus.filter(({ from, to }) => reaches(to, from)));
  });

  it('of Temporal stay out of lib and setup', () => {
    none(
      imports.filter(
        ({ from, to }) => ['lib', 'setup'].includes(roomOf(from)) && to.startsWith('@temporalio/'),
      ),
    );
  });

  it('of workflows are types, messages and what Temporal offers inside its sandbox', () => {
    const mine = imports.filter(({ from }) => roomOf(from) === 'workflows');
    none(
      mine.filter(
        ({ to }) => !to.endsWith('.ts') && !['@temporalio/workflow', '@temporalio/common'].includes(to),
      ),
    );
    none(mine.filter(({ to, typeOnly }) => roomOf(to) === 'activities' && !typeOnly));
  });

  it('of workflows from lib are pure: such a file, and what it imports, needs no package and no Node', () => {
    const pure = new Set(
      local
        .filter(({ from, to, typeOnly }) => roomOf(from) === 'workflows' && roomOf(to) === 'lib' && !typeOnly)
        .map(({ to }) => to),
    );
    for (const each of pure)
      for (const { to } of local.filter(({ from, typeOnly }) => from === each && !typeOnly)) pure.add(to);
    none(imports.filter(({ from, to, typeOnly }) => pure.has(from) && !typeOnly && !to.endsWith('.ts')));
  });

  it('make no circle of files, types included', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) assert.fail([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file)) return;
      for (const { to } of local.filter(({ from }) => from === file)) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('of set-up from lib need nothing but Node', () => {
    const loaded = new Set(local.filter(({ from }) => roomOf(from) === 'setup').map(({ to }) => to));
    for (const each of loaded)
      for (const { to } of local.filter(({ from, typeOnly }) => from === each && !typeOnly)) loaded.add(to);
    none(
      imports.filter(
        ({ from, to, typeOnly }) =>
          roomOf(from) === 'lib' &&
          loaded.has(from) &&
          !typeOnly &&
          !to.endsWith('.ts') &&
          !to.startsWith('node:'),
      ),
    );
  });

  it('of TensorFlow are made in one place', () => {
    const places = imports.filter(({ to }) => to.startsWith('@tensorflow/')).map(({ from }) => from);
    assert.deepEqual([...new Set(places)], ['lib/tensorflow/engine.ts']);
  });
});

describe('names of files and folders', () => {
  it('say what is inside', () => {
    const all = globSync('**', {
      cwd: ROOT,
      ignore: ['node_modules', 'dist', '.git', '.counterpoise'],
      onlyFiles: false,
    });
    const empty = all.filter((path) => EMPTY_NAMES.includes(basename(path, extname(path))));
    assert.deepEqual(empty, []);
  });
});

describe('an index.ts', () => {
  for (const file of files.filter((path) => basename(path) === 'index.ts'))
    it(`only exports: ${file}`, () => {
      const source = readFileSync(join(ROOT, file), 'utf8');
      assert.doesNotMatch(source, /^(export )?(async )?(function|class) /m);
    });
});
