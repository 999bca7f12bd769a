/** What to bear in mind when reading a verdict that the figures of the methods do not say. */
import type { Report } from './schema.ts';
import { listed, plural, shortName, whole } from './words.ts';

type Run = Pick<Report, 'classes' | 'audit'>;

/** Cautions of a run: classes that stayed as they were, and a test that may have leaked; a sentence or two each. */
export function cautionsOfRun(run: Run): string[] {
  return [...ofSkippedClasses(run), ...ofLeakage(run)];
}

const MOST_NAMED = 8;

function ofSkippedClasses({ classes }: Run): string[] {
  const skipped = Object.entries(classes).flatMap(([name, { state }]) => (state === 'skipped' ? [name] : []));
  if (skipped.length === 0) return [];
  const rare = Object.values(classes).filter(({ kind }) => kind === 'rare').length;
  const shown = skipped.slice(0, MOST_NAMED).map((name) => shortName(name, 40));
  const names = skipped.length > MOST_NAMED ? [...shown, `${skipped.length - MOST_NAMED} more`] : shown;
  const fate =
    skipped.length === 1 ? 'was skipped and stayed as it was' : 'were skipped and stayed as they were';
  return [
    `${whole(skipped.length)} of ${plural(rare, 'rare class', 'rare classes')} ${fate}: ${listed(names)}.`,
  ];
}

function ofLeakage({ audit }: Run): string[] {
  const leaked = Object.values(audit).reduce((sum, { repeatsTest }) => sum + repeatsTest.beyondTraining, 0);
  return leaked === 0
    ? []
    : [
        `${plural(leaked, 'generated record')} ${leaked === 1 ? 'repeats' : 'repeat'} a passage of a test record that no training record of the class has: the test may have leaked.`,
      ];
}
