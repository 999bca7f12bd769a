import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { loadModel, saveModel } from '../../../lib/t5/checkpoint.ts';
import { idsOf, readDecodings, withGenerator } from '../decoding/fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { pythonMissing, runPython } from './python.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures');

/** Prints the ids of one prompt and what the tokenizer makes of a text. */
const PROGRAM = `
import sys, json, torch, transformers
folder = sys.argv[1]
kind = json.load(open(folder + "/config.json"))["model_type"]
model = (transformers.MT5ForConditionalGeneration if kind == "mt5" else transformers.T5ForConditionalGeneration).from_pretrained(folder)
assert model.dtype == torch.float32, model.dtype
prompt = torch.tensor([json.loads(sys.argv[2])])
found = model.generate(input_ids=prompt, num_beams=4, max_length=14, use_cache=False)[0].tolist()[1:]
ids = found[:found.index(1) + 1] if 1 in found else found
print(json.dumps([ids, transformers.AutoTokenizer.from_pretrained(folder)("our bakery")["input_ids"]]))
`;

describe('a saved model', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  for (const name of ['relu', 'gated', 'mt5'] as const) {
    it(`${name}: decodes as before`, async () => {
      const model = await loadModel(path.join(FIXTURES, 't5', name));
      await saveModel(model, folder);
      model.dispose();
      const { prompts, decodings } = await readDecodings(name);
      const { settings, ids } = decodings[1]!;
      await withGenerator(folder, async (generator) => {
        assert.deepEqual(idsOf(await generator.generate({ inputs: prompts, settings })), ids);
      });
    });

    it(`${name}: loads unchanged in transformers`, async function () {
      const missing = pythonMissing();
      if (missing) {
        this.test!.title += ` (left out: ${missing})`;
        this.skip();
      }
      const model = await loadModel(path.join(FIXTURES, 't5', name));
      await saveModel(model, folder);
      model.dispose();
      for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
        await copyFile(path.join(FIXTURES, 'tokenizer/small', file), path.join(folder, file));
      const { prompts, decodings } = await readDecodings(name);
      const [ids, tokens] = JSON.parse(await runPython(PROGRAM, folder, JSON.stringify(prompts[0])));
      assert.deepEqual(ids, decodings[1]!.ids[0]);
      assert.equal(tokens.at(-1), 1);
    });
  }
});
