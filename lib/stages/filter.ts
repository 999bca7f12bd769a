import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { createFilter, type DropReason } from '../balancing/filters.ts';
import { readPages } from '../corpus/formats.ts';
import { LineFile } from '../corpus/line-file.ts';
import { splitLines } from '../corpus/lines.ts';
import { parseGroup } from '../settings/parse.ts';
import type { FilterSettings } from '../settings/settings.ts';
import { classSlug } from './class-slug.ts';
import { readGenerated } from './generate.ts';
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
  settings: FilterSettings;
}

export interface FilterSummary {
  kept: number;
  dropped: Partial<Record<DropReason, number>>;
}

/** Files: `kept.jsonl` (pages with their prompts) and `dropped.jsonl` (prompt, text and the reason). */
export const filter: Stage<FilterParameters, FilterSummary> = {
  name: 'filter',
  version: 1,
  async run({ class: label, earlier, atMost, generated, texts, settings }, { out, open, signal }) {
    const trainingTexts: string[] = [];
    for await (const { text } of readPages(await open(texts))) trainingTexts.push(text);
    const judgement = createFilter(trainingTexts, parseGroup('filter', settings));
    const kept = await LineFile.create(join(out, 'kept.jsonl'));
    const dropped = await LineFile.create(join(out, 'dropped.jsonl'));
    const counts: FilterSummary = { kept: 0, dropped: {} };
    const judge = async ({ id, prompt, text }: Candidate) => {
      signal.throwIfAborted();
      if (counts.kept === atMost) return;
      const reason = judgement.judge({ prompt, text });
      if (reason === 'kept') {
        counts.kept++;
        await kept.write(JSON.stringify({ id, text, label, prompt }));
      } else {
        counts.dropped[reason] = (counts.dropped[reason] ?? 0) + 1;
        await dropped.write(JSON.stringify({ reason, prompt, text }));
      }
    };
    if (earlier)
      for await (const { text } of splitLines(createReadStream(await open(earlier))))
        await judge(JSON.parse(text) as Candidate);
    const slug = classSlug(label);
    for (const shard of generated)
      for await (const { index, prompt, text } of readGenerated(await open(shard)))
        await judge({ id: `generated-${slug}-${index}`, prompt, text });
    await kept.close();
    await dropped.close();
    return { summary: counts, records: { 'kept.jsonl': counts.kept } };
  },
};

interface Candidate {
  id: string;
  prompt: string;
  text: string;
}
