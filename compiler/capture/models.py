"""Capture: an nn.Module, an ExportedProgram, a .pt2 or an .onnx file becomes a Program.

``torch.export`` draws the graph; ``run_decompositions`` makes it functional ATen at the level people think
in. What can be wrong with a model or its inputs is found here, before any pass runs (see ``checks``).
"""

from __future__ import annotations

import inspect
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn
from torch.export import Dim, ExportedProgram
from torch.fx.experimental.symbolic_shapes import is_concrete_bool, is_concrete_int

from ...codegen.onnx.files import MARK
from ..embedded import carried
from ..errors import UserError, reason
from ..ir.autocast import autocast_dtype, autocasts
from ..ir.program import Answer, Program, attribute, has_effects, set_attribute
from ..ir.quantization import register
from ..ir.recurrent import any_length
from ..ir.source import Source
from ..ir.structure import shapes_like
from ..ir.tracing import alone, quiet, without_guards
from ..paths import existing, input_path
from ..reference import answer_of
from .archives import FAULTS, why_unusable
from .checks import (
    as_calls,
    check,
    check_against,
    check_call,
    check_dynamic_shapes,
    check_examples,
    check_module,
    check_pure,
    check_quantized,
    check_reference,
    check_repeatable,
    not_a_model,
    own_line,
)
from .faithful import check_answers, with_assumptions
from .fast_paths import WRITTEN_OUT, masks_unread
from .free_sizes import free_sizes
from .functional import Unsure, functional
from .images import Kept, images_of
from .plain_tensors import check_devices, check_graph, is_plain, plain, plain_examples, plain_tensors
from .user_model import Call, UserModel, line_of

if TYPE_CHECKING:
    from .onnx.imported import Imported

aten = torch.ops.aten

WRITE_ONE = "write one with torch.export.save(torch.export.export(model, args), 'model.pt2')"

__all__ = [
    "capture",
    "check",
    "default_target",
    "from_exported",
    "make_plain",
    "normalise",
    "read_exported",
    "read_onnx",
]


@torch.inference_mode(False)
def capture(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    dynamic_shapes: Any = None,
    examples: Sequence[Any] = (),
    reference: str = "model",
) -> Program:
    """Turn a model into a Program.

    Args:
        model: a module in eval mode, an exported program, or the path of a ``.pt2`` or ``.onnx`` file.
        args: example positional inputs (taken from the exported program where it has them).
        kwargs: example keyword inputs.
        dynamic_shapes: as for ``torch.export.export``. By default sizes are dynamic where the model allows it, those
            of images aside. Ignored for programs that are exported already.
        examples: further calls, each a tuple of positional inputs, a dict of keyword inputs or a pair of both. Sizes
            in which they differ from the first are dynamic.
        reference: "model", whose answers the program has to give, or "export", to take the exported program for it.

    Raises:
        UserError: see ``sparsec.compiler.errors.CODES``.
    """
    check_reference(reference)
    check_dynamic_shapes(dynamic_shapes)
    calls = plain_examples(as_calls(args, kwargs, examples))
    if isinstance(model, (str, os.PathLike)):
        file = input_path(model)
        stored = read_onnx(file)
        if stored is not None:
            file = stored.file
            program = _from_onnx(stored, calls, dynamic_shapes)
        else:
            program = _from_program(read_exported(file), calls, dynamic_shapes, file.stem)
        program.documents = carried(file)
        return program
    if isinstance(model, ExportedProgram):
        return _from_program(model, calls, dynamic_shapes, "model")
    if not isinstance(model, nn.Module):
        raise not_a_model(model)
    check_module(model)
    signature = inspect.signature(model.forward)
    for call in calls:
        check_call(type(model).__name__, signature, *call)
        check_examples(*call)
    check_devices(model)
    user = UserModel(model)
    with plain_tensors(model) as notes:
        answers = [user.example_answer(*call) for call in calls]
        choices = _choices(signature, calls, dynamic_shapes, user)
        program = _from_module(user, answers, signature, calls, choices, reference)
    program.notes = notes
    return program


def default_target(model: object) -> str:
    """What a model is compiled for if nobody says: what runs such files."""
    path = isinstance(model, (str, os.PathLike)) and input_path(model)
    return "onnxruntime" if path and _stored_onnx(path) is not None else "cpu"


def _stored_onnx(path: Path) -> Path | None:
    """The ``.onnx`` file that a path means, if it means one; onnx is not imported where there is none."""
    if path.suffix != ".onnx" and not os.path.isdir(path):
        return None
    from .onnx.imported import stored_onnx

    return stored_onnx(path)


