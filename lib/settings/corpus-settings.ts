/** Settings of what becomes of the source: columns, dialect, cleaning, duplicates, classes, split. */
import { z } from 'zod';
import { choice, count, flag, name, nullable, number } from './fields.ts';

/** The column of ids that need not be there. */
export const DEFAULT_ID_COLUMN = 'id';

export const columns = z.strictObject({
  id: name()
    .default(DEFAULT_ID_COLUMN)
    .describe(
      'Column that identifies a record; for a repeated id the last record wins. Where no column is called id, ids are made from the text.',
    ),
  text: name().default('text').describe('Column that holds the text.'),
  label: name().default('industry').describe('Column that holds the class.'),
});

/** One character, or null for what each file shows. */
const sniffed = (help: string) =>
  nullable(z.string().regex(/^[\t\x20-\x7e]$/, 'one ASCII character')).describe(
    `${help}; null finds it out from each file.`,
  );

export const csv = z.strictObject({
  delimiter: sniffed('Character between two fields'),
  quote: nullable(z.string().regex(/^[\x21-\x7e]?$/, 'one ASCII character, or nothing')).describe(
    'Character around a field that holds delimiters or line ends; nothing where quotes have no meaning, null finds it out from each file.',
  ),
  escape: sniffed('Character before a quote within a quoted field: the quote itself, or a backslash'),
  encoding: nullable(z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])).describe(
    'Encoding of CSV and JSONL files; windows-1252 holds latin1. Null finds it out from the whole of each file.',
  ),
});

export const duplicates = z.strictObject({
  drop: choice(['near', 'exact', 'none'], 'near').describe(
    'Which repetitions of a page to drop, before the split: near ones too, exact ones alone, or none. Those that are kept stand on one side of the hold-out.',
  ),
  similarity: number(0.8, z.gte(0.5), z.lte(1)).describe(
    'Share of common word sequences (Jaccard) from which two pages are near duplicates.',
  ),
});

export const cleaning = z.strictObject({
  extractHtml: flag(false).describe(
    'Take the text out of raw HTML with a parser before all else: script, style, nav, footer and the like go.',
  ),
  removeTags: flag(true).describe('Remove leftover HTML tags, before their brackets are destroyed.'),
  normalise: flag(false).describe(
    'Make words whole before characters are filtered: soft hyphens and other invisible characters go, ligatures become letters, accents go with their letters staying. The published method turns all of them into spaces.',
  ),
  splitGluedWords: flag(true).describe('Put a space into glued words: RetailBusiness, USAToday.'),
  keepCharacters: flag(true).describe(
    "Turn every character outside letters, digits, space and ( ) - . : ' , ? & into a space.",
  ),
  collapseSpaces: flag(true).describe('Turn runs of spaces into one space.'),
  collapseDots: flag(true).describe('Turn runs of dots into one dot.'),
  removeStrayW: flag(true).describe('Remove the stray token " w ".'),
  trimSentences: flag(true).describe('Drop the first sentence and the last two: menus and copyright lines.'),
  lemmatise: flag(false).describe('Reduce English words to their lemmas.'),
  removeWords: z.array(name()).max(10_000).default([]).describe('Words to remove, compared without case.'),
});

export const classes = z
  .strictObject({
    frequent: count(5, 1000, 0).describe('How many of the most frequent classes to keep.'),
    rare: z
      .union([z.int().min(1).max(500), z.array(name()).min(1).max(500)])
      .default(5)
      .describe('How many of the least frequent classes to balance, or their names.'),
    minRecords: count(1000, 1_000_000_000).describe(
      'Only classes with more records than this are considered.',
    ),
    rareBelow: nullable(z.number().gt(0).max(1)).describe(
      "A class with a smaller share of the largest one's records is rare, every other frequent, in place of the counts; null counts.",
    ),
    include: z
      .array(name())
      .min(1)
      .max(1500)
      .optional()
      .describe('Names of all classes to keep, in place of the counts.'),
  })
  .refine((value) => (value.include === undefined) === (typeof value.rare === 'number'), {
    message: 'include and a list of rare class names go together',
  });

export const split = z.strictObject({
  test: number(0.15, z.gt(0), z.lt(1)).describe('Share of the records held out for the test.'),
  seed: z.int().min(0).default(42).describe('Seed of the assignment by hash of the id.'),
});
