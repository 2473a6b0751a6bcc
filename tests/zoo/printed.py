"""What the compiler makes of the zoo, as text: ``python -m zoo.printed --out before`` (in ``tests/``), then, after a
change that is to change nothing, ``python -m zoo.printed --out after --against before``.

A file holds the printed program of one family, target and layout, a digest of every weight in it, and what was done and
refused for each layer. Nothing in it depends on the clock: whatever the compiler would race wins.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import torch
from fuzz.check import everything_pays

import sparsec
from sparsec.compiler.ir.printer import print_program
from sparsec.compiler.ir.program import Program

from .coverage import KINDS, plant
from .families import FAMILIES

# A node where it is defined, or is named elsewhere (a weight, one that is gone); and everything that is not blank: an
# operation's name is no node's.
NODE, NUMBER = re.compile(r"^(\w+) =", re.MULTILINE), re.compile(r"_\d+$")
WORD = re.compile(r"aten\.[\w.]+|\w+|[^\w\s]")
WEIGHT = re.compile(r"^\S+ (\(.*\) [0-9a-f]{16})$")
TARGETS = ("cpu", "onnxruntime", "inductor")
LAYOUTS = ("optimised", "gather", "upscale", "constrained")


def cases(every: int) -> Iterator[tuple[str, str, str]]:
    """Families, targets, layouts: each family for one target, every so many in every way."""
    for number, name in enumerate(FAMILIES):
        if number % every == 0:
            yield from ((name, target, "optimised") for target in TARGETS)
            yield from ((name, "cpu", layout) for layout in LAYOUTS[1:])
        else:
            yield name, TARGETS[number % len(TARGETS)], "optimised"


def text_of(name: str, target: str, layout: str) -> str:
    """A family compiled, as text."""
    family = FAMILIES[name]
    model = family.build()
    plant(family, model, KINDS)
    args, kwargs = family.feed()
    shapes = family.dynamic_shapes()
    with everything_pays("blocks"):
        result = sparsec.compile(
            model, args, kwargs, dynamic_shapes=shapes, target=target, layout=layout, measure=False, strict=True
        )
    layers = [f"{row.node}: {row.outputs} {row.inputs} {row.done} {row.refused}" for row in result.report.layers]
    return "\n".join([print_program(result.program), *_weights(result.program), *layers]) + "\n"


def _weights(program: Program) -> Iterator[str]:
    for name, weight in sorted(program.weights().items()):
        rounded = (weight.detach().double() * 2**20).round() if weight.is_floating_point() else weight.detach()
        yield f"{name} {tuple(weight.shape)} {hashlib.sha256(rounded.numpy().tobytes()).hexdigest()[:16]}"


def alike(text: str, other: str) -> bool:
    """Whether two texts are the same but for the names of nodes, which PyTorch numbers as it likes."""
    text, other = map(_in_order, (text, other))
    names, others = (set(NODE.findall(x)) for x in (text, other))
    words, other_words = (WORD.findall(x) for x in (text, other))
    if len(words) != len(other_words):
        return False
    found: dict[str, str] = {}
    for one, two in zip(words, other_words, strict=True):
        numbered = one != two and NUMBER.sub("", one) == NUMBER.sub("", two)
        if numbered or (one in names and two in others):
            if found.setdefault(one, two) != two:
                return False
        elif one != two:
            return False
    return len({*found.values()}) == len(found)


def _in_order(text: str) -> str:
    """A text whose weights do not come in the order of their names."""
    lines = text.splitlines()
    weights = [line for line in lines if WEIGHT.match(line)]
    rest = [line for line in lines if not WEIGHT.match(line)]
    return "\n".join([*rest, *sorted(weights, key=lambda line: WEIGHT.sub(r"\1", line))])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the texts")
    parser.add_argument("--against", type=Path, help="a folder of an earlier run")
    parser.add_argument("--every", type=int, default=10, help="each so-manyeth family is compiled in every way")
    parser.add_argument("--only", default="", help="families whose name holds this")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    different = 0
    for name, target, layout in cases(options.every):
        file = f"{name}.{target}.{layout}.txt"
        if options.only not in name:
            continue
        try:
            text = text_of(name, target, layout)
        except sparsec.UserError as error:
            text = f"refused: {error.code}\n"
        (options.out / file).write_text(text, encoding="utf-8")
        if options.against and not alike(text, (options.against / file).read_text(encoding="utf-8")):
            print(f"{file} differs", flush=True)
            different += 1
    print(f"{different} differ" if options.against else f"written to {options.out}")
    return different > 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["SPARSEC_CACHE"] = cache
        sys.exit(main(sys.argv[1:]))
