/**
 * The demo corpus: scraped-looking home pages of invented companies in ten industries, as imbalanced as those of the
 * published method, with the same columns and noise.
 */
import { sum, sumBy } from '../../lib/arithmetic/sums.ts';
import { csvLine } from '../../lib/corpus/formats.ts';
import { writeLines } from '../../lib/corpus/line-file.ts';
import { createRandom, type Random } from '../../lib/random/random.ts';
import { STUBS } from './english.ts';
import { INDUSTRIES, type Industry } from './industries.ts';
import { OTHER_LANGUAGES } from './other-languages.ts';
import { type Company, inventCompany, writeEnglishPage, writeForeignPage } from './page-text.ts';
import { scrape } from './scrape.ts';

/** The demo's seed and rows. With fewer rows the frequent industries shrink, each rare one keeps `FEWEST_PAGES`. */
export const DEMO_CORPUS = { seed: 42, pages: 6000 };

/** Enough to split and train on, however small the corpus. */
const FEWEST_PAGES = 36;

const HEADER = ['id', 'text', 'country', 'region', 'locality', 'founded', 'industry', 'size'] as const;
const SIZES = ['1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000'];

const ROW_DIRT = {
  foreign: 0.05,
  stub: 0.004,
  emptyText: 0.006,
  emptyLabel: 0.005,
  brokenFields: 0.006,
  duplicate: 0.012,
  refreshed: 0.005,
  nulBytes: 0.004,
  otherSpelling: 0.01,
};

type Row = Record<(typeof HEADER)[number], string>;

/** Writes the corpus as a CSV; the same options give the same bytes. */
export async function writeDemoCorpus(
  path: string,
  options: Partial<typeof DEMO_CORPUS> = {},
): Promise<void> {
  await writeLines(path, demoLines({ ...DEMO_CORPUS, ...options }));
}

function* demoLines({ seed, pages }: typeof DEMO_CORPUS): Generator<string> {
  const random = createRandom(seed, 'demo corpus');
  const clean: Row[] = [];
  yield csvLine(HEADER);
  for (const [at, industry] of industriesOfRows(pages, random).entries()) {
    const row = rowOf(`hp-${String(at + 1).padStart(6, '0')}`, industry, clean, random);
    yield spoilLine(row, random);
  }
}

/** The industry of each row, by share, in random order. */
function industriesOfRows(pages: number, random: Random): Industry[] {
  const total = sumBy(INDUSTRIES, ({ pages }) => pages);
  const counts = INDUSTRIES.map((industry) =>
    Math.max(FEWEST_PAGES, Math.round((industry.pages * pages) / total)),
  );
  counts[0] = Math.max(0, counts[0]! + pages - sum(counts));
  return random.shuffle(INDUSTRIES.flatMap((industry, at) => Array<Industry>(counts[at]!).fill(industry)));
}

/** A new page, or one like an earlier row of the same industry: the same text elsewhere, or a newer text of the same id. */
function rowOf(id: string, industry: Industry, clean: Row[], random: Random): Row {
  const earlier = clean.length > 0 ? random.pick(clean) : undefined;
  const draw = random.next();
  const company = inventCompany(random);
  const row: Row = {
    id,
    text: writeText(industry, company, random),
    country: company.country,
    region: company.region,
    locality: company.locality,
    founded: String(company.founded),
    industry: industry.name,
    size: random.pick(SIZES),
  };
  if (earlier?.industry === industry.name) {
    if (draw < ROW_DIRT.duplicate) row.text = earlier.text;
    else if (draw < ROW_DIRT.duplicate + ROW_DIRT.refreshed) row.id = earlier.id;
  }
  clean.push(row);
  return row;
}

function writeText(industry: Industry, company: Company, random: Random): string {
  const draw = random.next();
  if (draw < ROW_DIRT.stub) return random.pick(STUBS);
  if (draw < ROW_DIRT.stub + ROW_DIRT.foreign) {
    const language = OTHER_LANGUAGES[random.pick(Object.keys(OTHER_LANGUAGES))]!;
    return scrape(writeForeignPage(language, company, random), random);
  }
  return scrape(writeEnglishPage(industry, company, random), random);
}

/** The row as a CSV line, with typical scraping errors. */
function spoilLine(row: Row, random: Random): string {
  const spoilt = { ...row };
  let draw = random.next();
  const happens = (share: number) => {
    const hit = draw >= 0 && draw < share;
    draw -= share;
    return hit;
  };
  if (happens(ROW_DIRT.emptyText)) spoilt.text = '';
  if (happens(ROW_DIRT.emptyLabel)) spoilt.industry = '  ';
  if (happens(ROW_DIRT.nulBytes)) spoilt.text = spoilt.text.replace(/ /, ' \0\0');
  if (happens(ROW_DIRT.otherSpelling)) spoilt.industry = otherSpelling(spoilt.industry);
  const fields = Object.values(spoilt);
  if (!happens(ROW_DIRT.brokenFields)) return csvLine(fields);
  return csvLine(
    random.next() < 0.5 ? fields.slice(0, 2 + random.int(4)) : [...fields, ...fields.slice(2, 5)],
  );
}

const otherSpelling = (label: string) =>
  label.includes(' ') ? ` ${label.replace(' ', '  ')}` : label.charAt(0).toUpperCase() + label.slice(1);
