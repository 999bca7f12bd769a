import type { Random } from '../../random/random.ts';
import type { ClassProfile } from '../profiles.ts';

/** What a model is asked, and what it shall answer. A blank or gap is written `<extra_id_i>`, as T5 does. */
export interface TrainingPair {
  input: string;
  target: string;
}

/** What the prompts of a class are made of. */
export interface ClassMaterial {
  profile: ClassProfile;
  /** Its training records, cut into windows that the model reads whole. */
  windows: readonly Window[];
}

/** A stretch of a training record. */
export interface Window {
  text: string;
  /** Id of the record. */
  record: string;
}

export interface Prompt {
  prompt: string;
  /** Ids of the records that it is made of. */
  sources: readonly string[];
}

/** What a model wrote: the whole, and what stands after each `<extra_id_i>` of it, by i. */
export interface ModelAnswer {
  text: string;
  blanks: ReadonlyMap<number, string>;
}

/** A way to have a model write records of a class, from what it learns to what its answers become. */
export interface Strategy {
  /** What a model learns from a stretch of a record, so that it is asked in the form it was taught. */
  pairsOf(text: string, profile: ClassProfile, random: Random): TrainingPair[];
  promptOf(material: ClassMaterial, random: Random): Prompt;
  /** The record that an answer makes; undefined for an answer in another form than was asked. */
  recordOf(prompt: string, written: ModelAnswer, label: string): string | undefined;
}

/** The blank with this number. */
export const blank = (index: number): string => `<extra_id_${index}>`;

/** T5 has so many different blanks. */
export const MOST_BLANKS = 100;
