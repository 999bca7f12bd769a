import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { readPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { Auditor, type ClassAudit, OVERLAP_WORDS } from '../evaluation/audit.ts';
import type { Stage } from './stage.ts';

export interface AuditParameters {
  test: ArtifactReference;
  /** What each branch generated, beyond the filter, and the training pages of its class. */
  branches: { class: string; kept: ArtifactReference; texts: ArtifactReference }[];
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
  version: 1,
  async run({ test, branches }, { out, open, signal, progress }) {
    const auditor = new Auditor();
    for await (const page of readPages(await open(test))) {
      signal.throwIfAborted();
      auditor.addTest(page);
    }
    const classes: ClassAudit[] = [];
    for (const { class: name, kept, texts } of branches) {
      progress({ phase: `audit ${name}`, done: classes.length, total: branches.length, unit: 'classes' });
      await setImmediate();
      signal.throwIfAborted();
      const [generated, real] = [await readAll(await open(kept)), await readAll(await open(texts))];
      classes.push(auditor.audit({ class: name, generated, real }));
    }
    const found: Audit = { overlapWords: OVERLAP_WORDS, classes };
    await writeFile(join(out, 'audit.json'), JSON.stringify(found));
    const sum = (of: (each: ClassAudit) => number) => classes.reduce((total, each) => total + of(each), 0);
    return {
      summary: {
        generated: sum((each) => each.generated),
        repeatsTest: sum((each) => each.repeatsTest.generated),
        copies: sum((each) => each.copies.generated),
      },
    };
  },
};

async function readAll(path: string): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of readPages(path)) pages.push(page);
  return pages;
}
