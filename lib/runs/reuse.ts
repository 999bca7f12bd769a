/** What a run reuses from the previous run of its dataset. */
import { canonicalJson } from '../artifacts/key.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Timing } from '../artifacts/timing.ts';
import type { GenerateSettings, RunSettings } from '../settings/settings.ts';
import type { BaseRecord, BranchRecord, RunRecord } from './run-record.ts';

type Files = Record<string, ArtifactReference>;

export interface ReusableClass {
  class: string;
  /** Share of its training records that differ from those its model was trained on. */
  share: number;
  /** Its model, if kept, with its base T5 and training pages. */
  kept?: {
    model: Files;
    base: Files;
    learntFrom: ArtifactReference[];
    losses?: ArtifactReference | undefined;
    made?: Timing | undefined;
  };
  /** Its previous model, if retraining starts from it. */
  trainFrom?: { model: Files; learntFrom: ArtifactReference[] } | undefined;
  /** Records generated with the kept model, and the number of the next prompt. */
  records?: { kept: ArtifactReference; nextPrompt: number; made?: Timing | undefined } | undefined;
}

export interface Reuse {
  previous: string;
  /** The T5 trained on the corpus, if kept. */
  base?: BaseRecord | undefined;
  classes: ReusableClass[];
}

/** Compares the pages that models were trained on with those of this run. */
export interface Differences {
  /** Of the T5 trained on the corpus, if any. */
  base?: TextDifference;
  classes: Record<string, TextDifference>;
}

export interface TextDifference {
  share: number;
  /** Pages that the model was trained on and that this run holds out for testing. */
  heldOut: number;
}

/**
 * Decides what to reuse. A model is kept if its training records differ by at most `refresh.retrainAbove` and it would be
 * trained in the same way; its generated records are kept if they would be generated in the same way. A model that was
 * trained on a page of this run's hold-out is never used.
 */
export function decideReuse(previous: RunRecord, settings: RunSettings, differences: Differences): Reuse {
  const { retrainAbove, trainFrom } = settings.refresh;
  const sameBase = same([previous.settings.model, previous.settings.adapt], [settings.model, settings.adapt]);
  const classes = previous.branches.flatMap((branch): ReusableClass[] => {
    const difference = differences.classes[branch.class];
    if (!difference) return [];
    const { share, heldOut } = difference;
    const { class: name, model, base, learntFrom, losses, kept, nextPrompt, made } = branch;
    if (heldOut > 0 || !sameBase) return [{ class: name, share }];
    if (share > retrainAbove || !same(withoutPace(branch.fineTune), withoutPace(settings.fineTune)))
      return [
        { class: name, share, trainFrom: trainFrom === 'previous' ? { model, learntFrom } : undefined },
      ];
    const isWrittenAlike = same(howWritten(branch.generate), howWritten(settings.generate));
    return [
      {
        class: name,
        share,
        kept: { model, base, learntFrom, losses, made: made?.fineTune },
        records: isWrittenAlike ? { kept, nextPrompt, made: made?.generate } : undefined,
      },
    ];
  });
  const { base: ofBase } = differences;
  const isBaseKept = sameBase && ofBase && ofBase.share <= retrainAbove && ofBase.heldOut === 0;
  return { previous: previous.runId, base: isBaseKept ? previous.base : undefined, classes };
}

/** The stored files of a record, or undefined if any is missing. */
export async function locate(store: ArtifactStore, files: Files): Promise<Files | undefined> {
  const found: Files = {};
  for (const [name, reference] of Object.entries(files)) {
    const place = placeOf(reference);
    const manifest = place && (await store.find(place.stage, place.key));
    const located = place ? manifest && store.references(manifest)[place.file] : reference;
    if (!located) return undefined;
    found[name] = located;
  }
  return found;
}

/** The artifact and file of a reference; undefined for files that do not belong to a stage. */
export function placeOf({ uri }: ArtifactReference) {
  // In a bucket, the key contains the file's digest.
  const match = /\/([^/]+)\/([0-9a-f]{32})\/(?:[0-9a-f]{64}\/)?(.+)$/.exec(uri);
  return match ? { stage: match[1]!, key: match[2]!, file: decodeURIComponent(match[3]!) } : undefined;
}

/** Training settings without the checkpoint interval. */
const withoutPace = ({ checkpointSeconds: _, ...rest }: BranchRecord['fineTune']) => rest;

/** Generation settings that determine a record's text. */
const howWritten = ({ target: _t, shardSize: _s, maxRounds: _r, ...rest }: GenerateSettings) => rest;

const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
