import type { Random } from '../../random/random.ts';
import type { ClassProfile } from '../profiles.ts';

/** A prompt and its target. Blanks and gaps are written `<extra_id_i>`, as in T5. */
export interface TrainingPair {
  input: string;
  target: string;
}

/** The material for prompts of a class. */
export interface ClassMaterial {
  profile: ClassProfile;
  /** Its training records, split into windows that fit the model. */
  windows: readonly Window[];
}

/** A part of a training record. */
export interface Window {
  text: string;
  /** Id of the record. */
  record: string;
}

export interface Prompt {
  prompt: string;
  /** Ids of its source records. */
  sources: readonly string[];
}

/** A model's answer: the whole text, and the text after each `<extra_id_i>`, by i. */
export interface ModelAnswer {
  text: string;
  blanks: ReadonlyMap<number, string>;
}

/** A generation strategy: training pairs, prompts, and how answers become records. */
export interface Strategy {
  /** The training pair of a window, in the same format as prompts. */
  pairsOf(text: string, profile: ClassProfile, random: Random): TrainingPair[];
  promptOf(material: ClassMaterial, random: Random): Prompt;
  /** The record from an answer; undefined if the answer is malformed. */
  recordOf(prompt: string, written: ModelAnswer, label: string): string | undefined;
}

/** The blank with this number. */
export const blank = (index: number): string => `<extra_id_${index}>`;

/** Number of T5's sentinel tokens. */
export const MOST_BLANKS = 100;
