import { LineFile } from './line-file.ts';

const BEFORE_ID = Buffer.from('{"id":');
const BEFORE_TEXT = Buffer.from(',"text":');

/** A file of pages in JSONL that is written from values that are JSON already, without a copy of the text. */
export class JsonPageFile {
  readonly #file: LineFile;
  readonly #ends = new Map<string, Buffer>();

  private constructor(file: LineFile) {
    this.#file = file;
  }

  static async create(path: string): Promise<JsonPageFile> {
    return new JsonPageFile(await LineFile.create(path));
  }

  /** @param id as a JSON string @param text as a JSON string */
  async write(id: Uint8Array, text: Uint8Array, label: string): Promise<void> {
    let end = this.#ends.get(label);
    if (!end) {
      end = Buffer.from(`,"label":${JSON.stringify(label)}}\n`);
      this.#ends.set(label, end);
    }
    await this.#file.writeBytes(BEFORE_ID, id, BEFORE_TEXT, text, end);
  }

  close = (): Promise<void> => this.#file.close();
  discard = (): Promise<void> => this.#file.discard();
}
