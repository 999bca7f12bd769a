/**
 * The demo corpus: scraped-looking home pages of invented companies in ten industries, as skewed as those of the
 * published method, with its columns and all of its dirt.
 */
import { sum, sumBy } from '../../lib/arithmetic/sums.ts';
import { csvLine } from '../../lib/corpus/formats.ts';
import { writeLines } from '../../lib/corpus/line-file.ts';
import { createRandom, type Random } from '../../lib/random/random.ts';
import { INDUSTRIES, type Industry } from './industries.ts';
import { OTHER_LANGUAGES } from './other-languages.ts';
import { type Company, inventCompany, writeEnglishPage, writeForeignPage, writeStub } from './page-text.ts';
import { scrape } from './scrape.ts';

export interface DemoCorpusOptions {
  /** Default 42. */
  seed?: number;
  /** Rows, default 6,000. The frequent industries shrink with it, each rare one keeps at least `FEWEST_PAGES`. */
  pages?: number;
}

/** Enough for a class to be held out from and learnt from, however small the corpus. */
const FEWEST_PAGES = 36;

const HEADER = ['id', 'text', 'country', 'region', 'locality', 'founded', 'industry', 'size'];
const SIZES = ['1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000'];

/** Shares of the rows that are dirty as a whole. */
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

/** A row's fields by the header. */
type Fields = [
  id: string,
  text: string,
  country: string,
  region: string,
  locality: string,
  founded: string,
  industry: string,
  size: string,
];

const TEXT = 1;
const INDUSTRY = 6;

/**
 * Writes the corpus as a CSV `id,text,country,region,locality,founded,industry,size`; the same options give the same
 * bytes.
 */
export async function writeDemoCorpus(path: string, options: DemoCorpusOptions = {}): Promise<void> {
  await writeLines(path, demoLines(options));
}

function* demoLines({ seed = 42, pages = 6000 }: DemoCorpusOptions): Generator<string> {
  const random = createRandom(seed, 'demo corpus');
  const clean: Fields[] = [];
  yield csvLine(HEADER);
  for (const [at, industry] of industriesOfRows(pages, random).entries()) {
    const fields = rowOf(`hp-${String(at + 1).padStart(6, '0')}`, industry, clean, random);
    yield spoilLine(fields, random);
  }
}

/** The industry of each row: as many rows of each as its share says, in random order. */
function industriesOfRows(pages: number, random: Random): Industry[] {
  const total = sumBy(INDUSTRIES, ({ pages }) => pages);
  const counts = INDUSTRIES.map((industry) =>
    Math.max(FEWEST_PAGES, Math.round((industry.pages * pages) / total)),
  );
  counts[0]! += pages - sum(counts);
  return random.shuffle(
    INDUSTRIES.flatMap((industry, at) => Array<Industry>(Math.max(0, counts[at]!)).fill(industry)),
  );
}

/** A new page, or one like an earlier row of the same industry: the same text elsewhere, or a newer text of the same id. */
function rowOf(id: string, industry: Industry, clean: Fields[], random: Random): Fields {
  const earlier = clean.length > 0 ? random.pick(clean) : undefined;
  const draw = random.next();
  const company = inventCompany(random);
  const text = writeText(industry, company, random);
  const { country, region, locality, founded } = company;
  const size = random.pick(SIZES);
  const fields: Fields = [id, text, country, region, locality, String(founded), industry.name, size];
  if (earlier?.[INDUSTRY] === industry.name) {
    if (draw < ROW_DIRT.duplicate) fields[TEXT] = earlier[TEXT];
    else if (draw < ROW_DIRT.duplicate + ROW_DIRT.refreshed) fields[0] = earlier[0];
  }
  clean.push(fields);
  return fields;
}

function writeText(industry: Industry, company: Company, random: Random): string {
  const draw = random.next();
  if (draw < ROW_DIRT.stub) return writeStub(random);
  if (draw < ROW_DIRT.stub + ROW_DIRT.foreign) {
    const language = OTHER_LANGUAGES[random.pick(Object.keys(OTHER_LANGUAGES))]!;
    return scrape(writeForeignPage(language, company, random), random);
  }
  return scrape(writeEnglishPage(industry, company, random), random);
}

/** The row as a line of the CSV, with what goes wrong between a scraper and a file. */
function spoilLine(fields: Fields, random: Random): string {
  const spoilt = [...fields] as Fields;
  let draw = random.next();
  const happens = (share: number) => {
    const hit = draw >= 0 && draw < share;
    draw -= share;
    return hit;
  };
  if (happens(ROW_DIRT.emptyText)) spoilt[TEXT] = '';
  if (happens(ROW_DIRT.emptyLabel)) spoilt[INDUSTRY] = '  ';
  if (happens(ROW_DIRT.nulBytes)) spoilt[TEXT] = spoilt[TEXT].replace(/ /, ' \0\0');
  if (happens(ROW_DIRT.otherSpelling)) spoilt[INDUSTRY] = otherSpelling(spoilt[INDUSTRY]);
  const broken = happens(ROW_DIRT.brokenFields);
  if (!broken) return csvLine(spoilt);
  return csvLine(
    random.next() < 0.5 ? spoilt.slice(0, 2 + random.int(4)) : [...spoilt, ...spoilt.slice(2, 5)],
  );
}

function otherSpelling(label: string): string {
  return label.includes(' ')
    ? ` ${label.replace(' ', '  ')}`
    : label.charAt(0).toUpperCase() + label.slice(1);
}
