import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sumBy } from '../arithmetic/sums.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { readAllPages, readPages } from '../corpus/formats.ts';
import { auditClass, type ClassAudit } from '../evaluation/audit.ts';
import { countReads, HeldOutTexts, OVERLAP_WORDS, type RepeatingPage } from '../evaluation/test-overlap.ts';
import type { Stage } from './stage.ts';

export interface AuditParameters {
  test: ArtifactReference;
  /** What each branch generated, beyond the filter, the training pages of its class, and all that its model has read. */
  branches: {
    class: string;
    kept: ArtifactReference;
    texts: ArtifactReference;
    learntFrom: ArtifactReference[];
  }[];
}

export interface AuditSummary {
  /** Generated records; those that share a passage with the test; those that copy a training record. */
  generated: number;
  repeatsTest: number;
  copies: number;
}

/** What `audit.json` holds. */
export interface Audit {
  /** Words in a row that make an overlap. */
  overlapWords: number;
  classes: ClassAudit[];
}

/** Leakage, copies, diversity and likeness of the generated records, class by class. File: `audit.json` (an `Audit`). */
export const audit: Stage<AuditParameters, AuditSummary> = {
  name: 'audit',
  version: 2,
  async run({ test, branches }, { out, open, signal, progress }) {
    const heldOut = new HeldOutTexts();
    for await (const { text } of readPages(await open(test))) {
      signal.throwIfAborted();
      heldOut.add(text);
    }
    const repeating = new Map<string, RepeatingPage[]>();
    const repeatingIn = async (reference: ArtifactReference): Promise<RepeatingPage[]> => {
      const known = repeating.get(reference.digest);
      if (known) return known;
      const found: RepeatingPage[] = [];
      for await (const { id, text } of readPages(await open(reference))) {
        signal.throwIfAborted();
        const repeated = heldOut.repeatedBy(text);
        if (repeated.size > 0) found.push({ id, text, repeated });
      }
      repeating.set(reference.digest, found);
      return found;
    };
    const classes: ClassAudit[] = [];
    for (const { class: name, kept, texts, learntFrom } of branches) {
      progress({ phase: `audit ${name}`, done: classes.length, total: branches.length, unit: 'classes' });
      await setImmediate();
      signal.throwIfAborted();
      const [generated, real] = [await readAllPages(await open(kept)), await readAllPages(await open(texts))];
      const read: RepeatingPage[] = [];
      for (const reference of learntFrom) read.push(...(await repeatingIn(reference)));
      classes.push(auditClass({ class: name, generated, real }, heldOut, countReads(read)));
    }
    const found: Audit = { overlapWords: OVERLAP_WORDS, classes };
    await writeFile(join(out, 'audit.json'), JSON.stringify(found));
    const sum = (of: (each: ClassAudit) => number) => sumBy(classes, of);
    return {
      summary: {
        generated: sum((each) => each.generated),
        repeatsTest: sum((each) => each.repeatsTest.generated),
        copies: sum((each) => each.copies.generated),
      },
    };
  },
};
