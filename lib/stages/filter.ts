import { join } from 'node:path';
import { readJson } from '../artifacts/files.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { StrategyName } from '../balancing/strategies/shares.ts';
import { readAllPages, readJsonLines } from '../corpus/formats.ts';
import { writeFiles } from '../corpus/line-file.ts';
import { createFilter, type Generated, type RejectionReason } from '../filtering/generation-filter.ts';
import { LabelReader, type LabelReaderParts } from '../filtering/label-reader.ts';
import { parseGroup } from '../settings/parse.ts';
import type { FilterSettings } from '../settings/settings.ts';
import { classSlug } from './class-slug.ts';
import type { GeneratedRecord } from './generate.ts';
import type { Stage } from './stage.ts';

export interface FilterParameters {
  class: string;
  /** `kept.jsonl` of an earlier run, judged again before the shards. */
  earlier?: ArtifactReference | undefined;
  /** Records to keep at most; what comes after them is in neither file. */
  atMost?: number | undefined;
  /** Shards in the order of their prompts. */
  generated: ArtifactReference[];
  /** Training pages of the class, against which copies are found. */
  texts: ArtifactReference;
  /** `label-reader.json`, where the labels are to be read. */
  labelReader?: ArtifactReference | undefined;
  settings: FilterSettings;
}

export interface FilterSummary {
  kept: number;
  dropped: Partial<Record<RejectionReason, number>>;
  /** Answers judged and kept, by strategy; absent where there are the published prompts alone. */
  strategies?: Partial<Record<StrategyName, { judged: number; kept: number }>>;
}

/** Files: `kept.jsonl` (pages with their prompts) and `dropped.jsonl` (prompt, text and the reason). */
export const filter: Stage<FilterParameters, FilterSummary> = {
  name: 'filter',
  version: 1,
  async run({ class: label, earlier, atMost, generated, texts, labelReader, settings }, context) {
    const { out, open, signal } = context;
    const records = await readAllPages(await open(texts));
    const parts = labelReader && (await readJson<LabelReaderParts>(await open(labelReader)));
    const labels = parts && new LabelReader(parts);
    const verdictOn = createFilter({ records, label, labels }, parseGroup('filter', settings));
    const counts: FilterSummary = { kept: 0, dropped: {} };
    const candidates = async function* (): AsyncGenerator<Candidate> {
      if (earlier) yield* readJsonLines<Candidate>(await open(earlier));
      const slug = classSlug(label);
      for (const shard of generated)
        for await (const { index, score: _, ...record } of readJsonLines<GeneratedRecord>(await open(shard)))
          yield { id: `generated-${slug}-${index}`, ...record };
    };
    const paths = { kept: join(out, 'kept.jsonl'), dropped: join(out, 'dropped.jsonl') };
    await writeFiles(paths, async ({ kept, dropped }) => {
      for await (const { id, ...candidate } of candidates()) {
        signal.throwIfAborted();
        if (counts.kept === atMost) break;
        const reason = verdictOn(candidate);
        const { prompt, text, strategy, sources, fluency } = candidate;
        if (strategy) {
          counts.strategies ??= {};
          counts.strategies[strategy] ??= { judged: 0, kept: 0 };
          counts.strategies[strategy].judged++;
          if (reason === 'kept') counts.strategies[strategy].kept++;
        }
        if (reason === 'kept') {
          counts.kept++;
          await kept.write(JSON.stringify({ id, text, label, prompt, strategy, sources, fluency }));
        } else {
          counts.dropped[reason] = (counts.dropped[reason] ?? 0) + 1;
          await dropped.write(JSON.stringify({ reason, prompt, text }));
        }
      }
    });
    return { summary: counts, records: { 'kept.jsonl': counts.kept } };
  },
};

interface Candidate extends Generated {
  id: string;
  strategy?: StrategyName;
}
