import { isAscii } from '../corpus/ascii.ts';

/** Words as the profiles and the filter compare them: lower case, accents composed, apostrophes inside kept. */
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
/** The same for ASCII, which needs no normalisation: three times as fast. */
const ASCII_WORD = /[a-z0-9]+(?:'[a-z0-9]+)*/g;

/** The words of a text in order, ignoring case, spaces and punctuation. */
export function comparableWords(text: string): string[] {
  if (isAscii(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** English stop words, and words common to all home pages. */
const LISTS = `
a about above after again against all almost already also although always am among an and another any anybody anyone
anything are aren't around as at away back be became because become been before behind being below between both but by
can can't cannot could couldn't did didn't do does doesn't doing don't done down during each either else enough even
ever every everyone everything few first for from further get gets getting give given go goes going got had hadn't has
hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his how how's however i i'd i'll
i'm i've if in instead into is isn't it it's its itself just keep know last least less let let's like made make makes
making many may maybe me might more most much must mustn't my myself near need needs neither never new no nobody none
nor not nothing now of off often on once one only onto or other others ought our ours ourselves out over own per perhaps
put quite rather really same say said see seem seems several shall shan't she she'd she'll she's should shouldn't since
so some someone something sometimes still such take taken than that that's the their theirs them themselves then there
there's therefore these they they'd they'll they're they've thing things this those though through thus to together too
toward towards two under until up upon us use used using very via was wasn't way we we'd we'll we're we've well went
were weren't what what's whatever when when's where where's whether which while who who's whole whom whose why why's will
with within without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves
click copyright cookie cookies email home homepage login menu page privacy read reserved rights site sitemap website www
`;

const STOP_WORDS: ReadonlySet<string> = new Set(LISTS.trim().split(/\s+/));

/** Whether a comparable word is a stop word. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word.includes('’') ? word.replaceAll('’', "'") : word);
}

/** Whether a comparable word can be distinctive for a class: not a stop word, not a number, at least three characters. */
export function isDistinctive(word: string): boolean {
  return word.length >= 3 && !/\p{N}/u.test(word) && !isStopWord(word);
}
