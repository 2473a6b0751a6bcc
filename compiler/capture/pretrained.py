"""Models on disk that the transformers library wrote or reads: folders of ``save_pretrained``, and GGUF files.

transformers is imported when a model is loaded, never before; sparsec does without it otherwise.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim

from ...runtime import targets
from ..embedded import carried
from ..errors import UserError
from ..ir.program import Program
from ..ir.target import Target
from .checkpoint import SPARSE_FORMATS, bad_weight, check_names, dense_weights, is_plain, of_another_shape, quantized
from .example_inputs import example_inputs
from .models import capture
from .weight_files import (
    broken_package,
    first_line,
    optional_package,
    read_json,
    read_weights,
    root_cause,
    stored_names,
    weight_files,
)

LOAD_YOURSELF = "load it in Python and pass it on: sparsec.compile(model.eval(), (), inputs)"


@dataclass(frozen=True)
class Pretrained:
    """A model from disk, in eval mode and without a cache, with what ``sparsec.compile`` needs beside it.

    Attributes:
        model: the model.
        kwargs: example inputs by name.
        dynamic_shapes: which of their dimensions are dynamic: batch and length of texts.
        name: what to call it: the name of the folder, or of the file without its ending.
    """

    model: nn.Module
    kwargs: dict[str, Tensor]
    dynamic_shapes: dict[str, dict[int, Any]]
    name: str


def is_pretrained(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a matter for ``load_pretrained``: a folder, a GGUF file, or weights out of a folder.

    A folder that holds ONNX files and no other weights is none.
    """
    place = Path(path)
    if place.is_dir():
        from .onnx.imported import stored_onnx

        return stored_onnx(place) is None
    return place.suffix in (".gguf", ".safetensors")


def capture_pretrained(path: str | os.PathLike[str], target: str | Target = "cpu") -> Program:
    """The Program of a model on disk; dimensions are dynamic where the model allows it.

    Args:
        path: as for ``load_pretrained``.
        target: what the program is to run on. Where that has kernels for one dtype only, as ONNX Runtime has for
            float32, weights are loaded as that.

    Raises:
        UserError: the model cannot be loaded or captured.
    """
    loaded = load_pretrained(path, dtype=targets.get(target).checkpoint_dtype)
    free = {name: dict.fromkeys(dims, Dim.AUTO) for name, dims in loaded.dynamic_shapes.items()}
    program = _capture(loaded, loaded.dynamic_shapes, free, None)
    program.name = loaded.name
    program.documents = carried(Path(path))
    return program


def _capture(loaded: Pretrained, shapes: Any, *others: Any) -> Program:
    """Capture with the first ``dynamic_shapes`` that the model can be exported with."""
    try:
        return capture(loaded.model, (), loaded.kwargs, shapes)
    except UserError as error:
        if not others or error.code not in ("bad-option", "capture-differs", "capture-failed"):
            raise
    return _capture(loaded, *others)


def load_pretrained(path: str | os.PathLike[str], *, dtype: torch.dtype | None = None) -> Pretrained:
    """Load a model that ``save_pretrained`` wrote, or a GGUF file, through transformers; nothing is downloaded.

    Masks beside the weights are multiplied in, and the sparse formats of compressed-tensors are unpacked.

    Args:
        path: a folder with config.json and weights (.safetensors or .bin, in one file or several), or a .gguf file.
        dtype: what to load floating-point weights as; as they are stored where it is None (GGUF: float32).

    Raises:
        UserError: a file or a package is missing or broken, transformers does not know the model, the weights are
            quantised or do not fit it, or no example inputs are known for it.
    """
    place = Path(path)
    if place.suffix == ".safetensors" and not place.is_dir():
        raise UserError(
            "bad-file",
            f"'{place}' holds weights without a model",
            hint="pass the folder that holds config.json too, or call sparsec.load_weights(model, path) in Python",
        )
    model = _load_folder(place, dtype) if place.is_dir() else _load_gguf(place, dtype or torch.float32)
    for module in model.modules():
        if hasattr(getattr(module, "config", None), "use_cache"):
            module.config.use_cache = False
    folder = place if place.is_dir() else place.parent
    with _quiet():
        inputs, shapes = example_inputs(model.eval(), folder)
    return Pretrained(model, inputs, shapes, place.resolve().name.removesuffix(".gguf"))


# -------------------------------------------------------------------- folders


def _load_folder(folder: Path, dtype: torch.dtype | None) -> Any:
    _check_folder(folder)
    _check_quantized(folder, read_json(folder / "config.json"))
    names = [name for file in weight_files(folder) for name in stored_names(file)]
    transformers = optional_package("transformers", f"load '{folder}'")
    with _quiet(), _readable(folder):
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True)
    kind = _model_class(transformers, config, folder)
    for key in ("quantization_config", "compression_config"):
        if hasattr(config, key):
            delattr(config, key)  # it was checked; transformers would ask for the package that wrote it
    weights = None if is_plain(names) else dense_weights(read_weights(folder))
    return _from_pretrained(kind, folder, dtype, config=config, state_dict=weights)


