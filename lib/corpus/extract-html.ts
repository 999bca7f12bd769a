import { Parser } from 'htmlparser2';

/** Elements without text for readers, and those that stand on every page of a site. */
const LEFT_OUT = new Set(
  'script style noscript template svg math canvas iframe object select nav footer head'.split(' '),
);
const LEFT_OUT_ROLES = new Set(['navigation', 'contentinfo', 'search', 'menu', 'menubar']);
/** Elements that end a sentence, whether or not a dot stands there. */
const BLOCKS = new Set(
  'address article aside blockquote body dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td th tr ul'.split(
    ' ',
  ),
);

/**
 * The text of raw HTML: scripts, styles, navigation and footers are left out, each block is a sentence of its own and
 * character references are decoded. Text without a tag comes back as it is; so does a page of which nothing is left,
 * because it stands in an element that is never closed.
 */
export function extractHtml(page: string): string {
  if (!/<[a-z!/]/i.test(page)) return page;
  const sentences: string[] = [];
  let sentence = '';
  // Open elements within one that is left out, itself included.
  let leftOut = 0;
  const endSentence = () => {
    const text = sentence.replace(/\s+/g, ' ').trim();
    if (text !== '') sentences.push(/[.!?:;,]$/.test(text) ? text : `${text}.`);
    sentence = '';
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (leftOut > 0 || LEFT_OUT.has(name) || LEFT_OUT_ROLES.has(attributes.role ?? '')) leftOut++;
        else if (BLOCKS.has(name)) endSentence();
        else if (name === 'br') sentence += ' ';
      },
      ontext(text) {
        if (leftOut === 0) sentence += text;
      },
      onclosetag(name) {
        if (leftOut > 0) leftOut--;
        else if (BLOCKS.has(name)) endSentence();
      },
    },
    { decodeEntities: true },
  );
  parser.end(page);
  endSentence();
  return sentences.length > 0 ? sentences.join(' ') : page;
}
