"""The reference of t5-generation.ts: loads a checkpoint, decodes the prompts and prints what that cost.

    python t5_generation.py <job.json>      prints one line of JSON

The job: {checkpoint, engine: "transformers" | "ctranslate2", precision: "float32" | "bfloat16" | "int8", batches: [[[id]]],
threadForBatch, numBeams, noRepeatNgramSize, minLength, maxLength, threads, repeats}
"""

import json
import resource
import sys
import time


def transformers_engine(job):
    import torch
    import transformers

    torch.set_num_threads(job["threads"])
    begun = time.perf_counter()
    model = transformers.T5ForConditionalGeneration.from_pretrained(job["checkpoint"], dtype=getattr(torch, job["precision"]))
    loaded = time.perf_counter() - begun
    model.eval()

    def decode_batch(prompts, longest):
        width = max(map(len, prompts))
        inputs = torch.tensor([row + [0] * (width - len(row)) for row in prompts])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in prompts])
        found = model.generate(
            input_ids=inputs, attention_mask=mask, do_sample=False, num_beams=job["numBeams"],
            no_repeat_ngram_size=job["noRepeatNgramSize"], min_length=min(job["minLength"], longest), max_length=longest,
        ).tolist()
        return [row[1:row.index(1) + 1] if 1 in row else row[1:] for row in found]
    return loaded, lambda longest: [row for prompts in job["batches"] for row in decode_batch(prompts, longest)]


def ctranslate2_engine(job):
    import ctranslate2

    count = job["threads"]
    threads = dict(inter_threads=count, intra_threads=1) if job.get("threadForBatch") else dict(intra_threads=count)
    begun = time.perf_counter()
    model = ctranslate2.Translator(job["checkpoint"], compute_type=job["precision"], **threads)
    loaded = time.perf_counter() - begun
    prompts = [[f"t{id}" if id > 2 else ["<pad>", "</s>", "<unk>"][id] for id in row] for batch in job["batches"] for row in batch]

    def decode(longest):
        found = model.translate_batch(
            prompts, beam_size=job["numBeams"], no_repeat_ngram_size=job["noRepeatNgramSize"],
            min_decoding_length=min(job["minLength"], longest) - 1, max_decoding_length=longest - 1, max_batch_size=len(job["batches"][0]),
        )
        return [[int(token[1:]) if token[0] == "t" else 2 for token in result.hypotheses[0]] for result in found]
    return loaded, decode


def main():
    with open(sys.argv[1]) as file:
        job = json.load(file)
    loaded, decode = {"transformers": transformers_engine, "ctranslate2": ctranslate2_engine}[job["engine"]](job)
    decode(4)
    seconds, cpu_seconds = [], []
    for _ in range(job["repeats"]):
        begun, cpu_begun = time.perf_counter(), time.process_time()
        ids = decode(job["maxLength"])
        seconds.append((time.perf_counter() - begun) / len(job["batches"]))
        cpu_seconds.append((time.process_time() - cpu_begun) / len(job["batches"]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(dict(loadSeconds=loaded, seconds=seconds, cpuSeconds=cpu_seconds, ids=ids, peakBytes=peak)))


main()
