/**
 * Whether the comparison of methods tells apart what is the same, and finds what differs:
 *
 *   npx tsx bench/told-apart.ts --train train.txt --test test.txt
 *
 * The classifier is trained with many seeds; from this pool come the seeds of methods that differ in nothing else, and of
 * one that has fewer records. Prints how often they are told apart at p < .05.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { mean } from '../lib/arithmetic/sums.ts';
import type { Page } from '../lib/corpus/page.ts';
import { compareMethods } from '../lib/evaluation/comparison.ts';
import { evaluateMethod } from '../lib/evaluation/evaluate-method.ts';
import { Figures } from '../lib/evaluation/figures.ts';
import { readLabelledFiles } from '../lib/evaluation/labelled-files.ts';
import type { MethodPredictions } from '../lib/evaluation/methods.ts';
import { createRandom, type Random } from '../lib/random/random.ts';
import { METHODS } from '../lib/settings/method-table.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { Protocol } from '../lib/settings/settings.ts';

const { values } = parseArgs({
  options: {
    train: { type: 'string' },
    test: { type: 'string' },
    pool: { type: 'string', default: '200' },
    draws: { type: 'string', default: '200' },
    protocols: { type: 'string', default: 'paper,tuned' },
    /** Share of the training records that the poorer method has. */
    poorer: { type: 'string', default: '0.5' },
    /** Where the pool is kept for the next time. */
    keep: { type: 'string' },
  },
});
const { train: trainFile, test: testFile } = values;
if (!trainFile || !testFile) throw new Error('Give --train and --test.');
const protocols = values.protocols.split(',') as Protocol[];
const pool = Number(values.pool);
const draws = Number(values.draws);
const { columns, classifier, evaluation } = parseSettings({ source: trainFile });

/** The predictions of many seeds of Regular: of all records, of five more that are copies, and of fewer. */
interface Pool {
  whole: MethodPredictions;
  copied: MethodPredictions;
  poorer: MethodPredictions;
}

async function trainPool(): Promise<Pool> {
  const [train, test] = (await readLabelledFiles([trainFile!, testFile!], columns)) as [Page[], Page[]];
  const random = createRandom(1, 'bench');
  const evaluate = async (records: Page[], seed: number) => {
    const { predictions } = await evaluateMethod({
      method: 'regular',
      train: records,
      test,
      classifier,
      evaluation: { ...evaluation, protocols, seeds: pool, seed },
      concurrency: availableParallelism(),
    });
    return predictions;
  };
  const copies = Array.from({ length: 5 }, () => random.pick(train));
  const fewer = random.shuffle([...train]).slice(0, Math.round(train.length * Number(values.poorer)));
  return {
    whole: await evaluate(train, 1),
    copied: await evaluate([...train, ...copies], 100_001),
    poorer: await evaluate(fewer, 200_001),
  };
}

/** A method with some seeds of a pool. */
function withSeeds(from: MethodPredictions, seeds: readonly number[], at: number): MethodPredictions {
  return {
    ...from,
    method: METHODS[at]!,
    protocols: Object.fromEntries(
      protocols.map((protocol) => [protocol, seeds.map((seed) => from.protocols[protocol]![seed]!)]),
    ),
  };
}

const share = (hits: number) => `${((100 * hits) / draws).toFixed(1)} %`;

/** How often any of the methods is told from another, by either measure. */
async function toldApart(
  protocol: Protocol,
  drawMethods: (random: Random) => MethodPredictions[],
): Promise<{ microF1: string; macroF1: string }> {
  const hits = { microF1: 0, macroF1: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const methods = drawMethods(createRandom(draw, 'draw'));
    const { protocols: compared } = await compareMethods(methods, { protocols: [protocol] });
    for (const measure of ['microF1', 'macroF1'] as const)
      if (compared[protocol]!.pairs.some((pair) => pair[measure].correctedP < 0.05)) hits[measure]++;
  }
  return { microF1: share(hits.microF1), macroF1: share(hits.macroF1) };
}

const kept = values.keep !== undefined && existsSync(values.keep);
const trained: Pool = kept ? JSON.parse(readFileSync(values.keep!, 'utf8')) : await trainPool();
if (values.keep !== undefined && !kept) writeFileSync(values.keep, JSON.stringify(trained));
const { whole, copied, poorer } = trained;
const drawSeeds = (random: Random) => random.shuffle([...Array(pool).keys()]);

for (const protocol of protocols) {
  const [ofWhole, ofPoorer] = [whole, poorer].map((each) =>
    mean(new Figures(each, protocol).average('macroF1').values),
  );
  console.log(`${protocol}: macro F1 ${ofWhole!.toFixed(3)}, of the poorer method ${ofPoorer!.toFixed(3)}`);
  for (const seeds of [1, 5, 10]) {
    const same = (methods: number) =>
      toldApart(protocol, (random) => {
        const drawn = drawSeeds(random);
        return Array.from({ length: methods }, (_, at) =>
          withSeeds(whole, drawn.slice(at * seeds, (at + 1) * seeds), at),
        );
      });
    const against = (other: MethodPredictions) =>
      toldApart(protocol, (random) => [
        withSeeds(whole, drawSeeds(random).slice(0, seeds), 0),
        withSeeds(other, drawSeeds(random).slice(0, seeds), 1),
      ]);
    console.table({
      [`the same, ${seeds} seeds`]: await same(2),
      'five of them': await same(5),
      ...(pool >= 10 * seeds && { 'ten of them': await same(10) }),
      'five copied records': await against(copied),
      'the poorer method': await against(poorer),
    });
  }
}
