import { adapt } from './adapt.ts';
import { audit } from './audit.ts';
import { chooseAmount } from './choose-amount.ts';
import { compare } from './compare.ts';
import { compareRuns } from './compare-runs.ts';
import { compareTexts } from './compare-texts.ts';
import { evaluate } from './evaluate.ts';
import { filter } from './filter.ts';
import { fineTune } from './fine-tune.ts';
import { generate } from './generate.ts';
import { merge } from './merge.ts';
import { prepare } from './prepare.ts';
import { pretrain } from './pretrain.ts';
import { readLabels } from './read-labels.ts';
import { report } from './report.ts';

/** Every stage by its name: what a stage process runs, and a worker has as activities. */
export const STAGES = {
  prepare,
  pretrain,
  adapt,
  readLabels,
  fineTune,
  generate,
  filter,
  chooseAmount,
  merge,
  evaluate,
  compare,
  audit,
  compareTexts,
  compareRuns,
  report,
};
