"""Sessions of ONNX Runtime for written models: a file that is intact, with the library of kernels beside it.

PyTorch is not needed, and not imported.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..codegen.onnx.native_api import DOMAIN, PICKED
from ..compiler.errors import UserError
from ..compiler.paths import existing
from ..compiler.words import count

# What ONNX Runtime calls its parts that run operators.
CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
# What ONNX Runtime calls the types that inputs may have, and numpy's names of them.
TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int8)": "int8",
    "tensor(int16)": "int16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}


@dataclass
class Opened:
    """A model in a session.

    Attributes:
        layers: nodes that sparse kernels compute; library: where those are, None if there are none.
        version: the instruction set of the library's version that this machine takes; None for one without a choice.
    """

    path: Path
    session: Any
    layers: int
    library: Path | None
    version: str | None = None

    def run(self, feeds: Mapping[str, Any], hint: str, outputs: Sequence[str] | None = None) -> list[Any]:
        """The outputs (all of them, or these) for inputs by name.

        Raises:
            UserError: the model does not run on them; ``hint`` says what to do.
        """
        try:
            results: list[Any] = self.session.run(outputs, feeds)
        except Exception as error:  # every kind that ONNX Runtime has
            raise UserError(
                "bad-inputs", f"'{self.path}' does not run on these inputs", note=first_line(error), hint=hint
            ) from error
        return results


def reference_session(model: str | bytes, *, rewrites: bool = False, folder: Path | None = None) -> Any:
    """A session that others are compared with; without ONNX Runtime's own rewrites, which may round otherwise.

    Args:
        model: a path, or what such a file holds.
        rewrites: whether those are on.
        folder: where weights in other files are, of a model in memory.

    Raises:
        Exception: ONNX Runtime's, of every kind that it has.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    if not rewrites:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4  # errors are raised, too
    if folder is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    return onnxruntime.InferenceSession(model, options, providers=[CPU])


def open_model(path: Path, library: Path | None = None, threads: int = 0) -> Opened:
    """A session of a model and the library beside it.

    Raises:
        UserError: a file is missing or of another kind, or it, or the library, does not fit this machine.
    """
    import onnxruntime

    model = intact_model(path)
    layers = sum(node.domain == DOMAIN for node in model.graph.node)
    providers = _providers(model, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # errors are raised, too
    if layers or library:
        library = _register(options, path, layers, library)
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:  # every kind that ONNX Runtime has
        hint = "export it again; a library of sparse kernels goes with the model that it was written with"
        if type(error).__name__ == "NotImplemented":
            hint = "cast model and inputs to float32 and export that, or run it elsewhere, such as from a .pt2 file"
        raise UserError("bad-file", f"ONNX Runtime cannot load '{path}'", note=first_line(error), hint=hint) from error
    return Opened(path, session, layers, library, _picked(library) if library else None)


def _providers(model: Any, path: Path) -> list[str]:
    """Those that run a model: that for graphics cards, too, if its sparse layers are for those."""
    import onnxruntime

    from ..codegen.onnx.files import CARDS

    cards = next((entry.value for entry in model.metadata_props if entry.key == CARDS), "")
    if cards and CUDA not in onnxruntime.get_available_providers():
        raise UserError(
            "missing-device",
            f"the sparse layers of '{path}' are for graphics cards ({cards})",
            note=f"the onnxruntime that is installed has no {CUDA}",
            hint="install onnxruntime-gpu on a machine with such a card; or export the model without cuda_kernels",
        )
    return [*([CUDA] if cards else []), CPU]


def intact_model(path: Path) -> Any:
    """What an ``.onnx`` file holds beside large weights, if the digest that it may begin with is its own.

    Raises:
        UserError: it is missing, damaged or of another kind.
    """
    import onnx

    from ..codegen.onnx.files import is_damaged

    path = existing(path, "an .onnx file")
    try:
        damaged = is_damaged(path)
        model = onnx.load_model(str(path), load_external_data=False)
    except OSError as error:
        what = error.filename or path
        raise UserError("bad-file", f"'{what}' cannot be read", note=error.strerror, hint="copy it again") from error
    except Exception as error:  # protobuf has kinds of its own
        raise _no_model(path) from error
    if not model.ir_version or not model.HasField("graph"):
        raise _no_model(path)
    if damaged:
        raise UserError(
            "bad-file",
            f"'{path}' is damaged",
            note="it, or its file of weights, is not what its digest was made of",
            hint="copy or export it again",
        )
    return model


def _no_model(path: Path) -> UserError:
    return UserError(
        "bad-file",
        f"'{path}' is not an ONNX model",
        hint="it is empty, cut off or of another kind: copy it again, or write it again",
    )


def _register(options: Any, model: Path, layers: int, library: Path | None) -> Path:
    """Tell a session where its operators are."""
    from ..codegen.onnx.files import is_sealed, library_for, versions_of

    library = library or library_for(model)
    if not library.is_file():
        raise UserError(
            "bad-library",
            f"there is no file '{library}'",
            note=f"the sparse kernels of {count(layers, 'layer')} of '{model}' are in there" if layers else None,
            hint="copy it along with the model, or say where it is: library= in Python, --library in a shell",
        )
    try:
        intact = is_sealed(library)
    except OSError as error:
        raise UserError("bad-library", f"'{library}' cannot be read", note=error.strerror) from error
    if not intact:
        raise UserError(
            "bad-library",
            f"'{library}' is damaged, or no library of sparse kernels",
            note="it does not end in a digest of its content",
            hint="copy it again, or compile the model again",
        )
    if versions_of(library) is None:
        raise UserError(
            "bad-library",
            f"'{library}' is from another version of sparsec",
            note="it does not say which processors it is for",
            hint="compile and export the model again",
        )
    try:
        options.register_custom_ops_library(str(library.resolve()))
    except Exception as error:  # every kind that ONNX Runtime has
        raise UserError(
            "bad-library",
            f"'{library}' cannot be loaded here",
            note=first_line(error),
            hint="a library is for some processors and one system: export the model again, on a machine like this one "
            "or with --cpu, which lists processors",
        ) from error
    return library


def _picked(library: Path) -> str | None:
    """The version that a library, which is loaded, has picked for this machine."""
    try:
        told = getattr(ctypes.CDLL(str(library.resolve())), PICKED)
    except AttributeError:  # for graphics cards
        return None
    told.restype = ctypes.c_char_p
    return (told() or b"").decode() or None


def first_line(error: Exception) -> str:
    """What ONNX Runtime says, without its own source's place."""
    text = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", text[0])
