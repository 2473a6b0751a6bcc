"""Example inputs for models of the transformers library, from what their configuration says about sizes."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.export import Dim

from ..errors import UserError
from .weight_files import first_line, read_json

Inputs = dict[str, Tensor]

BATCH, TOKENS, ANSWER, SAMPLES, SIDE = 2, 64, 24, 4000, 224
"""Of examples, tokens in a text, tokens that a decoder has written, samples of sound, pixels of a picture's side."""

AXES = {
    "input_ids": ("batch", "length"),
    "attention_mask": ("batch", "length"),
    "decoder_input_ids": ("batch", "decoder_length"),
}
"""Which dimensions may have another size later, by name; of all other inputs the batch alone."""


def example_inputs(model: Any, folder: Path) -> tuple[Inputs, dict[str, dict[int, Any]]]:
    """Keyword inputs on which a transformers model runs, and which of their dimensions are dynamic.

    Args:
        model: a ``PreTrainedModel``; its ``main_input_name`` says what it reads.
        folder: where it was saved; a ``preprocessor_config.json`` there may say how large its pictures are.

    Returns:
        The inputs by name, and ``dynamic_shapes`` for ``torch.export.export``, with named dimensions.

    Raises:
        UserError: it runs on none of the inputs that sparsec can make up.
    """
    accepted = inspect.signature(model.forward).parameters
    reason = f"it reads '{model.main_input_name}'"
    for candidate in _candidates(model, folder):
        inputs = {name: _cast(value, model.dtype) for name, value in candidate.items() if name in accepted}
        try:
            with torch.no_grad():
                model(**inputs)
        except Exception as error:  # noqa: BLE001 - whatever a model raises, it does not run on these
            reason = f"{type(error).__name__}: {first_line(error)}"
            continue
        return inputs, _dynamic_shapes(model.config, inputs)
    raise UserError(
        "bad-inputs",
        f"no example inputs are known for '{type(model).__name__}'",
        note=reason,
        hint="export it with inputs of your own: torch.export.save(torch.export.export(model, args), 'model.pt2')",
    )


def _dynamic_shapes(config: Any, inputs: Inputs) -> dict[str, dict[int, Any]]:
    longest = _longest(config)
    dims = {
        "batch": Dim("batch", min=1),
        "length": Dim("length", min=2, max=longest),
        "decoder_length": Dim("decoder_length", min=2, max=longest),
    }
    return {name: {at: dims[axis] for at, axis in enumerate(AXES.get(name, ("batch",)))} for name in inputs}


def _candidates(model: Any, folder: Path) -> Iterator[Inputs]:
    """What to try: the main input in each of its layouts, alone and then with all others that the model may need."""
    config, main = model.config, model.main_input_name
    kinds: dict[str, Callable[[], list[Inputs]]] = {
        "input_ids": lambda: [_text(config)],
        "pixel_values": lambda: [{"pixel_values": _pictures(config, folder)}],
        "input_features": lambda: [{"input_features": x} for x in _spectra(config)],
        "input_values": lambda: [{"input_values": x} for x in _sounds(config)],
    }
    if main not in kinds:
        with contextlib.suppress(Exception):
            yield dict(model.dummy_inputs)
        return
    decoder = {"decoder_input_ids": _tokens(config, ANSWER, seed=1)} if config.is_encoder_decoder else {}
    for first in kinds[main]():
        yield first | decoder
    accepted = inspect.signature(model.forward).parameters
    others = [make()[0] for kind, make in kinds.items() if kind != main and kind in accepted]
    for first in kinds[main]() if others else ():
        together = first | decoder
        for other in others:
            together = other | together
        yield together


def _cast(value: Tensor, dtype: torch.dtype) -> Tensor:
    return value.to(dtype) if value.is_floating_point() else value


def _random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# -------------------------------------------------------------------- text


def _text(config: Any) -> Inputs:
    """Tokens with a mask; the last text is one token shorter than the others."""
    ids = _tokens(config, TOKENS)
    mask = torch.ones_like(ids)
    mask[-1, -1] = 0
    return {"input_ids": ids, "attention_mask": mask}


