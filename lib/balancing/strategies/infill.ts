/**
 * A real record with a share of its words blanked. The model writes only the blanks, so that a record costs only the
 * tokens of its new words, and the rest of it is real.
 */
import type { Random } from '../../random/random.ts';
import { readableLabel } from './prompt.ts';
import { blank, MOST_BLANKS, type Strategy, type TrainingPair } from './strategy.ts';

/** Range of the share of blanked words, drawn for each record. */
const SHARES = [0.4, 0.6] as const;
const MEAN_SPAN = 3;

export const infill: Strategy = {
  pairsOf: (text, { label }, random) => [blankOut(text, label, random)],
  promptOf: ({ profile, windows }, random) => {
    const { text, record } = random.pick(windows);
    return { prompt: blankOut(text, profile.label, random).input, sources: [record] };
  },
  recordOf: (prompt, { blanks }, label) => {
    const frame = prompt.slice(opening(label).length);
    let isWhole = true;
    const record = frame.replace(/<extra_id_(\d+)>/g, (_, index: string) => {
      const filling = blanks.get(Number(index));
      if (!filling) isWhole = false;
      return filling ?? '';
    });
    return isWhole ? record : undefined;
  },
};

function blankOut(text: string, label: string, random: Random): TrainingPair {
  const words = text.split(/\s+/u).filter(Boolean);
  const share = SHARES[0] + (SHARES[1] - SHARES[0]) * random.next();
  const hidden = drawSpans(words.length, share, random);
  const input: string[] = [];
  const target: string[] = [];
  let blanks = 0;
  for (const [place, word] of words.entries()) {
    if (!hidden[place]) {
      input.push(word);
      continue;
    }
    if (place === 0 || !hidden[place - 1]) {
      input.push(blank(blanks));
      target.push(blank(blanks++));
    }
    target.push(word);
  }
  return { input: opening(label) + input.join(' '), target: target.join(' ') };
}

const opening = (label: string): string => `fill ${readableLabel(label)}: `;

/** Chooses the words to blank: runs of `MEAN_SPAN` words on average, at least one word and not all of them. */
function drawSpans(words: number, share: number, random: Random): boolean[] {
  const begin = share / (1 - share) / MEAN_SPAN;
  let spans = 0;
  let isInside = false;
  const hidden = Array.from({ length: words }, (_, place) => {
    if (isInside) isInside = random.next() >= 1 / MEAN_SPAN;
    else if (spans < MOST_BLANKS && random.next() < (place === 0 ? share : begin)) {
      isInside = true;
      spans++;
    }
    return isInside;
  });
  if (hidden.every((each) => each === hidden[0])) {
    const place = random.int(words);
    hidden[place] = !hidden[place];
  }
  return hidden;
}
