/** Which angle brackets are markup: `<b>` is, `5 <6>`, `<ann@example.org>` and `<b and c>` are text. */

/** The words of a line. */
export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const ELEMENTS = wordSet(
  'a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noframes noscript object ol optgroup option output p param path picture pre progress q rp rt ruby s samp script search section select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul use var video wbr',
);
/** Attributes that stand without a value. */
const FLAGS = wordSet(
  'allowfullscreen async autofocus autoplay checked compact controls defer disabled hidden inert ismap itemscope loop multiple muted nomodule noshade novalidate nowrap open readonly required reversed selected',
);
/** An angle bracket, with all of what may be a tag. */
const BRACKET =
  /<(?:\/?([a-zA-Z][\w-]*(?::[a-zA-Z][\w-]*)?)((?:[\s/][^<>]*)?)>|(?:!(?:doctype|\[|--)[^<>]*|\?[a-z][^<>]*)>)?/gi;

/** Replaces each tag by what is given; other angle brackets stay. Works through the text once. */
export const replaceTags = (text: string, replacement: string): string =>
  text.replace(BRACKET, (match, name, rest) => (isTag(match, name, rest) ? replacement : match));

/** Writes the angle brackets that begin no tag as `&lt;`, for parsers, which take them for tags. */
export const escapeOtherBrackets = (text: string): string =>
  text.replace(BRACKET, (match, name, rest) =>
    isTag(match, name, rest) ? match : match.replace('<', '&lt;'),
  );

/** Whether a name and what stands after it are those of an element: its own name, or one of another vocabulary (`o:p`). */
function isTag(match: string, name = '', rest = ''): boolean {
  if (name === '') return match !== '<';
  if (!ELEMENTS.has(name.toLowerCase()) && !/[:-]/.test(name)) return false;
  if (rest.includes('=')) return true;
  return rest.split(/[\s/]+/).every((word) => word === '' || FLAGS.has(word.toLowerCase()));
}
