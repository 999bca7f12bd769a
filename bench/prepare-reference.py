"""The prepare stage as one would write it in Python: pandas, re and langdetect, one process. bench/prepare.ts runs it.

    python prepare-reference.py source.csv out-folder
"""
import html
import re
import sys

import pandas as pd
from langdetect import DetectorFactory, LangDetectException, detect

DetectorFactory.seed = 42

CLASSES = [
    "retail",
    "capital markets",
    "luxury goods and jewelry",
    "alternative medicine",
    "glass/ceramics/concrete",
    "wireless",
]
MARKUP = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z!?][^<>]*>", re.S | re.I)
GLUED = re.compile(r"[a-z](?=[A-Z])|[A-Z](?=[A-Z][a-z])")
OTHER = re.compile(r"[^A-Za-z0-9 ()\-.:',?&]")
SPACES = re.compile(r" {2,}")
DOTS = re.compile(r"\.{2,}")
STRAY_W = re.compile(r" w(?= )")


def clean(text):
    text = html.unescape(MARKUP.sub(" ", text))
    text = GLUED.sub(lambda match: match.group() + " ", text)
    return STRAY_W.sub("", DOTS.sub(".", SPACES.sub(" ", OTHER.sub(" ", text)))).strip()


def is_english(text):
    try:
        return detect(text) == "en"
    except LangDetectException:
        return False


def trim(text):
    sentences = text.split(".")
    kept = sentences[1:-2]
    if not kept:
        kept = sentences
    elif len(kept) < 3:
        kept = sentences[1:-1]
    return ".".join(kept).strip()


source, out = sys.argv[1:]
pages = pd.read_csv(source, on_bad_lines="skip", dtype=str)[["id", "text", "industry"]].dropna()
pages["text"] = pages["text"].map(clean)
pages = pages[pages["text"].map(is_english)].copy()
pages["text"] = pages["text"].map(trim)
pages["industry"] = pages["industry"].str.strip().str.lower().str.replace(r"\s+", " ", regex=True)
pages = pages.drop_duplicates("id", keep="last").drop_duplicates("text")
pages = pages[pages["industry"].isin(CLASSES)]
test = pages.groupby("industry").sample(frac=0.15, random_state=42)
test.to_json(f"{out}/test.jsonl", orient="records", lines=True)
pages.drop(test.index).to_json(f"{out}/train.jsonl", orient="records", lines=True)
print(len(pages))