def read_onnx(path: str | os.PathLike[str]) -> Imported | None:
    """The model in the ``.onnx`` file that a path means; None where it means none.

    Raises:
        UserError: it is missing, cannot be read, or holds an operator that nobody here knows.
    """
    file = _stored_onnx(input_path(path))
    if file is None:
        return None
    from .onnx.imported import read_onnx as read

    return read(existing(file, "an .onnx file"))


def _from_onnx(model: Imported, calls: list[Call], dynamic_shapes: Any) -> Program:
    """The program of an ``.onnx`` file, held against what ONNX Runtime answers for the file itself."""
    calls = model.examples() if calls == [((), {})] else [model.by_order(call) for call in calls]
    for call in calls:
        check_examples(*call)
    references = [model.reference(*call) for call in calls]
    answers = [(answer, structure) for answer, structure, _ in references]
    choices = model.choices(calls[0]) if dynamic_shapes is None else iter([(dynamic_shapes, calls[0])])
    user = UserModel(model.module)
    try:
        program = _from_module(user, answers, model.module.signature, calls, choices, "model")
    except UserError as error:
        raise model.named(error) from error
    program.source = Source.of(model.file, model.graph.weights)
    program.name, program.input_names, program.size_names = model.file.stem, model.names, model.size_names
    program.output_names = model.graph.outputs
    program.notes = [*dict.fromkeys(told for _, _, told in references)]
    return program


def _from_program(exported: ExportedProgram, calls: list[Call], dynamic_shapes: Any, name: str) -> Program:
    if calls == [((), {})]:
        calls = [_examples(exported)]
    else:
        for call in calls:
            check_against(exported, *call)
    for call in calls:
        check_examples(*call)
    program = from_exported(exported, *calls[0], None, dynamic_shapes, name)
    check(program)
    program.answers = tuple(answer_of(program, pytree.tree_leaves(call)) for call in calls)
    with_assumptions(program, exported)
    return program


def _from_module(
    model: UserModel,
    answers: Sequence[tuple[Answer, pytree.TreeSpec]],
    signature: inspect.Signature,
    calls: list[Call],
    choices: Iterator[tuple[Any, Call]],
    reference: str,
) -> Program:
    """The most general program that answers as the module does."""
    failed: UserError | None = None
    for shapes, call in choices:
        try:
            exported = _run_export(model.module, *call, shapes)
            program = from_exported(exported, *calls[0], signature, shapes, model.name)
            check(program)
            program.answers = tuple(answer for answer, _ in answers)
            if reference == "export":
                program.answers = tuple(answer_of(program, pytree.tree_leaves(call)) for call in calls)
            else:
                _check_structure(exported, answers[0][1], model)
                check_answers(program, model)
        except UserError as error:
            if error.code not in ("capture-failed", "capture-differs", "bad-option"):
                raise
            failed = error
            continue
        with_assumptions(program, model)
        free_sizes(program, model)
        return program
    assert failed is not None
    raise failed


def _choices(
    signature: inspect.Signature, calls: list[Call], dynamic_shapes: Any, model: UserModel
) -> Iterator[tuple[Any, Call]]:
    """Dynamic sizes to ask for, the most general first, with the inputs to export with."""
    if dynamic_shapes is not None:
        yield dynamic_shapes, calls[0]
        return
    wide = _widened(calls[0])
    general = _shapes(signature, wide, calls, images_of(model, calls[0]))
    batch = _shapes(signature, wide, calls)
    yield general, wide
    if batch != general:
        yield batch, wide
    if wide is not calls[0]:
        yield general, calls[0]
    yield None, calls[0]


def _check_structure(exported: ExportedProgram, structure: pytree.TreeSpec, model: UserModel) -> None:
    found = exported.call_spec.out_spec
    if found is not None and found != structure:
        raise UserError(
            "capture-differs",
            f"the exported program of '{model.name}' is not the model: its outputs have another structure",
            note=f"the model returns {_brief(structure)}, the exported program {_brief(found)}",
            hint="return tensors, or lists, tuples and dicts of them",
        )


def _brief(structure: pytree.TreeSpec) -> str:
    text = " ".join(str(structure).split())
    return text if len(text) <= 120 else f"{text[:117]}..."


