"""Narrow models of Hugging Face's classes: what is left of a pruned one, where its configuration has words for that.

A configuration says how many neurons, heads, experts and layers there are, once for all layers. What went is tried as
other numbers in it; a model is made of them, and weights without what went have to fit into it, name by name. That
it computes what the pruned model does is checked.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map_only

from ...passes.prune.outcome import Gone
from ..capture.weight_files import first_line
from ..errors import UserError
from ..words import count
from .metric import outputs_of

if TYPE_CHECKING:
    from .api import Result

HEADS = ("num_attention_heads", "num_heads", "n_head", "n_heads", "encoder_attention_heads", "decoder_attention_heads")
KEYS: dict[str, tuple[str, ...]] = {
    "neuron": (
        "intermediate_size",
        "moe_intermediate_size",
        "ffn_dim",
        "d_ff",
        "n_inner",
        "hidden_dim",
        "encoder_ffn_dim",
        "decoder_ffn_dim",
    ),
    "head": (*HEADS, "num_key_value_heads"),
    "kv group": (*HEADS, "num_key_value_heads"),
    "expert": ("num_local_experts", "num_experts", "n_routed_experts"),
    "layer": (
        "num_hidden_layers",
        "num_layers",
        "n_layer",
        "n_layers",
        "num_decoder_layers",
        "encoder_layers",
        "decoder_layers",
    ),
}
"""What configurations call the numbers of each kind of units."""

HEAD_SIZES = ("head_dim", "d_kv")
# How far the narrow model's outputs may be from the pruned one's, of their largest magnitude.
TOLERANCE = 1e-6


def narrowed(result: Result) -> nn.Module:
    """A model of the same class without what went.

    Args:
        result: of pruning units.

    Raises:
        UserError: the configuration cannot say what is left.
    """
    model, gone = result.model, [one for one in result.outcome.gone if one.indices]
    config = getattr(model, "config", None)
    if config is None:
        raise _refused(model, "it has none")
    why = _uneven(gone)
    if why is not None:
        raise _refused(model, why)
    reasons: list[str] = []
    for numbers in _numbers(config, gone):
        try:
            small = _made(model, config, numbers, gone, result.masks)
        except Exception as error:  # noqa: BLE001 (classes of all kinds say what they do not like, each its own way)
            reasons.append(first_line(error))
            continue
        if _is_same(small, result):
            return small
        reasons.append(f"a model with {_words(numbers)} computes something else")
    if any(one.kind in ("head", "kv group") for one in gone) and not any(hasattr(config, key) for key in HEAD_SIZES):
        raise _refused(model, "heads are as wide there as the model's width over their number")
    raise _refused(model, reasons[0] if reasons else f"it has no number of {' and '.join(_kinds(gone))}s")


def _refused(model: Any, why: str) -> UserError:
    return UserError(
        "bad-option",
        f"the configuration of '{type(model).__name__}' has no words for what is left of the model",
        note=why,
        hint="write result.save('pruned.pt2') or result.compile().save('small.pt2'), or zeros in the shapes of the "
        "dense model: save_pretrained(folder, dense=True)",
    )


def _kinds(gone: Sequence[Gone]) -> list[str]:
    return [*dict.fromkeys(one.kind for one in gone)]


def _words(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{key}={value}" for key, value in numbers.items())


def _uneven(gone: Sequence[Gone]) -> str | None:
    """Why what went cannot be said once for all layers."""
    for kind in _kinds(gone):
        if kind not in KEYS:
            return f"it says nothing of {kind}s"
        if kind == "layer":
            continue
        counts: dict[int, set[int]] = {}
        for one in gone:
            if one.kind == kind:
                counts.setdefault(one.size, set()).add(one.size - len(one.indices))
        for size, left in counts.items():
            if len(left) > 1:
                words = " and ".join(map(str, sorted(left)))
                return f"layers keep different numbers of {count(size, kind)}: {words}; it has one for all"
    return None


def _numbers(config: Any, gone: Sequence[Gone]) -> Iterator[dict[str, int]]:
    """What the configuration may say instead, the most numbers changed first."""
    kinds = _kinds(gone)
    choices = [[*_of_kind(config, [one for one in gone if one.kind == kind])] for kind in kinds]
    for chosen in itertools.product(*choices):
        found: dict[str, int] = {}
        for one in chosen:
            found |= one
        yield found


def _of_kind(config: Any, gone: Sequence[Gone]) -> Iterator[dict[str, int]]:
    shares = {(one.size, one.size - len(one.indices)) for one in gone}
    changed: dict[str, int] = {}
    for key in KEYS[gone[0].kind]:
        value = getattr(config, key, None)
        for size, left in sorted(shares):
            if isinstance(value, int) and value % size == 0:
                changed[key] = value // size * left
            elif isinstance(value, int) and size % value == 0 and value * left % size == 0:
                changed[key] = value * left // size
            elif value is None and hasattr(config, key) and gone[0].kind == "neuron":
                changed[key] = left
    for many in range(len(changed), 0, -1):
        for keys in itertools.combinations(changed, many):
            yield {key: changed[key] for key in keys}


def _made(
    model: Any, config: Any, numbers: Mapping[str, int], gone: Sequence[Gone], masks: Mapping[str, Tensor]
) -> nn.Module:
    """A model with these numbers, and the weights that are left.

    Raises:
        ValueError: they do not fit; whatever the class raises.
    """
    said = copy.deepcopy(config)
    for key in HEAD_SIZES:
        if getattr(said, key, None) is not None:
            setattr(said, key, getattr(said, key))  # some compute it from the number of heads unless it is there
    stacks = {one.name.rpartition(".")[0]: one for one in gone if one.kind == "layer"}
    for stack in stacks.values():
        _shorten(said, stack)
    for key, value in numbers.items():
        setattr(said, key, value)
    small: nn.Module = type(model)(said)
    weights = _left(model, small, stacks, masks)
    small.load_state_dict(weights, strict=True, assign=True)
    small.tie_weights()  # type: ignore[operator]
    if getattr(model, "generation_config", None) is not None:
        small.generation_config = copy.deepcopy(model.generation_config)
    return small.eval()


def _shorten(config: Any, stack: Gone) -> None:
    """Leave out of what the configuration lists layer by layer what is said of those that went."""
    for key, value in [*vars(config).items()]:
        if isinstance(value, list) and len(value) == stack.size:
            setattr(config, key, [item for at, item in enumerate(value) if at not in stack.indices])


def _left(
    model: nn.Module, small: nn.Module, stacks: Mapping[str, Gone], masks: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """The weights of a model that fit into a smaller one, by their names there.

    Raises:
        ValueError: they do not.
    """
    old, places = model.state_dict(keep_vars=True), _places(model, stacks)
    stays = {id(old[name]): mask for name, mask in masks.items() if name in old}
    found: dict[str, Tensor] = {}
    for name, wanted in small.state_dict().items():
        if places.get(name) not in old:
            raise ValueError(f"'{name}' would be new")
        place = places[name]
        value = old[place]
        if value.ndim != wanted.ndim or any(a < b for a, b in zip(value.shape, wanted.shape, strict=True)):
            raise ValueError(f"'{place}' of {tuple(value.shape)} would become {tuple(wanted.shape)}")
        for dim, size in enumerate(wanted.shape):
            if size < value.shape[dim]:
                value = value.index_select(dim, _indices(old, stays, place, dim, size))
        found[name] = nn.Parameter(value.detach().clone(), False) if isinstance(old[place], nn.Parameter) else value
    return found


def _places(model: nn.Module, stacks: Mapping[str, Gone]) -> dict[str, str]:
    """What each name of a model without some layers is called in the model with them."""
    found = {}
    for name in model.state_dict():
        now: str | None = name
        for path, stack in stacks.items():
            if name.startswith(f"{path}."):
                number, _, rest = name.removeprefix(f"{path}.").partition(".")
                at = int(number)
                before = sum(index < at for index in stack.indices)
                now = None if at in stack.indices else f"{path}.{at - before}.{rest}"
        if now is not None:
            found[now] = name
    return found


def _indices(old: Mapping[str, Tensor], stays: Mapping[int, Tensor], name: str, dim: int, size: int) -> Tensor:
    """Which rows or columns of a weight are left; those of a bias are those of the weight beside it.

    Raises:
        ValueError: more are.
    """
    value = old[name]
    if value.ndim == 1:
        beside = old.get(f"{name.rpartition('.')[0]}.weight")
        if beside is None or beside.ndim < 2:
            raise ValueError(f"nothing says which numbers of '{name}' are left")
        dim = next((at for at in (0, 1) if beside.shape[at] == len(value)), 0)
        value = beside
    kept = stays.get(id(value))
    alive = (value != 0) if kept is None else kept.to(value.device)
    alive = alive.movedim(dim, 0).flatten(1).any(dim=1)
    if int(alive.sum()) > size:
        raise ValueError(f"{int(alive.sum())} of {len(alive)} numbers of '{name}' are left, not {size}")
    order = torch.argsort((~alive).long(), stable=True)[:size]
    return order.sort().values


def _is_same(small: nn.Module, result: Result) -> bool:
    """Whether a narrow model computes what the pruned one does; in float64, but for what the class keeps in float32."""
    call = tree_map_only(Tensor, lambda x: x.double() if x.is_floating_point() else x, result.program.call)
    with torch.no_grad():
        wanted, given = (outputs_of(copy.deepcopy(one).double(), call) for one in (result.model, small))
    if wanted.keys() != given.keys():
        return False
    for name, value in wanted.items():
        scale = max(float(value.abs().max()) if value.numel() else 0.0, torch.finfo(torch.float32).tiny)
        if given[name].shape != value.shape or float((given[name] - value).abs().max()) > TOLERANCE * scale:
            return False
    return True
