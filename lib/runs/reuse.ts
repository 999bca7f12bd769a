/** What a run reuses of the previous run of its dataset. */
import { canonicalJson } from '../artifacts/key.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Timing } from '../artifacts/timing.ts';
import type { GenerateSettings, RunSettings } from '../settings/settings.ts';
import type { BaseRecord, BranchRecord, RunRecord } from './run-record.ts';

type Files = Record<string, ArtifactReference>;

export interface ReusableClass {
  class: string;
  /** Share of its training records that differ from those that its model has learnt from. */
  share: number;
  /** Its model, where that is kept, with the T5 and the pages that it came from. */
  kept?: {
    model: Files;
    base: Files;
    learntFrom: ArtifactReference[];
    losses?: ArtifactReference | undefined;
    made?: Timing | undefined;
  };
  /** Its model, where it is trained again and starts from there. */
  trainFrom?: { model: Files; learntFrom: ArtifactReference[] } | undefined;
  /** Records generated with the kept model, and the number of the next prompt. */
  records?: { kept: ArtifactReference; nextPrompt: number; made?: Timing | undefined } | undefined;
}

export interface Reuse {
  previous: string;
  /** The T5 that was trained on the corpus, where it is kept. */
  base?: BaseRecord | undefined;
  classes: ReusableClass[];
}

/** What was compared: the pages that models have learnt from with those of this run. */
export interface Differences {
  /** Of the T5 that was trained on the corpus, if there is one. */
  base?: TextDifference;
  classes: Record<string, TextDifference>;
}

export interface TextDifference {
  share: number;
  /** Pages that the model has learnt from and that are held out for the test of this run. */
  heldOut: number;
}

/**
 * Decides what is kept. A model stays as long as its training records differ by no more than `refresh.retrainAbove`
 * and it would be trained in the same way; records stay with the model that wrote them, as long as they would be
 * generated in the same way. A model that knows a page of this run's hold-out has no part in the run.
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

/** Where the store holds what a record names, or undefined when something of it is gone. */
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

/** The artifact and the file in it that a reference points to; undefined for files that are no stage's. */
export function placeOf({ uri }: ArtifactReference) {
  // In a bucket, a file stands below its digest.
  const match = /\/([^/]+)\/([0-9a-f]{32})\/(?:[0-9a-f]{64}\/)?(.+)$/.exec(uri);
  return match ? { stage: match[1]!, key: match[2]!, file: decodeURIComponent(match[3]!) } : undefined;
}

/** Settings of a training without what only says how often it saves. */
const withoutPace = ({ checkpointSeconds: _, ...rest }: BranchRecord['fineTune']) => rest;

/** Settings of a generation that a record's text follows from. */
const howWritten = ({ target: _t, shardSize: _s, maxRounds: _r, ...rest }: GenerateSettings) => rest;

const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