def read_exported(path: str | os.PathLike[str]) -> ExportedProgram:
    """Read a ``.pt2`` file; ``.module()`` of the result can be called.

    Unlike ``torch.export.load`` alone it knows the operators of sparse layers.

    Raises:
        UserError: the file is missing, truncated, or not an exported program.
    """
    file = check_archive(path)
    from ...codegen.formats import formats
    from ...runtime import operators  # noqa: F401  (importing attaches the kernels)

    formats()  # imports those of other packages, and with them the operators that a file may hold
    register()
    try:
        with quiet():
            return torch.export.load(file)
    except Exception as error:
        raise UserError("bad-file", f"'{file}' cannot be read", note=reason(error), hint=WRITE_ONE) from error


def check_archive(path: str | os.PathLike[str]) -> Path:
    """The path of a ``.pt2`` file that is one, and whose checksums are right.

    Raises:
        UserError: it is missing, truncated, damaged or of another kind.
    """
    file = existing(path, "a .pt2 file, or of a folder with a config.json")
    try:
        kind = _foreign_kind(file)
        fault = None if kind else why_unusable(file)
    except (OSError, *FAULTS) as error:
        raise UserError("bad-file", f"'{file}' cannot be read", note=str(error), hint=WRITE_ONE) from error
    if kind:
        raise UserError("bad-file", f"'{file}' is not an exported program", note=f"it is {kind}", hint=WRITE_ONE)
    if fault:
        raise UserError("bad-file", f"'{file}' cannot be read", note=fault, hint="copy it again, or write it again")
    return file


def _foreign_kind(file: Path) -> str | None:
    """What a file is that is no ``.pt2`` archive."""
    with file.open("rb") as stream:
        head = stream.read(32)
    if not zipfile.is_zipfile(file):
        if file.suffix == ".onnx" or MARK in head or (head[:1] == b"\x08" and head[2:3] in (b"\x12", b":")):
            return "an ONNX model, whose name has to end in .onnx"
        return "truncated" if head[:2] == b"PK" else "empty" if not head else "of another kind"
    with zipfile.ZipFile(file) as archive:
        names = {name.split("/", 1)[-1] for name in archive.namelist()}
        starts = [entry.header_offset for entry in archive.infolist()]
    if head[:2] == b"PK" and min(starts, default=0) > 0:
        return "truncated"  # what ends the file is the end of an archive inside the archive
    if names & {"archive_format", "serialized_exported_program.json"}:
        return None
    if "constants.pkl" in names:
        return "a TorchScript model"
    if "data.pkl" in names:
        return "a checkpoint of torch.save; load it into the model, then export that"
    return "a zip archive of another kind"


def from_exported(
    exported: ExportedProgram,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    signature: inspect.Signature | None = None,
    dynamic_shapes: Any = None,
    name: str = "model",
    *,
    writes_inputs: bool = False,
) -> Program:
    """The Program of an exported program: functional ATen, weights as attributes.

    Buffers that the model writes into (a cache, a counter) become the program's own; ``writes_inputs`` says that it
    may write into its inputs too.
    """
    check_quantized(exported.graph)
    check_graph(exported.graph, own_line)
    with alone(), warnings.catch_warnings(), any_length():
        warnings.simplefilter("ignore")
        module = _functional(exported, name, writes_inputs)
    inputs = tuple(pytree.tree_leaves((args, kwargs)))
    normalise(module)
    program = Program(module, inputs, (), (), (args, kwargs), signature, dynamic_shapes, name)
    program.autocast = autocast_dtype(program.device.type)
    program.input_names = tuple(str(node.target) for node in program.placeholders())
    program.output_names = _output_names(exported, program)
    for buffer, value in program.state().items():
        set_attribute(module, buffer, value.detach().clone())
    for node in program.nodes():
        if node.op == "get_attr" and not isinstance(node.meta.get("val"), Tensor):
            value = attribute(module, str(node.target))
            if isinstance(value, Tensor):
                node.meta["val"] = program.fake(value)
        if node.target is aten.copy_.default:  # what export appends for each buffer, without a value
            node.meta.setdefault("val", node.all_input_nodes[0].meta["val"])
    make_plain(program)
    return program


def make_plain(program: Program) -> None:
    """Make dense, or refuse, what a program holds and cannot be compiled as it is."""
    for weight, value in program.weights().items():
        if not is_plain(value):
            set_attribute(program.module, weight, plain(attribute(program.module, weight), f"weight '{weight}'"))


def _functional(exported: ExportedProgram, name: str, writes_inputs: bool) -> fx.GraphModule:
    """The module in functional ATen, traced once more only where that is needed."""
    try:
        if _only_code(exported):
            raise Unsure("its guards")  # tracing through those of a program from a file makes them conditions again
        if autocasts():
            raise Unsure("its casts")  # tracing is what writes down what autocast casts
        module: nn.Module = functional(exported, _decompositions().keys())
        check_repeatable(module, name)
    except Unsure:
        traced = _traced(exported, name)
        check_pure(traced, name, writes_inputs=writes_inputs)
        module = traced.module(check_guards=False)
    assert isinstance(module, fx.GraphModule)
    return module


