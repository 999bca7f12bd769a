import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { loadModel, saveModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { idsOf, readDecodings, withGenerator } from '../decoding/fixtures.ts';
import { pythonMissing, runPython } from '../python.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures');

/** Prints the ids of one prompt for each folder, and what its tokenizer makes of a text. */
const PROGRAM = `
import sys, json, torch, transformers
found = []
for folder in sys.argv[2:]:
    kind = json.load(open(folder + "/config.json"))["model_type"]
    model = (transformers.MT5ForConditionalGeneration if kind == "mt5" else transformers.T5ForConditionalGeneration).from_pretrained(folder)
    assert model.dtype == torch.float32, model.dtype
    prompt = json.loads(sys.argv[1])[len(found)]
    ids = model.generate(input_ids=torch.tensor([prompt]), num_beams=4, max_length=14, use_cache=False)[0].tolist()[1:]
    ids = ids[:ids.index(1) + 1] if 1 in ids else ids
    found.append([ids, transformers.AutoTokenizer.from_pretrained(folder)("our bakery")["input_ids"]])
print(json.dumps(found))
`;
const NAMES = ['relu', 'gated', 'mt5'] as const;

describe('a saved model', () => {
  const root = temporaryFolder();
  const folderOf = (name: string) => path.join(root, name);
  before(async () => {
    for (const name of NAMES) {
      const model = await loadModel(path.join(FIXTURES, 't5', name));
      await saveModel(model, folderOf(name));
      model.dispose();
      for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
        await copyFile(path.join(FIXTURES, 'tokenizer/small', file), path.join(folderOf(name), file));
    }
  });

  for (const name of NAMES)
    it(`decodes as before: ${name}`, async () => {
      const { prompts, decodings } = await readDecodings(name);
      const { settings, ids } = decodings[1]!;
      await withGenerator(folderOf(name), async (generator) => {
        assert.deepEqual(idsOf(await generator.generate({ inputs: prompts, settings })), ids);
      });
    });

  it('loads unchanged in transformers', async function () {
    this.timeout(240_000);
    const missing = pythonMissing();
    if (missing) {
      this.test!.title += ` (left out: ${missing})`;
      this.skip();
    }
    const decoded = await Promise.all(NAMES.map(readDecodings));
    const prompts = JSON.stringify(decoded.map(({ prompts }) => prompts[0]));
    const found = JSON.parse(await runPython(PROGRAM, prompts, ...NAMES.map(folderOf))) as number[][][];
    for (const [index, [ids, tokens]] of found.entries()) {
      assert.deepEqual(ids, decoded[index]!.decodings[1]!.ids[0]);
      assert.equal(tokens!.at(-1), 1);
    }
  });
});