def _tokens(config: Any, length: int, seed: int = 0) -> Tensor:
    """Random tokens without a special meaning: int64[batch, length], at most half of the longest text."""
    text, longest = config.get_text_config(), _longest(config) or 2 * length
    special = {token for part in (config, text) for token in _special(part.to_dict())}
    words = [token for token in range(min(_first(text, "vocab_size", default=2), 1000)) if token not in special] or [0]
    picks = torch.randint(len(words), (BATCH, max(2, min(length, longest // 2))), generator=_random(seed))
    return torch.tensor(words)[picks]


def _longest(config: Any) -> int | None:
    """How long a text may be, where the configuration says it."""
    longest = _first(
        config.get_text_config(), "max_position_embeddings", "n_positions", "max_target_positions", default=0
    )
    return longest if longest > 2 else None


def _special(config: Mapping[str, Any]) -> Iterator[int]:
    """Tokens that mean padding, a beginning, an end or a picture."""
    for key, value in config.items():
        if key.endswith(("_token_id", "_token_index")):
            yield from (value if isinstance(value, list) else [value])


# -------------------------------------------------------------------- pictures and sound


def _pictures(config: Any, folder: Path) -> Tensor:
    """Noise around a colour for each picture: float32[batch, channels, height, width]."""
    parts = (getattr(config, name, None) for name in ("vision_config", "encoder"))
    vision = next((part for part in parts if hasattr(part, "to_dict")), config)
    channels = _first(vision, "num_channels", "in_channels", "in_chans", default=3)
    height, width = _sides(vision, folder)
    shape = (BATCH, channels, height, width)
    return torch.randn(shape, generator=_random()) + torch.randn(BATCH, channels, 1, 1, generator=_random(1))


def _sides(vision: Any, folder: Path) -> tuple[int, int]:
    """Height and width of a picture, as the configuration, timm or the preprocessor has them."""
    sizes = [
        getattr(vision, "image_size", None),
        *(getattr(vision, "pretrained_cfg", None) or {}).get("input_size", ()),
    ]
    preprocessor = folder / "preprocessor_config.json"
    if preprocessor.is_file():
        document = read_json(preprocessor)
        sizes += [document.get("crop_size"), document.get("size")]
    return next((sides for size in sizes if (sides := _pair(size))), (SIDE, SIDE))


def _pair(size: Any) -> tuple[int, int] | None:
    if isinstance(size, Mapping):
        side = size.get("shortest_edge")
        size = (size.get("height", side), size.get("width", side))
    sides = (size, size) if isinstance(size, int) else tuple(size or ())[-2:]
    return (int(sides[0]), int(sides[1])) if len(sides) == 2 and all(sides) else None


def _spectra(config: Any) -> Iterator[Tensor]:
    """Spectra: float32[batch, bins, time], as Whisper reads them, then float32[batch, time, bins]."""
    bins = _first(config, "num_mel_bins", "input_feat_per_channel", "feature_projection_input_dim", default=80)
    time = 2 * _first(config, "max_source_positions", default=TOKENS)
    yield torch.randn(BATCH, bins, time, generator=_random())
    yield torch.randn(BATCH, min(time, TOKENS), bins, generator=_random())


def _sounds(config: Any) -> Iterator[Tensor]:
    """Spectra where the configuration has their size, then waves: float32[batch, time] or [batch, channel, time]."""
    time, bins = _first(config, "max_length", default=0), _first(config, "num_mel_bins", default=0)
    if time and bins:
        yield torch.randn(BATCH, time, bins, generator=_random())
    yield torch.randn(BATCH, SAMPLES, generator=_random())
    yield torch.randn(BATCH, 1, SAMPLES, generator=_random())


def _first(config: Any, *names: str, default: int) -> int:
    return next((value for name in names if isinstance(value := getattr(config, name, None), int)), default)
