/**
 * How well is English told from other languages, and at which pace? For each set of labelled pages, cleaned as the
 * prepare stage cleans them, by length: recall (English pages that are kept) and precision (English among the kept).
 * A page whose language a detector cannot tell is kept by the prepare stage and counts so here.
 *
 *     npx tsx bench/language.ts
 *
 * Sets: pages of the demo generator; the Universal Declaration of Human Rights in 47 languages, cut into pieces; pages
 * full of figures, lists and names. `franc's first guess` is what the detectors are compared with.
 */
import { readFileSync } from 'node:fs';
import { franc } from 'franc-min';
import { INDUSTRIES } from '../client/demo-corpus/industries.ts';
import { OTHER_LANGUAGES } from '../client/demo-corpus/other-languages.ts';
import { inventCompany, writeEnglishPage, writeForeignPage } from '../client/demo-corpus/page-text.ts';
import { scrape } from '../client/demo-corpus/scrape.ts';
import { createCleaner } from '../lib/corpus/clean.ts';
import { createEldDetector, isOtherScript, type LanguageDetector } from '../lib/corpus/language/detector.ts';
import { detectByFranc } from '../lib/corpus/language/franc.ts';
import { createRandom } from '../lib/random/random.ts';
import { parseSettings } from '../lib/settings/parse.ts';

interface Labelled {
  language: string;
  text: string;
}

const BANDS: ReadonlyArray<[name: string, least: number, most: number]> = [
  ['60 to 200', 60, 200],
  ['200 and more', 200, Number.POSITIVE_INFINITY],
];
const clean = await createCleaner(parseSettings({ source: 'none' }).cleaning);
const random = createRandom(42, 'language benchmark');

const sets: Record<string, Labelled[]> = { demo: demoPages(3000), udhr: declarations(), weak: weakPages() };
sets.all = Object.values(sets).flat();
const detectors: Record<string, LanguageDetector> = {
  "franc's first guess": (text) => franc(text, { minLength: 60 }),
  'franc with words': detectByFranc,
  eld: await createEldDetector(),
};

for (const [set, pages] of Object.entries(sets))
  for (const [band, least, most] of BANDS) {
    const cleaned = pages
      .filter(({ text }) => !isOtherScript(text))
      .map(({ language, text }) => ({ language, text: clean(text) }))
      .filter(({ text }) => text.length >= least && text.length < most);
    if (cleaned.length === 0) continue;
    const english = cleaned.filter(({ language }) => language === 'eng').length;
    console.log(`\n${set}, ${band} characters: ${english} English pages, ${cleaned.length - english} others`);
    for (const [name, detector] of Object.entries(detectors)) console.log(measure(name, detector, cleaned));
  }

function measure(name: string, detector: LanguageDetector, pages: Labelled[]): string {
  const counts = { right: 0, missed: 0, wrong: 0, unknown: 0 };
  const before = process.cpuUsage();
  for (const { language, text } of pages) {
    const found = detector(text);
    const kept = found === 'eng' || found === 'und';
    if (found === 'und') counts.unknown++;
    if (language === 'eng') counts[kept ? 'right' : 'missed']++;
    else if (kept) counts.wrong++;
  }
  const { user } = process.cpuUsage(before);
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return [
    `  ${name.padEnd(20)}`,
    `recall ${percent(counts.right / (counts.right + counts.missed))}`,
    `precision ${percent(counts.right / (counts.right + counts.wrong))}`,
    `unknown ${counts.unknown}`,
    `${Math.round(user / pages.length)} us a page`,
  ].join('   ');
}

/** English pages, and as many in other languages; half of them are cut to a short one. */
function demoPages(count: number): Labelled[] {
  return Array.from({ length: count }, (_, at) => {
    const company = inventCompany(random);
    const language = random.pick(Object.keys(OTHER_LANGUAGES));
    const isEnglish = at % 2 === 0;
    const page = isEnglish
      ? writeEnglishPage(random.pick(INDUSTRIES), company, random)
      : writeForeignPage(OTHER_LANGUAGES[language]!, company, random);
    const text = scrape(page, random);
    return { language: isEnglish ? 'eng' : language, text: at % 4 < 2 ? text : piece(text, 120) };
  });
}

function declarations(): Labelled[] {
  const { texts } = read('language-udhr.json') as { texts: Record<string, string> };
  return Object.entries(texts).flatMap(([language, text]) =>
    [130, 450].flatMap((length) => {
      const pages: Labelled[] = [];
      for (let at = 0; at + length < text.length; at += length)
        pages.push({ language, text: text.slice(at, at + length) });
      return pages;
    }),
  );
}

function weakPages(): Labelled[] {
  const { texts } = read('language-weak.json') as { texts: Record<string, string[]> };
  return Object.entries(texts).flatMap(([language, pages]) => pages.map((text) => ({ language, text })));
}

function piece(text: string, length: number): string {
  const from = random.int(Math.max(1, text.length - length));
  return text.slice(from, from + length + random.int(80));
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}
