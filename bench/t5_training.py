"""The reference of t5-training.ts: transformers on PyTorch takes the given training steps and prints what they cost.

    python t5_training.py <job.json>      prints one line of JSON

The job: {checkpoint, batches: [[{input, target}]], padTo, precision: "float32" | "bfloat16", dropout, learningRate, threads}
"""

import contextlib
import json
import resource
import sys
import time

import torch
import transformers


def pad(rows, width, value):
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def widths(batch, pad_to):
    if pad_to:
        return pad_to, pad_to
    return max(len(example["input"]) for example in batch), max(len(example["target"]) for example in batch)


def main():
    with open(sys.argv[1]) as file:
        job = json.load(file)
    torch.set_num_threads(job["threads"])
    model = transformers.T5ForConditionalGeneration.from_pretrained(job["checkpoint"], dtype=torch.float32)
    model.config.dropout_rate = job["dropout"]
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = job["dropout"]
        elif hasattr(module, "dropout") and isinstance(module.dropout, float):
            module.dropout = job["dropout"]
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=job["learningRate"], weight_decay=0.0)
    reduced = job["precision"] == "bfloat16"
    seconds, cpu_seconds, losses = [], [], []
    for batch in job["batches"]:
        begun, cpu_begun = time.perf_counter(), time.process_time()
        source, target = widths(batch, job.get("padTo"))
        inputs = pad([example["input"] for example in batch], source, 0)
        mask = pad([[1] * len(example["input"]) for example in batch], source, 0)
        labels = pad([example["target"] for example in batch], target, -100)
        with torch.autocast("cpu", torch.bfloat16) if reduced else contextlib.nullcontext():
            loss = model(input_ids=inputs, attention_mask=mask, labels=labels, use_cache=False).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - begun)
        cpu_seconds.append(time.process_time() - cpu_begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(dict(seconds=seconds, cpuSeconds=cpu_seconds, losses=losses, peakBytes=peak)))


main()
