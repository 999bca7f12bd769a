/**
 * T5's own pre-training task (Raffel et al. 2020, section 3.1.4), with the semantics of `random_spans_noise_mask`,
 * `noise_span_to_unique_sentinel` and `nonnoise_span_to_unique_sentinel` in the t5 library (t5/data/preprocessors.py)
 * and of transformers' run_t5_mlm_flax.py. As there, a mask begins with kept and ends with dropped tokens, so that the
 * target is sentinel, span, sentinel, span, …, `</s>` without a closing sentinel.
 */
import type { Random } from '../../random/random.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Example } from './example.ts';

export interface SpanSettings {
  /** Share of the tokens that is dropped. */
  density: number;
  /** Mean length of the dropped spans, in tokens. */
  meanSpan: number;
}

/** T5's values. */
export const T5_SPANS: SpanSettings = { density: 0.15, meanSpan: 3 };

type Sentinels = Pick<Tokenizer, 'sentinel' | 'sentinelCount' | 'eosId'>;

/**
 * Replaces random spans by sentinels; the target spells out what they stand for. Both end with `</s>`.
 * @param ids at least two tokens, without `</s>`
 */
export function spanCorruption(
  ids: readonly number[],
  random: Random,
  tokenizer: Sentinels,
  settings: SpanSettings = T5_SPANS,
): Example {
  if (ids.length < 2) throw new RangeError('span corruption needs at least two tokens');
  const { noise, spans } = noiseOf(ids.length, settings, tokenizer.sentinelCount);
  const droppedLengths = randomSegmentation(noise, spans, random);
  const keptLengths = randomSegmentation(ids.length - noise, spans, random);
  const input: number[] = [];
  const target: number[] = [];
  let position = 0;
  for (let span = 0; span < spans; span++) {
    const keptEnd = position + keptLengths[span]!;
    const droppedEnd = keptEnd + droppedLengths[span]!;
    input.push(...ids.slice(position, keptEnd), tokenizer.sentinel(span));
    target.push(tokenizer.sentinel(span), ...ids.slice(keptEnd, droppedEnd));
    position = droppedEnd;
  }
  input.push(tokenizer.eosId);
  target.push(tokenizer.eosId);
  return { input, target };
}

/**
 * The most tokens of raw text whose corrupted input and target fit (the t5 library's `random_spans_helper`).
 * @param maxInput tokens of the input with its `</s>`
 * @param maxTarget tokens of the target with its `</s>`
 */
export function rawLength(
  maxInput: number,
  maxTarget: number,
  sentinels: number,
  settings: SpanSettings = T5_SPANS,
): number {
  const fits = (length: number) => {
    const { noise, spans } = noiseOf(length, settings, sentinels);
    return length - noise + spans + 1 <= maxInput && noise + spans + 1 <= maxTarget;
  };
  let length = 2;
  while (fits(length + 1)) length++;
  return length;
}

/** How many tokens of a text are dropped, in how many spans. Rounds halves to even, as numpy and TensorFlow do. */
function noiseOf(
  length: number,
  settings: SpanSettings,
  sentinels: number,
): { noise: number; spans: number } {
  const noise = Math.min(Math.max(roundHalfEven(length * settings.density), 1), length - 1);
  const wanted = Math.max(roundHalfEven(noise / settings.meanSpan), 1);
  return { noise, spans: Math.min(wanted, noise, length - noise, sentinels) };
}

/** Cuts `items` into `segments` lengths of at least 1, every way equally likely (selection sampling, Knuth 3.4.2 S). */
function randomSegmentation(items: number, segments: number, random: Random): number[] {
  const lengths: number[] = [];
  let length = 1;
  let cuts = segments - 1;
  for (let gaps = items - 1; gaps > 0; gaps--) {
    if (random.int(gaps) < cuts) {
      lengths.push(length);
      length = 0;
      cuts--;
    }
    length++;
  }
  lengths.push(length);
  return lengths;
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
