/** Writes the text of one home page, before a scraper has been at it. */
import { sumBy } from '../../lib/arithmetic/sums.ts';
import type { Random } from '../../lib/random/random.ts';
import {
  COMPANY_NAMES,
  FOOTERS,
  MENU_ITEMS,
  PLACES,
  SHARED_SENTENCES,
  SLOTS,
  TRADE_SENTENCES,
} from './english.ts';
import { INDUSTRIES, type Industry } from './industries.ts';
import type { OtherLanguage } from './other-languages.ts';
import type { Vocabulary } from './vocabulary.ts';

export type Company = ReturnType<typeof inventCompany>;

/** What a scraper sees of a page, in the order in which it stands there. */
export interface PageText {
  menu: string[];
  sentences: string[];
  footer: string;
}

export function inventCompany(random: Random) {
  const [locality, region, country] = random.pick(PLACES);
  const { first, second, form } = COMPANY_NAMES;
  const name = [random.pick(first), random.pick(second), random.pick(form)].join(' ').trim();
  return { name, locality, region, country, founded: 1930 + random.int(92) };
}

/**
 * An English page. How much of it is about the trade, how much of that is the industry's own and not its field's, and how far
 * a side line comes into it, differs from page to page: some are told by any word, some by few. A classifier is to find most
 * pages of the frequent industries, and few of the rare ones until it has more of them.
 */
export function writeEnglishPage(industry: Industry, company: Company, random: Random): PageText {
  const trade = 0.65 + 0.3 * random.next();
  const own = 0.15 + 0.55 * random.next();
  const sideLine = { industry: pickByPages(random), share: 0.5 * random.next() };
  const fill = slotFiller(company, random, () => {
    const chosen = random.next() < sideLine.share ? sideLine.industry : industry;
    return random.next() < own ? chosen.own : chosen.field;
  });
  const patterns = new Set<string>();
  for (let left = 6 + random.int(7); left > 0; left--)
    patterns.add(
      another(patterns, () => pickEarly(random.next() < trade ? TRADE_SENTENCES : SHARED_SENTENCES, random)),
    );
  const sentences = [...patterns].map(fill);
  const menu = random.shuffle([...MENU_ITEMS]).slice(0, 4 + random.int(6));
  return { menu, sentences, footer: fill(random.pick(FOOTERS)) };
}

/** A page in another language than English; only its footer says the same everywhere. */
export function writeForeignPage(language: OtherLanguage, company: Company, random: Random): PageText {
  const fill = (sentence: string) => replaceSlots(sentence, (slot) => random.pick(language.slots[slot]!));
  const sentences = random.shuffle([...language.sentences]).slice(0, 6 + random.int(3));
  return {
    menu: [company.name],
    sentences: sentences.map(fill),
    footer: `© ${company.name}. Facebook | Instagram`,
  };
}

/** @param trade draws whose words the next slot about a trade is filled with */
function slotFiller(company: Company, random: Random, trade: () => Vocabulary) {
  const values: Readonly<Record<string, () => string>> = {
    company: () => company.name,
    region: () => capitalised(company.region),
    place: () => capitalised(random.next() < 0.6 ? company.locality : random.pick(PLACES)[0]),
    year: () => String(company.founded),
    number: () => String(2 + random.int(40)),
    hour: () => String(6 + random.int(5)),
    phone: () => `(${200 + random.int(700)}) 555-0${100 + random.int(100)}`,
  };
  const valueFor = (slot: string): string =>
    values[slot]?.() ?? pickEarly(SLOTS[slot] ?? trade()[slot]!, random);
  return (sentence: string) => {
    const filled = replaceSlots(sentence, valueFor);
    return filled.charAt(0).toUpperCase() + filled.slice(1);
  };
}

function pickByPages(random: Random): Industry {
  let at = random.int(sumBy(INDUSTRIES, ({ pages }) => pages));
  for (const industry of INDUSTRIES) {
    if (at < industry.pages) return industry;
    at -= industry.pages;
  }
  return INDUSTRIES[0]!;
}

/** One element, the earlier the likelier: words of a language are not used equally often. */
function pickEarly<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(items.length * random.next() ** 1.5)]!;
}

/** Fills each slot, with another value where the sentence has that one already. */
function replaceSlots(sentence: string, valueFor: (slot: string) => string): string {
  const used = new Set<string>();
  return sentence.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = another(used, () => valueFor(slot));
    used.add(value);
    return value;
  });
}

/** Draws until something new comes, but not for ever. */
function another<T>(used: ReadonlySet<T>, draw: () => T): T {
  let value = draw();
  for (let attempts = 0; used.has(value) && attempts < 5; attempts++) value = draw();
  return value;
}

const capitalised = (name: string) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
