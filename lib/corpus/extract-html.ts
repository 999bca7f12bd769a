import { Tokenizer } from 'htmlparser2';
import { escapeOtherBrackets } from './tags.ts';

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
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/**
 * The text of raw HTML: scripts, styles, navigation and footers are left out, each block is a sentence of its own and
 * character references are decoded. Text without a tag comes back as it is; so does a page of which nothing is left,
 * because it stands in an element that is never closed.
 *
 * The work grows with the length of the page alone: open elements are counted by their names, not kept on a stack that
 * unclosed ones would make long.
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
  readonly #outside = new Counts();
  #within: { name: string; open: Counts } | undefined;

  add(text: string): void {
    if (!this.#within) this.#sentence += text;
  }

  open(name: string, isLeftOut: boolean): void {
    if (!this.#within && isLeftOut) this.#within = { name, open: new Counts() };
    if (!VOID.has(name)) (this.#within?.open ?? this.#outside).add(name, 1);
    if (this.#within) return;
    if (BLOCKS.has(name)) this.#endSentence();
    else if (name === 'br') this.#sentence += ' ';
  }

  close(name: string): void {
    const within = this.#within;
    if (within && within.open.of(name) > 0) {
      within.open.add(name, -1);
      if (name === within.name && within.open.of(name) === 0) this.#within = undefined;
      return;
    }
    if (this.#outside.of(name) === 0) return;
    // What is open within an element ends with it, whether it is left out or not.
    this.#within = undefined;
    this.#outside.add(name, -1);
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

class Counts {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string, by: number): void {
    this.#counts.set(name, this.of(name) + by);
  }
}
