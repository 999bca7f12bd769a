"""Converts a checkpoint for CTranslate2, with tokens named t3, t4, … in place of a tokenizer, which random weights have not.

    python t5_to_ctranslate2.py <checkpoint> <out>
"""

import json
import pathlib
import sys
import tempfile

import ctranslate2


def main():
    checkpoint, out = map(pathlib.Path, sys.argv[1:])
    size = json.loads((checkpoint / "config.json").read_text())["vocab_size"]
    names = ["<pad>", "</s>", "<unk>"] + [f"t{id}" for id in range(3, size)]
    special = [dict(id=id, content=names[id], single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
               for id in range(3)]
    tokenizer = dict(version="1.0", added_tokens=special, normalizer=None, pre_tokenizer=dict(type="WhitespaceSplit"),
                     post_processor=None, decoder=None,
                     model=dict(type="WordLevel", vocab={name: id for id, name in enumerate(names)}, unk_token="<unk>"))
    config = dict(tokenizer_class="PreTrainedTokenizerFast", pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    with tempfile.TemporaryDirectory() as folder:
        for file in checkpoint.iterdir():
            (pathlib.Path(folder) / file.name).symlink_to(file)
        (pathlib.Path(folder) / "tokenizer.json").write_text(json.dumps(tokenizer))
        (pathlib.Path(folder) / "tokenizer_config.json").write_text(json.dumps(config))
        ctranslate2.converters.TransformersConverter(folder).convert(str(out), force=True)


main()
