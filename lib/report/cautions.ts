/** What to bear in mind when reading a verdict that the figures of the methods do not say. */
import { sumBy } from '../arithmetic/sums.ts';
import { fisherTest } from '../evaluation/statistics.ts';
import type { Protocol } from '../settings/settings.ts';
import type { Report } from './schema.ts';
import { listed, plural, rounded, shortName, whole } from './words.ts';

type Run = Pick<Report, 'classes' | 'audit'>;

/** Cautions of a run: classes that stayed as they were, and a test that may have leaked; a sentence or two each. */
export function cautionsOfRun(run: Run): string[] {
  return [...ofSkippedClasses(run), ...ofLeakage(run)];
}

const MOST_NAMED = 8;

function ofSkippedClasses({ classes }: Run): string[] {
  const skipped = Object.keys(classes).filter((name) => classes[name]!.state === 'skipped');
  if (skipped.length === 0) return [];
  const rare = Object.values(classes).filter(({ kind }) => kind === 'rare').length;
  const names = skipped.slice(0, MOST_NAMED).map((name) => shortName(name, 40));
  if (skipped.length > MOST_NAMED) names.push(`${skipped.length - MOST_NAMED} more`);
  const fate =
    skipped.length === 1 ? 'was skipped and stayed as it was' : 'were skipped and stayed as they were';
  return [
    `${whole(skipped.length)} of ${plural(rare, 'rare class', 'rare classes')} ${fate}: ${listed(names)}.`,
  ];
}

/** Chance of more hits than that, if generated records had them no more often than real ones. */
const LEAKAGE_LEVEL = 0.05;

/** Only where generated records have more of the test than real ones have by chance. */
function ofLeakage({ classes, audit }: Run): string[] {
  const audited = Object.entries(audit).map(([name, { repeatsTest }]) => ({
    ...repeatsTest,
    ...classes[name]!,
  }));
  const generated = {
    hits: sumBy(audited, ({ beyondTraining }) => beyondTraining),
    of: sumBy(audited, (each) => each.generated),
  };
  const real = {
    hits: sumBy(audited, ({ realBeyondOthers }) => realBeyondOthers),
    of: sumBy(audited, ({ train }) => train),
  };
  if (generated.hits === 0 || fisherTest(generated, real) >= LEAKAGE_LEVEL) return [];
  const share = ({ hits, of }: typeof real) => `${rounded((100 * hits) / Math.max(1, of))} %`;
  return [
    `${plural(generated.hits, 'generated record has', 'generated records have')} text of a test record that their model has not read: ${share(generated)}, where ${share(real)} of the real records have such text by chance. The test may have leaked.`,
  ];
}

/** Cautions of an evaluation: methods that were not treated alike, and a classifier that was not tuned. */
export function cautionsOfEvaluation(protocol: Protocol, { protocols }: Pick<Report, 'protocols'>): string[] {
  const methods = Object.values(protocols[protocol] ?? {});
  const records = methods.map((result) => result.records);
  const [fewest, most] = [Math.min(...records), Math.max(...records)];
  const hadMoreUpdates = protocol === 'paper' && most > 1.5 * fewest;
  const couldBeTuned = protocol !== 'tuned' && methods.some(({ effort }) => effort !== undefined);
  const cautions: string[] = [];
  if (hadMoreUpdates)
    cautions.push(
      `Every method trained for as many epochs, so that one with more records had more updates (${whole(fewest)} records at the least, ${whole(most)} at the most). On a small corpus that alone raises its F1; the protocols equal-updates and tuned are fair.`,
    );
  if (couldBeTuned)
    cautions.push(
      'The classifier was not tuned. On sets of thousands of rows that may be worth more than all balancing: add tuned to evaluation.protocols.',
    );
  return cautions;
}
