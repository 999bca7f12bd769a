/** What a scraper makes of a page: glued headings, leftover markup, characters of any kind. */
import type { Random } from '../../lib/random/random.ts';
import type { PageText } from './page-text.ts';
import { words } from './vocabulary.ts';

/** Shares of the pages that show each kind of dirt. */
const GLUED_MENU = 0.6;
const GLUED_HEADING = 0.35;
const TAGS = 0.35;
const ODD_CHARACTERS = 0.3;
const FINAL_DOT = 0.15;
const STRAY_W = 0.05;

const TAG_BEFORE = words(
  '<p>|<div class="content">|<li>|<br />|<span style="color:#333">|<h2 id="top">|&nbsp;',
);
const TAG_AFTER = words('</p>|</div>|</li>|<br>|</span>|</h2>|&nbsp;');
const SCRIPT = '<script>var ga = document.createElement("script");</script>';
const ODD = [' • ', ' » ', ' ™ ', ' ★ ', ' — ', ' … ', ' 🙂 ', '\u00a0', ' \u200b ', ' | '];

/** The page as one text: the menu as first sentence, then the page, then copyright and the like as the last two. */
export function scrape(page: PageText, random: Random): string {
  const happens = (share: number) => random.next() < share;
  const menu = page.menu.join(happens(GLUED_MENU) ? '' : ' ');
  const glue = happens(GLUED_HEADING);
  const tags = happens(TAGS);
  const odd = happens(ODD_CHARACTERS);
  const strayW = happens(STRAY_W);
  const sentences = page.sentences.map((sentence) => {
    let text = sentence;
    if (glue && happens(0.4)) text = glueHeading(text);
    if (odd && happens(0.4)) text = insertAtSpace(text, random.pick(ODD), random).replaceAll("'", '’');
    if (strayW && happens(0.3)) text = insertAtSpace(text, ' w ', random);
    if (tags && happens(0.5)) text = `${random.pick(TAG_BEFORE)}${text.replaceAll(' and ', ' &amp; ')}`;
    return tags && happens(0.3) ? `${text}${random.pick(TAG_AFTER)}` : text;
  });
  if (tags && happens(0.2)) sentences.push(SCRIPT);
  const dots = odd && happens(0.3) ? '... ' : '. ';
  return `${menu}. ${sentences.join(dots)}. ${page.footer}${happens(FINAL_DOT) ? '.' : ''}`;
}

/** `Our latest projects include ...` -> `OurLatest projects include ...` */
function glueHeading(sentence: string): string {
  return sentence.replace(/^(\w+) ([a-z])/, (_, first: string, next: string) => first + next.toUpperCase());
}

function insertAtSpace(text: string, what: string, random: Random): string {
  const words = text.split(' ');
  const at = 1 + random.int(Math.max(1, words.length - 1));
  return words.slice(0, at).join(' ') + what + words.slice(at).join(' ');
}
