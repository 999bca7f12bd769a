import { draw, indexOfHighest } from './candidates.ts';
import { forbid, type Scores, type Search, type SearchSettings, type Sequence } from './search.ts';

/** Greedy search over one input, always the most probable token, or sampling, each token by its probability. */
export class SingleSearch implements Search {
  readonly running: [{ ids: number[]; score: number }];
  readonly origins = [0];
  isDone = false;
  readonly #settings: SearchSettings;

  constructor(settings: SearchSettings) {
    this.#settings = settings;
    this.running = [{ ids: [settings.startId], score: 0 }];
  }

  /** Its score is the sum of the model's log-probabilities over its penalised length, as a beam's. */
  get best(): Sequence {
    const { ids, score } = this.running[0];
    return { ids, score: score / (ids.length - 1) ** this.#settings.lengthPenalty };
  }

  forbidden(): number[] {
    return this.#settings.processors.bans.flatMap((ban) => ban(this.running[0].ids));
  }

  /** @param scores logits of all tokens */
  advance(scores: Scores): void {
    const { processors, random, eosId, maxLength } = this.#settings;
    const { numbers } = scores;
    const [sequence] = this.running;
    sequence.score -= logSumExp(numbers);
    forbid(scores, this.forbidden());
    const processed = processors.warpers.length > 0 ? numbers.slice() : numbers;
    for (const process of processors.warpers) process(processed);
    const id = random ? draw(processed, random) : indexOfHighest(processed);
    sequence.score += numbers[id]!;
    sequence.ids.push(id);
    this.isDone = id === eosId || sequence.ids.length >= maxLength;
  }
}

function logSumExp(scores: Float32Array): number {
  const highest = scores[indexOfHighest(scores)]!;
  let sum = 0;
  for (let id = 0; id < scores.length; id++) sum += Math.exp(scores[id]! - highest);
  return highest + Math.log(sum);
}
