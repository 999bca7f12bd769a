import { Tokenizer } from 'htmlparser2';
import { escapeOtherBrackets, wordSet } from './tags.ts';

/** Elements without text for readers, and those that stand on every page of a site. */
const LEFT_OUT = wordSet(
  'script style noscript template svg math canvas iframe object select nav footer head',
);
const LEFT_OUT_ROLES = new Set(['navigation', 'contentinfo', 'search', 'menu', 'menubar']);
/** Elements that end a sentence, whether or not a dot stands there. */
const BLOCKS = wordSet(
  'address article aside blockquote body dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td th tr ul',
);
const VOID = wordSet('area base br col embed hr img input link meta param source track wbr');

/**
 * The text of raw HTML: scripts, styles, navigation and footers are left out, each block is a sentence of its own. Text
 * without a tag comes back as it is; so does a page of which nothing is left, since an element is never closed. Open
 * elements are counted by their names: a stack would grow long of unclosed ones.
 */
export function extractHtml(page: string): string {
  if (!/<[a-z!/]/i.test(page)) return page;
  const html = escapeOtherBrackets(page);
  const text = new ReadableText();
  const tag = { name: '', attribute: '', role: '' };
  const open = () => text.open(tag.name, LEFT_OUT.has(tag.name) || LEFT_OUT_ROLES.has(tag.role));
  const nothing = () => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (from, to) => text.add(html.slice(from, to)),
      ontextentity: (code) => text.add(String.fromCodePoint(code)),
      onopentagname(from, to) {
        tag.name = html.slice(from, to).toLowerCase();
        tag.role = '';
      },
      onattribname(from, to) {
        tag.attribute = html.slice(from, to).toLowerCase();
      },
      onattribdata(from, to) {
        if (tag.attribute === 'role') tag.role += html.slice(from, to);
      },
      onopentagend: open,
      onselfclosingtag: open,
      onclosetag: (from, to) => text.close(html.slice(from, to).toLowerCase()),
      onattribentity: nothing,
      onattribend: nothing,
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onprocessinginstruction: nothing,
      onend: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return text.end() || page;
}

class ReadableText {
  readonly #sentences: string[] = [];
  #sentence = '';
  /** How many elements of each name are open: outside of what is left out, and within it, itself included. */
  readonly #outside = new Map<string, number>();
  #within: { name: string; open: Map<string, number> } | undefined;

  add(text: string): void {
    if (!this.#within) this.#sentence += text;
  }

  open(name: string, isLeftOut: boolean): void {
    if (!this.#within && isLeftOut) this.#within = { name, open: new Map() };
    if (!VOID.has(name)) count(this.#within?.open ?? this.#outside, name, 1);
    if (this.#within) return;
    if (BLOCKS.has(name)) this.#endSentence();
    else if (name === 'br') this.#sentence += ' ';
  }

  close(name: string): void {
    const within = this.#within;
    if (within?.open.get(name)) {
      if (count(within.open, name, -1) === 1 && name === within.name) this.#within = undefined;
      return;
    }
    if (!this.#outside.get(name)) return;
    // What is open within an element ends with it, whether it is left out or not.
    this.#within = undefined;
    count(this.#outside, name, -1);
    if (BLOCKS.has(name)) this.#endSentence();
  }

  end(): string {
    this.#endSentence();
    return this.#sentences.join(' ');
  }

  #endSentence(): void {
    const text = this.#sentence.replace(/\s+/g, ' ').trim();
    if (text !== '') this.#sentences.push(/[.!?:;,]$/.test(text) ? text : `${text}.`);
    this.#sentence = '';
  }
}

/** Changes a count and returns its previous value. */
function count(counts: Map<string, number>, name: string, by: number): number {
  const before = counts.get(name) ?? 0;
  counts.set(name, before + by);
  return before;
}
