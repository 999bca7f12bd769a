import { setImmediate } from 'node:timers/promises';
import type { GenerateSettings } from '../../settings/settings.ts';
import { pad } from '../batches.ts';
import type { T5Model } from '../checkpoint.ts';
import type { Tensor } from '../engine.ts';
import { encode, passOf } from '../model.ts';
import { type Ban, banEarlyEnd, banRepeatedNgrams } from './bans.ts';
import { BeamSearch, type BeamSettings } from './beam.ts';
import { CachedDecoder } from './cached-decoder.ts';
import { GreedySearch } from './greedy.ts';

export interface GenerateOptions {
  model: T5Model;
  /** Ids of each input, with `</s>`. They are decoded together. */
  inputs: readonly ArrayLike<number>[];
  settings: Pick<
    GenerateSettings,
    'numBeams' | 'noRepeatNgramSize' | 'minLength' | 'maxLength' | 'lengthPenalty'
  >;
  signal?: AbortSignal | undefined;
}

export interface Generation {
  /** Without the decoder's start, with `</s>` where the sequence ended by itself. */
  ids: number[];
  /** Sum of the log-probabilities over the penalised length. */
  score: number;
}

/**
 * Decodes one batch: beam search, or greedy search with one beam. Gives the ids that transformers' `generate` gives
 * with `do_sample=False`; lengths count the decoder's start, as there.
 * @throws the signal's reason
 */
export async function generate({ model, inputs, settings, signal }: GenerateOptions): Promise<Generation[]> {
  const { config } = model;
  const bans = bansOf(settings, config.eosId);
  const searchSettings: BeamSettings = {
    beams: settings.numBeams,
    maxLength: settings.maxLength,
    lengthPenalty: settings.lengthPenalty,
    eosId: config.eosId,
    startId: config.decoderStartId,
  };
  const searches = inputs.map(() =>
    settings.numBeams === 1 ? new GreedySearch(searchSettings) : new BeamSearch(searchSettings),
  );
  const decoder = startDecoder(model, inputs, settings);
  try {
    const width = settings.numBeams === 1 ? 1 : 2 * settings.numBeams;
    let isFirst = true;
    while (searches.some((search) => !search.isDone)) {
      await setImmediate();
      signal?.throwIfAborted();
      const sequences = searches.flatMap((search) => search.running);
      const latest = Int32Array.from(sequences, ({ ids }) => ids.at(-1)!);
      const scores = decoder.step(latest, isFirst ? undefined : originsOf(searches, settings.numBeams));
      isFirst = false;
      const forbidden = sequences.map(({ ids }) => bans.flatMap((ban) => [...ban(ids, ids.length)]));
      const best = bestContinuations(model, scores, forbidden, Math.min(width, config.vocabSize));
      searches.forEach((search, input) => {
        if (!search.isDone) search.advance({ ...best, offset: input * settings.numBeams * best.width });
      });
    }
  } finally {
    decoder.dispose();
  }
  return searches.map(({ best: { ids, score } }) => ({ ids: ids.slice(1), score }));
}

function bansOf({ minLength, noRepeatNgramSize }: GenerateOptions['settings'], eosId: number): Ban[] {
  return [
    ...(minLength > 0 ? [banEarlyEnd(minLength, eosId)] : []),
    ...(noRepeatNgramSize > 0 ? [banRepeatedNgrams(noRepeatNgramSize)] : []),
  ];
}

function startDecoder(
  model: T5Model,
  inputs: GenerateOptions['inputs'],
  settings: GenerateOptions['settings'],
): CachedDecoder {
  const { tf, config } = model;
  const pass = passOf(model);
  const padded = pad(inputs, config.padId);
  const mask = tf.tensor2d(padded.mask, [inputs.length, padded.width]);
  const encoded = tf.tidy(
    () => encode(pass, tf.tensor2d(padded.ids, [inputs.length, padded.width], 'int32'), mask) as never,
  );
  const decoder = new CachedDecoder(pass, encoded, mask, {
    beams: settings.numBeams,
    maxLength: settings.maxLength,
  });
  (encoded as Tensor).dispose();
  mask.dispose();
  return decoder;
}

/** Row that each row continues. */
function originsOf(searches: readonly { origins: number[] }[], beams: number): Int32Array {
  return Int32Array.from(
    searches.flatMap(({ origins }, input) => origins.map((beam) => input * beams + beam)),
  );
}

/**
 * The most probable tokens of each row; only these are read back from the engine.
 * @param scores `[rows, vocabulary]`, disposed here
 * @param forbidden by row, the ids that must not follow
 */
function bestContinuations({ tf }: T5Model, scores: Tensor, forbidden: readonly number[][], width: number) {
  const places = forbidden.flatMap((ids, row) => ids.map((id) => [row, id]));
  const [values, indices] = tf.tidy(() => {
    const normaliser = tf.logSumExp(scores, -1, true);
    const allowed =
      places.length === 0
        ? scores
        : tf.tensorScatterUpdate(
            scores,
            tf.tensor2d(places, [places.length, 2], 'int32'),
            tf.fill([places.length], Number.NEGATIVE_INFINITY),
          );
    const { values, indices } = tf.topk(allowed as Tensor, width);
    return [tf.sub(values, normaliser), indices];
  }) as [Tensor, Tensor];
  const best = {
    width,
    ids: indices.dataSync() as Int32Array,
    logProbabilities: values.dataSync() as Float32Array,
  };
  tf.dispose([scores, values, indices]);
  return best;
}
