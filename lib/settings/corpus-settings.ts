/** Settings for reading and preparing the source: columns, dialect, cleaning, duplicates, classes, split. */
import { z } from 'zod';
import { choice, count, flag, name, nullable, number } from './fields.ts';

/** The default id column, which may be missing. */
export const DEFAULT_ID_COLUMN = 'id';

export const columns = z.strictObject({
  id: name()
    .default(DEFAULT_ID_COLUMN)
    .describe(
      'Column that identifies a record; for a repeated id the last record wins. Without a column called id, ids are derived from the text.',
    ),
  text: name().default('text').describe('Column that holds the text.'),
  label: name().default('industry').describe('Column that holds the class.'),
});

/** One character, or null to detect it in each file. */
const detected = (help: string) =>
  nullable(z.string().regex(/^[\t\x20-\x7e]$/, 'one ASCII character')).describe(
    `${help}; null detects it in each file.`,
  );

export const csv = z.strictObject({
  delimiter: detected('Field delimiter'),
  quote: nullable(z.string().regex(/^[\x21-\x7e]?$/, 'one ASCII character, or nothing')).describe(
    'Quote character around fields that contain delimiters or line breaks; empty if quotes have no meaning, null detects it in each file.',
  ),
  escape: detected('Escape character before a quote in a quoted field: the quote itself, or a backslash'),
  encoding: nullable(z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])).describe(
    'Encoding of CSV and JSONL files; windows-1252 includes latin1. Null detects it from the whole of each file.',
  ),
});

export const duplicates = z.strictObject({
  drop: choice(['near', 'exact', 'none'], 'near').describe(
    'Which duplicate pages to drop before the split: near and exact ones, only exact ones, or none. Duplicates that are kept stay on the same side of the split.',
  ),
  similarity: number(0.8, z.gte(0.5), z.lte(1)).describe(
    'Jaccard similarity of word sequences from which two pages are near-duplicates.',
  ),
});

export const cleaning = z.strictObject({
  extractHtml: flag(false).describe(
    'Extract the text from raw HTML with a parser first; drops script, style, nav, footer and the like.',
  ),
  removeTags: flag(true).describe('Remove leftover HTML tags, before their brackets are replaced.'),
  normalise: flag(false).describe(
    'Normalise text before characters are filtered: remove soft hyphens and other invisible characters, expand ligatures, strip accents. The published method turns all of them into spaces.',
  ),
  splitGluedWords: flag(true).describe('Split glued words: RetailBusiness, USAToday.'),
  keepCharacters: flag(true).describe(
    "Replace every character except letters, digits, space and ( ) - . : ' , ? & with a space.",
  ),
  collapseSpaces: flag(true).describe('Collapse runs of spaces into one.'),
  collapseDots: flag(true).describe('Collapse runs of dots into one.'),
  removeStrayW: flag(true).describe('Remove the stray token " w ".'),
  trimSentences: flag(true).describe('Drop the first sentence and the last two: menus and copyright lines.'),
  lemmatise: flag(false).describe('Reduce English words to their lemmas.'),
  removeWords: z.array(name()).max(10_000).default([]).describe('Words to remove, ignoring case.'),
});

export const classes = z
  .strictObject({
    frequent: count(5, 1000, 0).describe('Number of most frequent classes to keep.'),
    rare: z
      .union([z.int().min(1).max(500), z.array(name()).min(1).max(500)])
      .default(5)
      .describe('Number of least frequent classes to balance, or their names.'),
    minRecords: count(1000, 1_000_000_000).describe(
      'Only classes with more records than this are considered.',
    ),
    rareBelow: nullable(z.number().gt(0).max(1)).describe(
      "Instead of counts: a class is rare if it has less than this share of the largest class's records, else frequent; null uses the counts.",
    ),
    include: z
      .array(name())
      .min(1)
      .max(1500)
      .optional()
      .describe('Names of all classes to keep, instead of counts.'),
  })
  .refine((value) => (value.include === undefined) === (typeof value.rare === 'number'), {
    message: 'include and a list of rare class names must be given together',
  });

export const split = z.strictObject({
  test: number(0.15, z.gt(0), z.lt(1)).describe('Share of the records held out for testing.'),
  seed: z.int().min(0).default(42).describe('Seed of the split, which hashes the id.'),
});