def _check_folder(folder: Path) -> None:
    if (folder / "adapter_config.json").is_file():
        raise UserError(
            "bad-file",
            f"folder '{folder}' holds an adapter, not a model",
            note="it changes the weights of a model that is somewhere else",
            hint="merge them: model.merge_and_unload().save_pretrained(folder), with the peft package",
        )
    if not (folder / "config.json").is_file():
        raise UserError(
            "bad-file",
            f"folder '{folder}' holds no model",
            note="there is no config.json in it",
            hint="pass a folder that model.save_pretrained(folder) wrote, or a .pt2 file",
        )


def _check_quantized(folder: Path, document: Mapping[str, Any]) -> None:
    """Refuse all that compressed-tensors and others store in fewer bits; sparse formats are fine."""
    for part in (document, *(value for value in document.values() if isinstance(value, Mapping))):
        how = part.get("quantization_config") or part.get("compression_config")
        if not isinstance(how, Mapping):
            continue
        said = [how.get("quant_method"), how.get("format"), (how.get("sparsity_config") or {}).get("format")]
        said += [key for key in ("config_groups", "kv_cache_scheme") if how.get(key)]
        unknown = [word for word in said if word not in (None, "compressed-tensors", "dense", *SPARSE_FORMATS)]
        if unknown:
            raise quantized(f"folder '{folder}' holds a quantised model", f"config.json says '{unknown[0]}'")


def _model_class(transformers: Any, config: Any, folder: Path) -> Any:
    names = getattr(config, "architectures", None)
    if not names:
        raise UserError(
            "bad-file",
            f"'{folder / 'config.json'}' does not say which class the model is of",
            note="it has no 'architectures'",
            hint="write it with model.save_pretrained(folder)",
        )
    return _class(transformers, names[0])


def _class(transformers: Any, name: str) -> Any:
    """A class of transformers; what it needs is imported only now, and may fail."""
    try:
        return getattr(transformers, name)
    except AttributeError as error:
        raise UserError(
            "bad-file",
            f"transformers has no model '{name}'",
            note=f"version {transformers.__version__} is installed, and code beside a model is not run",
            hint=LOAD_YOURSELF,
        ) from error
    except Exception as error:
        raise broken_package("transformers", error) from error


# -------------------------------------------------------------------- GGUF


def _load_gguf(file: Path, dtype: torch.dtype) -> Any:
    """Through transformers, which unpacks blocks of fewer bits to floating point."""
    _check_gguf(file)
    transformers = optional_package("transformers", f"load '{file}'")
    for name in ("gguf", "accelerate"):
        if importlib.util.find_spec(name) is None:
            raise UserError(
                "missing-package",
                f"'{name}' is needed to load '{file}'",
                note="transformers reads GGUF files with it",
                hint="pip install gguf accelerate",
            )
    unpack = {}
    with _quiet(), _readable(file):
        if hasattr(transformers, "GgufConfig"):
            unpack["quantization_config"] = transformers.GgufConfig(dequantize=True)
        config = transformers.AutoConfig.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
    names = getattr(config, "architectures", None) or ["AutoModelForCausalLM"]
    kind = _class(transformers, names[0])
    return _from_pretrained(kind, file, dtype, gguf_file=file.name, **unpack)


def _check_gguf(file: Path) -> None:
    if not file.is_file():
        raise UserError("bad-file", f"there is no file '{file}'", hint="pass a .gguf file")
    with file.open("rb") as stream:
        head = stream.read(4)
    if head != b"GGUF":
        raise UserError(
            "bad-file",
            f"'{file}' is not a GGUF file",
            note=f"it begins with {head!r}",
            hint="copy it again, or write it with llama.cpp's convert_hf_to_gguf.py",
        )


# -------------------------------------------------------------------- transformers


def _from_pretrained(kind: Any, place: Path, dtype: torch.dtype | None, **settings: Any) -> Any:
    """``kind.from_pretrained``, which fills what it does not find with random numbers; here that is an error."""
    if getattr(kind, "_can_set_experts_implementation", bool)():
        settings["experts_implementation"] = "batched_mm"  # the default has no kernel for float64
    folder = place if place.is_dir() else place.parent
    with _quiet(), _readable(place):
        model, info = kind.from_pretrained(
            folder if settings.get("state_dict") is None else None,
            dtype="auto" if dtype is None else dtype,
            local_files_only=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
            **settings,
        )
    for name, given, wanted in sorted(info["mismatched_keys"]):
        bad_weight(name, *of_another_shape(wanted, given))
    check_names(type(model).__name__, info["missing_keys"])
    return model


@contextlib.contextmanager
def _readable(place: Path) -> Iterator[None]:
    """Whatever transformers raises while it loads becomes a UserError."""
    try:
        yield
    except ImportError as error:
        raise UserError(
            "missing-package",
            f"transformers cannot import what it needs to load '{place}'",
            note=root_cause(error),
            hint="install, repair or uninstall the package that this is about",
        ) from error
    except Exception as error:
        raise UserError(
            "bad-file",
            f"transformers cannot load '{place}'",
            note=f"{type(error).__name__}: {first_line(error)}",
            hint=f"copy it again if a file is damaged; if transformers has no such model, {LOAD_YOURSELF}",
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Transformers logs, warns and draws bars; what matters comes back as an exception."""
    logging = importlib.import_module("transformers.utils.logging")
    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()
