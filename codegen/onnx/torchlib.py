"""What PyTorch's exporter to ONNX prepares anew for every export, prepared once a process.

It collects the translations of operators, and parses the source of some five hundred functions for it; it lists how
the operators without a translation are composed; and it runs the whole graph on fake tensors to find operands of mixed
types, though the graph says what every value is. A compile for ONNX Runtime writes several models. All of this is
private to PyTorch, and may move: where it is not found, exports take longer.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from torch import fx


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """Exports within find what the first one has prepared."""
    with contextlib.ExitStack() as stack:
        for prepared in (_translations, _compositions, _types):
            with contextlib.suppress(ImportError, KeyError, AttributeError):
                stack.enter_context(prepared())
        yield


def _translations() -> Any:
    """PyTorch's table of translations; every export adds its own to a copy."""
    from torch.onnx._internal import _lazy_import
    from torch.onnx._internal.exporter import _constants, _registration

    read = vars(_lazy_import)["onnxscript_apis"].get_torchlib_ops
    kind: Any = _registration.ONNXRegistry
    collect = _original(kind.from_torchlib)

    def from_torchlib(opset_version: int = _constants.TORCHLIB_OPSET) -> Any:
        table = kind()
        whole = _collected(collect, read, opset_version)
        table._opset_version = whole._opset_version
        table.functions = {name: [*known] for name, known in whole.functions.items()}
        return table

    return patch.object(kind, "from_torchlib", staticmethod(_marked(from_torchlib, collect)))


@functools.cache
def _collected(collect: Callable[..., Any], read: Callable[[], Any], opset: int) -> Any:
    """A table of translations; ``read`` is what it is read by."""
    return collect(opset_version=opset)


def _compositions() -> Any:
    """What the operators without a translation are composed of."""
    from torch.onnx._internal.exporter import _decomp

    collect = _original(_decomp.create_onnx_friendly_decomposition_table)

    def create(known: set[Any]) -> Any:
        return _composed(collect, frozenset(known))

    return patch.object(_decomp, "create_onnx_friendly_decomposition_table", _marked(create, collect))


@functools.lru_cache(8)
def _composed(collect: Callable[..., Any], known: frozenset[Any]) -> Any:
    return collect({*known})


def _types() -> Any:
    """Operands of mixed types, found by the recorded values."""
    from torch.onnx._internal.fx.passes import type_promotion

    kind: Any = type_promotion._TypePromotionInterpreter
    rule_for = type_promotion.get_type_promotion_rule
    run = _original(kind.run_node)

    def run_node(interpreter: Any, node: fx.Node) -> Any:
        if node.op != "call_function" or "val" not in node.meta:
            return run(interpreter, node)
        rule = rule_for(node, interpreter.type_promotion_table)
        if rule:
            with interpreter._set_current_node(node):
                interpreter._maybe_promote_node(node, rule)
        return node.meta["val"]

    return patch.object(kind, "run_node", _marked(run_node, run))


def _marked(wrapper: Any, original: Any) -> Any:
    wrapper.of_sparsec = original
    return wrapper


def _original(function: Any) -> Any:
    """What another thread may have wrapped already."""
    return getattr(function, "of_sparsec", function)