def _traced(exported: ExportedProgram, name: str) -> ExportedProgram:
    """The program in functional ATen, by PyTorch."""
    try:
        try:
            traced: ExportedProgram = exported.run_decompositions(_decompositions())
        except (SyntaxError, AssertionError, AttributeError):  # the code of its guards, as PyTorch writes it
            if _only_code(exported):
                raise
            with without_guards(exported):
                traced = exported.run_decompositions(_decompositions())
        return traced
    except Exception as error:
        raise UserError(
            "capture-failed",
            f"PyTorch cannot make the exported program of '{name}' functional",
            where=line_of(error),
            note=f"{type(error).__name__}: {reason(error)}",
            hint="try torch.export.export(model, args).run_decompositions() alone",
        ) from error


def _only_code(exported: ExportedProgram) -> bool:
    """Whether conditions on sizes are known from code alone, as they come from a file."""
    values = [node.meta.get("val") for node in exported.graph.nodes if node.op == "placeholder"]
    sizes: list[Any] = [size for value in values if isinstance(value, Tensor) for size in value.shape]
    known = [size.node.shape_env.guards for size in sizes if isinstance(size, torch.SymInt)]
    return bool(exported._guards_code) and bool(known) and not any(known)


def normalise(module: fx.GraphModule) -> None:
    """One spelling for what ATen spells in several ways; side-effect-free leftovers of export go."""
    for node in [*module.graph.nodes]:
        if node.target in (aten.view.default, aten._unsafe_view.default):
            node.target = aten.reshape.default
            continue
        if node.target is aten._sparse_mm.default:
            node.target = aten.mm.default  # its operands are dense by now
        if node.target is aten.type_as.default:
            node.target, node.args = aten._to_copy.default, (node.args[0],)
            node.kwargs = {"dtype": node.meta["val"].dtype}
            continue
        _spell_out(node)
        held = node.target is aten._assert_scalar.default and node.args[0] is True
        leftover = held or node.op == "call_module" or node.target is aten._assert_tensor_metadata.default
        if leftover and not node.users:
            module.graph.erase_node(node)
    _read_sizes_early(module)
    module.graph.eliminate_dead_code(is_impure_node=has_effects)
    module.recompile()


def _read_sizes_early(module: fx.GraphModule) -> None:
    """Read every size off the first value that has it, so that what is computed later need not stay for it."""
    first: dict[str, tuple[fx.Node, int]] = {}
    for node in module.graph.nodes:
        value = node.meta.get("val")
        if isinstance(value, Tensor):
            for dim, size in enumerate(value.shape):
                if isinstance(size, torch.SymInt):
                    first.setdefault(str(size), (node, dim))
        elif node.target is aten.sym_size.int and str(value) in first:
            node.args = first[str(value)]


def _spell_out(node: fx.Node) -> None:
    """Write the number of a size, or the answer to a question about sizes, that is the same for all inputs."""
    value = node.meta.get("val")
    if isinstance(value, torch.SymInt) and is_concrete_int(value):
        value = int(value)
    if isinstance(value, torch.SymBool) and is_concrete_bool(value):
        value = bool(value)
    if node.op == "call_function" and isinstance(value, int):

        def read(argument: fx.Node) -> Any:
            return value if argument is node else argument

        for user in [*node.users]:
            user.args, user.kwargs = fx.node.map_arg(user.args, read), fx.node.map_arg(user.kwargs, read)


def _run_export(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], shapes: Any) -> ExportedProgram:
    # Export leaves marks on the tensors that it is given when it fails.
    args, kwargs = pytree.tree_map(lambda x: x.detach() if isinstance(x, Tensor) else x, (args, kwargs))
    try:
        with alone(), quiet(), torch.no_grad(), any_length(), masks_unread():
            return torch.export.export(model, args, kwargs, dynamic_shapes=shapes)
    except Exception as error:
        if isinstance(error, torch._dynamo.exc.UserError) and shapes is not None:
            raise UserError(
                "bad-option",
                f"dynamic_shapes= does not fit '{type(model).__name__}'",
                note=reason(error),
                hint="name inputs as forward does, and only the dimensions that the model leaves free",
            ) from error
        raise UserError(
            "capture-failed",
            f"torch.export cannot capture '{type(model).__name__}'",
            where=line_of(error),
            note=f"{type(error).__name__}: {reason(error)}",
            hint=_hint(model, str(error)),
        ) from error


def _hint(model: nn.Module, message: str) -> str:
    """What to do about a model that torch.export cannot capture."""
    unknown = re.search(r"<class '(?:[^']*\.)?([^'.]+)'>", message)
    if unknown is None or "pytree" not in message:
        return "try torch.export.export(model, args) alone; a branch on data needs torch.cond or a rewrite"
    if unknown[1].endswith("Cache") and hasattr(getattr(model, "config", None), "use_cache"):
        return "let it give no cache: model.config.use_cache = False, or use_cache=False among the inputs"
    return (
        f"tell PyTorch what a '{unknown[1]}' is made of: torch.export.register_dataclass for a dataclass, "
        "torch.utils._pytree.register_pytree_node for others; or pass and return tensors, lists, tuples and dicts"
    )


def _widened(inputs: Call) -> Call:
    """Example inputs with a batch of one doubled, since export takes a size of 1 for a constant."""
    tensors = [x for x in pytree.tree_leaves(inputs) if isinstance(x, Tensor) and x.ndim > 0]
    if not tensors or any(x.shape[0] != 1 for x in tensors):
        return inputs
    args, kwargs = pytree.tree_map(lambda x: torch.cat([x, x]) if isinstance(x, Tensor) and x.ndim > 0 else x, inputs)
    return args, kwargs


def _shapes(signature: inspect.Signature, call: Call, calls: Sequence[Call], kept: Kept | None = None) -> Any:
    """Sizes to be dynamic: the batch, those that differ between calls and, unless None, all but those that are kept."""
    leaves = [pytree.tree_leaves(other) for other in calls]

    def offered(index: int, value: Tensor, dim: int) -> bool:
        sizes = {other[index].shape[dim] for other in leaves}
        if dim == 0 or len(sizes) > 1:
            return True
        return kept is not None and value.shape[dim] > 1 and dim not in kept.get(index, ())

    shapes: list[Any] = []
    for index, value in enumerate(pytree.tree_leaves(call)):
        dims = range(value.ndim) if isinstance(value, Tensor) else ()
        shapes.append({dim: Dim.AUTO for dim in dims if offered(index, value, dim)} or None)
    args, kwargs = shapes_like(call, iter(shapes))
    return dict(signature.bind(*args, **kwargs).arguments)


def _examples(exported: ExportedProgram) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if exported.example_inputs is not None:
        args, kwargs = exported.example_inputs
        return plain_examples((tuple(args), dict(kwargs)))
    raise UserError(
        "bad-inputs",
        "the exported program carries no example inputs",
        hint="pass args= (and kwargs=) yourself",
    )


def _decompositions() -> dict[Any, Any]:
    def channel_shuffle(x: Tensor, groups: int) -> Tensor:
        shape = x.shape
        split = x.reshape(shape[0], groups, shape[1] // groups, *shape[2:])
        return split.transpose(1, 2).reshape(shape)

    def glu(x: Tensor, dim: int = -1) -> Tensor:
        value, gate = x.chunk(2, dim)
        return value * torch.sigmoid(gate)

    def cosine_similarity(x: Tensor, y: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
        x, y = (x, y) if x.shape == y.shape else torch.broadcast_tensors(x, y)
        x, y = (v / torch.linalg.vector_norm(v, dim=dim, keepdim=True).clamp_min(eps) for v in (x, y))
        return (x * y).sum(dim)

    return {
        aten.channel_shuffle.default: channel_shuffle,
        aten.glu.default: glu,
        aten.cosine_similarity.default: cosine_similarity,
        **WRITTEN_OUT,
    }


def _output_names(exported: ExportedProgram, program: Program) -> tuple[str, ...]:
    """Keys of a dict result, and node names otherwise."""
    names = [node.name if isinstance(node, fx.Node) else f"output_{i}" for i, node in enumerate(program.returned())]
    spec = exported.call_spec.out_spec
    if spec is not None:
        blank = pytree.tree_unflatten([object()] * spec.num_leaves, spec)
        paths = [path for path, _ in pytree.tree_flatten_with_path(blank)[0]]
        for index, path in enumerate(paths):
            keys = [str(getattr(part, "key", getattr(part, "name", ""))) for part in path]
            if keys and all(keys) and index < len(names):
                names[index] = "_".join(keys)
    taken: set[str] = set(program.input_names)
    unique = []
    for name in names:
        free, number = name, 0
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free)
        unique.append(free)
    return tuple(unique)
