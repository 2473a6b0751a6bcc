"""ONNX files from end to end: what comes in, how it and its layers are called, what is refused and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from zoo.refusals import refused

import sparsec
from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture
from sparsec.compiler.capture.onnx.examples import drawn
from sparsec.compiler.capture.onnx.graph import read_graph
from sparsec.compiler.capture.onnx.imported import read_onnx
from sparsec.compiler.cli import main
from sparsec.compiler.ir.source import file_of, stands_for_file

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def write(
    path: Path,
    body: str,
    inputs: dict[str, tuple[int, list[Any]]],
    outputs: dict[str, tuple[int, list[Any]]],
    constants: dict[str, Any] | None = None,
    opset: int = 18,
    **more: Any,
) -> Path:
    nodes = [onnx.parser.parse_node(line.strip()) for line in body.split("\n") if line.strip()]
    for number, node in enumerate(nodes):
        node.name = f"/net/{node.op_type}_{number}"
    values = [[helper.make_tensor_value_info(name, *kind) for name, kind in part.items()] for part in (inputs, outputs)]
    held = [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, "g", *values, held)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("mine", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10, **more), path)
    return path


def network(path: Path, channels: int = 8) -> Path:
    """Two convolutions, every other filter of the first one zero; names that are no words of Python's."""
    first, bias = random(channels, 3, 3, 3), random(channels, seed=1)
    first[::2], bias[::2] = 0, 0
    constants = {"block.conv1.weight": first, "onnx::Conv_12": bias, "block.conv2.weight": random(4, channels, 1, 1)}
    return write(
        path,
        """a = Conv <pads = [1, 1, 1, 1]> (images, "block.conv1.weight", "onnx::Conv_12")
        b = Relu (a)
        scores = Conv (b, "block.conv2.weight")""".replace('"block.conv1.weight"', "w1")
        .replace('"onnx::Conv_12"', "b1")
        .replace('"block.conv2.weight"', "w2"),
        {"images": (FLOAT, ["batch", 3, 6, 5])},
        {"scores": (FLOAT, ["batch", 4, 6, 5])},
        {
            "w1": constants["block.conv1.weight"],
            "b1": constants["onnx::Conv_12"],
            "w2": constants["block.conv2.weight"],
        },
    )


def renamed(path: Path, names: dict[str, str]) -> Path:
    """The same with other names of values, which ``onnx.parser`` could not read."""
    model = onnx.load(path)
    values = [*model.graph.input, *model.graph.output, *model.graph.initializer]
    for value in values:
        value.name = names.get(value.name, value.name)
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    onnx.save(model, path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, Path]:
    """A file, what is compiled of it, and the file of that."""
    path = network(tmp_path_factory.mktemp("onnx") / "net.onnx")
    names = {
        "images": "input.1",
        "scores": "scores:0",
        "w1": "conv1.weight",
        "b1": "onnx::Conv_12",
        "w2": "conv2.weight",
    }
    compiled = sparsec.compile(renamed(path, names), measure=False, kernels=False)
    return path, compiled, compiled.export_onnx(path.with_name("small.onnx"))


def test_a_network_shrinks_and_says_what_it_was_held_against(small: tuple[Path, Any, Path]) -> None:
    _, compiled, _ = small
    layers = {layer.name: layer for layer in compiled.report.layers}
    assert layers.keys() == {"conv1.weight", "conv2.weight"}
    assert layers["conv1.weight"].outputs == (8, 4)
    assert "answers as ONNX Runtime does for net.onnx" in str(compiled.report)
    assert str(compiled._target) == "onnxruntime"


def test_what_is_written_has_the_names_and_open_sizes_of_the_file(small: tuple[Path, Any, Path]) -> None:
    path, _, out = small
    before, after = (onnxruntime.InferenceSession(str(file)) for file in (path, out))
    for one, other in (
        (before.get_inputs(), after.get_inputs()),
        (before.get_outputs(), after.get_outputs()),
    ):
        assert [(x.name, x.shape, x.type) for x in one] == [(x.name, x.shape, x.type) for x in other]
    for batch in (1, 3):
        feeds = {"input.1": random(batch, 3, 6, 5, seed=batch)}
        np.testing.assert_allclose(after.run(None, feeds)[0], before.run(None, feeds)[0], rtol=1e-5, atol=1e-6)


def test_it_is_called_in_order_and_answers_by_name(small: tuple[Path, Any, Path]) -> None:
    path, compiled, _ = small
    x = torch.from_numpy(random(1, 3, 6, 5))
    (wanted,) = onnxruntime.InferenceSession(str(path)).run(None, {"input.1": x.numpy()})
    found = compiled(x)
    assert [*found] == ["scores:0"]
    torch.testing.assert_close(found["scores:0"], torch.from_numpy(wanted))
    assert torch.equal(compiled(input_1=x)["scores:0"], found["scores:0"])


def test_an_own_file_comes_in_again(small: tuple[Path, Any, Path]) -> None:
    again = read_onnx(small[2])
    (call,) = again.examples()[:1]
    wanted = again.answer(*call)[0].outputs[0]
    with torch.no_grad():
        torch.testing.assert_close(again.module(*call[0])["scores:0"], wanted)


def test_sizes_that_a_graph_computes_stay_open(tmp_path: Path) -> None:
    """As exporters write attention: heads are split by sizes that are read off the value, one by one."""
    path = write(
        tmp_path / "heads.onnx",
        """s = Shape (x)
        batch = Gather (s, zero)
        length = Gather (s, one)
        bu = Unsqueeze (batch, axes)
        lu = Unsqueeze (length, axes)
        shape = Concat <axis = 0> (bu, lu, two, four)
        p = MatMul (x, w)
        r = Reshape (p, shape)
        t = Transpose <perm = [0, 2, 1, 3]> (r)
        full = ConstantOfShape (ranks)
        wanted = Mul (full, minus)
        same = Equal (shape, wanted)
        expanded = Where (same, full, shape)
        e = Expand (bias, expanded)
        m = Transpose <perm = [0, 2, 1, 3]> (e)
        y = Add (t, m)""",
        {"x": (FLOAT, ["batch", "length", 8])},
        {"y": (FLOAT, ["batch", 2, "length", 4])},
        {
            "zero": np.int64(0),
            "one": np.int64(1),
            "axes": np.int64([0]),
            "two": np.int64([2]),
            "four": np.int64([4]),
            "w": random(8, 8),
            "ranks": np.int64([4]),
            "minus": np.int64(-1),
            "bias": random(1, 1, 2, 4, seed=1),
        },
    )
    model = onnx.load(path)
    node = next(node for node in model.graph.node if node.op_type == "ConstantOfShape")
    node.attribute.append(helper.make_attribute("value", numpy_helper.from_array(np.int64([1]))))
    onnx.save(model, path)
    program = capture(path)
    x = torch.from_numpy(random(3, 11, 8, seed=2))
    (wanted,) = onnxruntime.InferenceSession(str(path)).run(None, {"x": x.numpy()})
    torch.testing.assert_close(program.run((x,))[0], torch.from_numpy(wanted))
    assert program.size_names == {(0, 0): "batch", (0, 1): "length"}
    assert len({str(symbol) for symbol in program.sizes_of(program.inputs)}) == 2


def test_images_are_resized_whatever_their_number(tmp_path: Path) -> None:
    """As exporters write it: the number of images is read off the value, their sides are known."""
    path = write(
        tmp_path / "resize.onnx",
        """batch = Shape <start = 0, end = 1> (x)
        sizes = Concat <axis = 0> (batch, rest)
        y = Resize <mode = "linear"> (x, , , sizes)""",
        {"x": (FLOAT, ["batch", 3, 6, 5])},
        {"y": (FLOAT, ["batch", 3, 9, 10])},
        {"rest": np.int64([3, 9, 10])},
    )
    program = capture(path)
    x = torch.from_numpy(random(3, 3, 6, 5))
    (wanted,) = onnxruntime.InferenceSession(str(path)).run(None, {"x": x.numpy()})
    torch.testing.assert_close(program.run((x,))[0], torch.from_numpy(wanted))


def tied(path: Path) -> Path:
    """A table that is both looked up and projected with, as the words of a language model are."""
    return write(
        path,
        """x = Gather (words, ids)
        t = Transpose <perm = [1, 0]> (words)
        y = MatMul (x, t)""",
        {"ids": (INT64, ["batch", "length"])},
        {"y": (FLOAT, ["batch", "length", 11])},
        {"words": random(11, 8)},  # a name that the module has for something else
    )


def test_a_shared_weight_stays_one(tmp_path: Path) -> None:
    program = capture(tied(tmp_path / "tied.onnx"))
    assert [*program.weights()] == ["words_"]


def test_drawn_indices_lie_in_their_table(tmp_path: Path) -> None:
    inputs = next(drawn(read_graph(tied(tmp_path / "tied.onnx"))))
    assert inputs["ids"].dtype == torch.int64
    assert 5 < inputs["ids"].max() < 11


def test_examples_may_be_given_by_the_names_of_the_file(tmp_path: Path) -> None:
    path = renamed(network(tmp_path / "net.onnx"), {"images": "input.1"})
    program = capture(path, (), {"input.1": torch.zeros(1, 3, 6, 5)})
    assert program.inputs[0].shape == (1, 3, 6, 5)
    assert program.input_names == ("input.1",)
    error = refused("bad-inputs", lambda: capture(path, (), {"x": torch.zeros(1, 3, 6, 5)}))
    assert "input.1" in str(error)


NAMES = {
    "/layer1/layer1.0/fc/MatMul": "layer1.0.fc.weight",
    "/fc/MatMul_2": "fc.weight",
    "": "onnx__MatMul_7",
}


@pytest.mark.parametrize("node", NAMES)
def test_weights_without_a_name_of_their_own_get_that_of_their_layer(tmp_path: Path, node: str) -> None:
    path = write(
        tmp_path / "net.onnx",
        "y = MatMul (x, w)",
        {"x": (FLOAT, [2, 4])},
        {"y": (FLOAT, [2, 3])},
        {"w": random(4, 3)},
    )
    model = onnx.load(renamed(path, {"w": "onnx::MatMul_7"}))
    model.graph.node[0].name = node
    onnx.save(model, path)
    assert [*dict(read_onnx(path).module.named_parameters())] == [NAMES[node]]


def test_a_weight_that_lies_as_it_is_multiplied_keeps_its_name(tmp_path: Path) -> None:
    first = random(6, 8)
    first[:, 2:5] = 0
    path = write(
        tmp_path / "net.onnx",
        "a = Gemm (x, first, bias)\nb = Relu (a)\ny = Gemm (b, last)",
        {"x": (FLOAT, ["batch", 6])},
        {"y": (FLOAT, ["batch", 3])},
        {"first": first, "bias": random(8, seed=1), "last": random(8, 3)},
    )
    compiled = sparsec.compile(path, target="cpu", measure=False, kernels=False)
    assert {row.name: row.outputs for row in compiled.report.layers} == {"first": (8, 5), "last": (3, 3)}


def test_functions_of_a_file_are_written_out(tmp_path: Path) -> None:
    opsets = [helper.make_opsetid("", 18)]
    body = [onnx.parser.parse_node("y = Relu (x)")]
    function = helper.make_function("mine", "Rectified", ["x"], ["y"], body, opsets)
    path = write(
        tmp_path / "net.onnx",
        "y = mine.Rectified (x)",
        {"x": (FLOAT, [2, 4])},
        {"y": (FLOAT, [2, 4])},
        functions=[function],
    )
    assert [node.op for node in read_graph(path).nodes] == ["Relu"]


def conditional(path: Path, condition: str) -> Path:
    """Rectified if something holds, negated otherwise."""
    branches = [
        helper.make_graph(
            [helper.make_node(op, ["x"], ["z"])], op, [], [helper.make_tensor_value_info("z", FLOAT, [2, 4])]
        )
        for op in ("Relu", "Neg")
    ]
    node = helper.make_node("If", ["c"], ["y"], name="/net/choice", then_branch=branches[0], else_branch=branches[1])
    inputs = [helper.make_tensor_value_info("x", FLOAT, [2, 4])]
    held = []
    if condition == "input":
        inputs.append(helper.make_tensor_value_info("c", TensorProto.BOOL, []))
    else:
        held.append(numpy_helper.from_array(np.array(condition == "true"), "c"))
    graph = helper.make_graph([node], "g", inputs, [helper.make_tensor_value_info("y", FLOAT, [2, 4])], held)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)
    return path


@pytest.mark.parametrize("condition", ["true", "false"])
def test_a_branch_that_is_known_is_taken(tmp_path: Path, condition: str) -> None:
    module, x = read_onnx(conditional(tmp_path / "net.onnx", condition)).module, torch.from_numpy(random(2, 4))
    assert torch.equal(module(x)["y"], x.relu() if condition == "true" else -x)


def test_inputs_may_be_called_like_words_that_python_keeps(tmp_path: Path) -> None:
    kinds = {"class": (FLOAT, ["batch", 4]), "self": (FLOAT, ["batch", 4])}
    path = write(tmp_path / "net.onnx", "lambda = Sub (class, self)", kinds, {"lambda": (FLOAT, ["batch", 4])})
    compiled = sparsec.compile(path, measure=False, kernels=False)
    x, z = torch.from_numpy(random(2, 4)), torch.from_numpy(random(2, 4, seed=1))
    assert torch.equal(compiled(x, z)["lambda"], x - z)
    session = onnxruntime.InferenceSession(str(compiled.export_onnx(tmp_path / "small.onnx")))
    assert [value.name for value in session.get_inputs()] == ["class", "self"]


def test_an_input_that_is_an_output_keeps_its_name(tmp_path: Path) -> None:
    kind = (FLOAT, ["batch", 4])
    path = write(tmp_path / "net.onnx", "y = Relu (x)", {"x": kind}, {"x": kind, "y": kind})
    compiled = sparsec.compile(path, measure=False, kernels=False)
    x = random(3, 4)
    for file in (path, compiled.export_onnx(tmp_path / "small.onnx")):
        session = onnxruntime.InferenceSession(str(file))
        assert [value.name for value in session.get_outputs()] == ["x", "y"]
        np.testing.assert_array_equal(session.run(None, {"x": x}), [x, np.maximum(x, 0)])
    assert [*compiled(torch.from_numpy(x))] == ["x", "y"]


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_sides_of_images_stay_open(tmp_path: Path, layout: str) -> None:
    """Windows limit them, and strides are compared while the graph is traced: neither is a condition for a file."""
    shape = ["batch", "h", "w", 3] if layout == "NHWC" else ["batch", 3, "h", "w"]
    order = [0, 3, 1, 2] if layout == "NHWC" else [0, 1, 2, 3]
    path = write(
        tmp_path / "net.onnx",
        f"""t = Transpose <perm = {order}> (x)
        a = Conv <strides = [2, 2]> (t, v)
        p = MaxPool <kernel_shape = [2, 2]> (a)
        y = Conv (p, w)""",
        {"x": (FLOAT, shape)},
        {"y": (FLOAT, ["batch", 4, "h2", "w2"])},
        {"v": random(8, 3, 3, 3), "w": random(4, 8, 3, 3, seed=1)},
    )
    small = sparsec.compile(path, measure=False, kernels=False).export_onnx(tmp_path / "small.onnx")
    before, after = (onnxruntime.InferenceSession(str(file)) for file in (path, small))
    assert before.get_inputs()[0].shape == after.get_inputs()[0].shape
    for height, width in ((17, 9), (12, 31)):
        sizes = {"batch": 2, "h": height, "w": width}
        x = random(*(sizes.get(str(size), size) for size in shape))
        np.testing.assert_allclose(after.run(None, {"x": x})[0], before.run(None, {"x": x})[0], rtol=1e-4, atol=1e-5)


WINDOWS = {
    "a pool behind strides": """a = Conv <strides = [2, 2], pads = [3, 3, 3, 3]> (x, v)
        p = MaxPool <kernel_shape = [3, 3], strides = [2, 2], pads = [1, 1, 1, 1]> (a)""",
    "padded to keep sides": """a = Conv <strides = [2, 2], auto_pad = "SAME_UPPER"> (x, v)
        p = Conv <strides = [2, 2], auto_pad = "SAME_UPPER", group = 4> (a, d)""",
    "padded by itself": """a = Conv <strides = [2, 2], auto_pad = "SAME_LOWER"> (x, v)
        q = Pad (a, one)
        p = Conv <strides = [2, 2], group = 4> (q, d)""",
}


@pytest.mark.parametrize("body", WINDOWS.values(), ids=WINDOWS)
def test_sides_stay_open_where_borders_follow_from_them(tmp_path: Path, body: str) -> None:
    held = {"v": random(4, 3, 7, 7), "d": random(4, 1, 3, 3), "one": np.array([0, 0, 0, 0, 0, 0, 1, 1])}
    read = {name for line in body.splitlines() for name in onnx.parser.parse_node(line.strip()).input}
    path = write(
        tmp_path / "net.onnx",
        f"{body}\ny = Relu (p)",
        {"x": (FLOAT, ["batch", 3, "h", "w"])},
        {"y": (FLOAT, ["batch", 4, "h2", "w2"])},
        {name: value for name, value in held.items() if name in read},
    )
    small = export_onnx(capture(path), tmp_path / "small.onnx")
    dims = onnx.load(small).graph.input[0].type.tensor_type.shape.dim
    assert [dim.dim_param for dim in dims] == ["batch", "", "h", "w"]
    for shape in ((2, 3, 20, 33), (1, 3, 15, 16)):
        answers = [
            onnxruntime.InferenceSession(str(file)).run(None, {"x": random(*shape)})[0] for file in (path, small)
        ]
        np.testing.assert_allclose(*answers, rtol=2e-5, atol=2e-5)


def test_texts_that_nobody_reads_do_no_harm(tmp_path: Path) -> None:
    kind = (FLOAT, ["batch", 4])
    path = write(tmp_path / "net.onnx", "y = Relu (x)", {"x": kind}, {"y": kind})
    model = onnx.load(path)
    model.graph.initializer.append(helper.make_tensor("labels", TensorProto.STRING, [2], [b"cat", b"dog"]))
    model.graph.node.append(helper.make_node("Constant", [], ["note"], value_string=b"of cats"))
    onnx.save(model, path)
    x = torch.from_numpy(random(2, 4))
    assert torch.equal(read_onnx(path).module(x)["y"], x.relu())


def test_a_weight_without_elements_is_not_all_zero(tmp_path: Path) -> None:
    kind = (FLOAT, ["batch", 4])
    body = "a = Concat <axis = 0> (x, none)\ny = Relu (a)"
    path = write(tmp_path / "net.onnx", body, {"x": kind}, {"y": kind}, {"none": np.zeros((0, 4), np.float32)})
    x = torch.from_numpy(random(3, 4))
    assert torch.equal(capture(path).run((x,))[0], x.relu())


def test_the_mask_of_old_dropouts_is_a_number(tmp_path: Path) -> None:
    kind = (FLOAT, ["batch", 4])
    outputs = {"y": kind, "mask": kind}
    path = write(tmp_path / "net.onnx", "a, mask = Dropout (x)\ny = Relu (a)", {"x": kind}, outputs, opset=9)
    x = torch.from_numpy(random(3, 4))
    assert read_onnx(path).module(x)["mask"].dtype is torch.float32


# -------------------------------------------------------------------- what is refused


OPAQUE = {
    "text in": ("y = StringNormalizer (x)", (TensorProto.STRING, [2]), (FLOAT, [2]), "input 'x' of"),
    "text out": ("y = StringNormalizer (x)", (FLOAT, [2]), (TensorProto.STRING, [2]), "output 'y' of"),
    "sequence out": ("y = SplitToSequence (x)", (FLOAT, [2]), None, "output 'y' of"),
}


@pytest.mark.parametrize(("body", "given", "result", "told"), OPAQUE.values(), ids=OPAQUE)
def test_values_that_are_no_tensors_of_numbers_are_named(
    tmp_path: Path, body: str, given: Any, result: Any, told: str
) -> None:
    path = write(tmp_path / "net.onnx", body, {"x": given}, {"y": result or given})
    if result is None:
        model = onnx.load(path)
        model.graph.output[0].CopyFrom(helper.make_tensor_sequence_value_info("y", FLOAT, None))
        onnx.save(model, path)
    assert told in str(refused("onnx-import-failed", lambda: capture(path)))


def test_texts_that_a_node_reads_are_named(tmp_path: Path) -> None:
    kind = (FLOAT, [2, 4])
    path = write(tmp_path / "net.onnx", "y = Relu (x)", {"x": kind}, {"y": kind})
    model = onnx.load(path)
    model.graph.initializer.append(helper.make_tensor("labels", TensorProto.STRING, [2], [b"cat", b"dog"]))
    model.graph.node.append(helper.make_node("Gather", ["labels", "x"], ["z"], name="/net/pick"))
    onnx.save(model, path)
    error = str(refused("onnx-import-failed", lambda: capture(path)))
    assert "node '/net/pick' (Gather)" in error and "'labels'" in error


@pytest.mark.parametrize("outputs", [0, 2])
def test_no_output_and_one_twice_are_refused(tmp_path: Path, outputs: int) -> None:
    kind = (FLOAT, [2, 4])
    path = write(tmp_path / "net.onnx", "y = Relu (x)", {"x": kind}, {"y": kind})
    model = onnx.load(path)
    given = [model.graph.output.pop()] * outputs
    model.graph.output.extend(given)
    onnx.save(model, path)
    error = str(refused("onnx-import-failed", lambda: capture(path)))
    assert ("has two outputs 'y'" if outputs else "has no outputs") in error


def test_a_file_that_hands_on_its_input_computes_nothing(tmp_path: Path) -> None:
    kind = (FLOAT, [2, 4])
    path = write(tmp_path / "net.onnx", "y = Identity (x)", {"x": kind}, {"y": kind})
    assert "use the file" in str(refused("empty-graph", lambda: capture(path)))


def test_an_import_that_answers_otherwise_is_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = (FLOAT, [2, 4])
    path = write(tmp_path / "net.onnx", "y = Relu (x)", {"x": kind}, {"y": kind})
    monkeypatch.setattr(torch, "relu", torch.sigmoid)
    error = str(refused("onnx-import-failed", lambda: capture(path)))
    assert "output 'y' differs" in error and "report the file" in error


def test_a_branch_on_data_is_refused_with_its_place(tmp_path: Path) -> None:
    error = refused("onnx-import-failed", lambda: capture(conditional(tmp_path / "net.onnx", "input")))
    assert "node '/net/choice' (If)" in str(error)
    assert "depends on data" in str(error)


def test_all_unknown_operators_are_named_with_their_places(tmp_path: Path) -> None:
    path = write(
        tmp_path / "net.onnx",
        """a = NonZero (x)
        b = mine.Strange (x)
        c = mine.Strange (b)
        y = Relu (c)""",
        {"x": (FLOAT, [2, 4])},
        {"y": (FLOAT, [2, 4])},
    )
    error = str(refused("onnx-import-failed", lambda: capture(path)))
    assert "NonZero (node '/net/NonZero_0')" in error
    assert "mine.Strange (node '/net/Strange_1' and 1 other)" in error


def test_a_file_with_sparse_kernels_is_compiled_already(tmp_path: Path) -> None:
    path = network(tmp_path / "net.onnx")
    model = onnx.load(path)
    model.graph.node[0].domain = "sparsec"
    model.opset_import.append(helper.make_opsetid("sparsec", 1))
    onnx.save(model, path)
    error = str(refused("onnx-import-failed", lambda: sparsec.compile(path)))
    assert "'net' is compiled already, with sparse kernels for 1 layer" in error
    assert "node '/net/Conv_0'" in error and "--no-kernels" in error


def test_newer_operators_than_are_known_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", "y = Relu (x)", {"x": (FLOAT, [2])}, {"y": (FLOAT, [2])}, opset=99)
    assert "version 99" in str(refused("onnx-import-failed", lambda: capture(path)))


def outside(path: Path, location: str) -> Path:
    """A model whose weight lies in another file."""
    network(path)
    model = onnx.load(path)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize("location", ["../secret.bin", "/etc/hostname", "folder/../../secret.bin", "link.bin"])
def test_weights_outside_of_the_folder_are_not_read(tmp_path: Path, location: str) -> None:
    (tmp_path / "secret.bin").write_bytes(random(8, 3, 3, 3).tobytes())
    folder = tmp_path / "model"
    (folder / "folder").mkdir(parents=True)
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    error = refused("bad-file", lambda: read_graph(outside(folder / "net.onnx", location)))
    assert "outside of its folder" in str(error)


def test_weights_beside_a_model_are_read(tmp_path: Path) -> None:
    weight = random(8, 3, 3, 3, seed=7)
    (tmp_path / "weights.bin").write_bytes(weight.tobytes())
    graph = read_graph(outside(tmp_path / "net.onnx", "weights.bin"))
    assert np.array_equal(graph.constants["w1"], weight)


def test_a_program_is_no_longer_its_file_once_weights_beside_it_change(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(random(8, 3, 3, 3, seed=7).tobytes())
    program = capture(outside(tmp_path / "net.onnx", "weights.bin"))
    assert stands_for_file(program) and file_of(program) == (tmp_path / "net.onnx").resolve()
    (tmp_path / "weights.bin").write_bytes(random(8, 3, 3, 3, seed=8).tobytes())
    assert file_of(program) is None


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    whole = network(tmp_path / "net.onnx").read_bytes()
    contents = {"cut.onnx": whole[: len(whole) // 2], "empty.onnx": b"", "text.onnx": b"this is no model\n"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        refused("bad-file", lambda file=tmp_path / name: capture(file))
    refused("bad-file", lambda: capture(tmp_path / "missing.onnx"))
    (tmp_path / "net.pt2").write_bytes(whole)
    assert "end in .onnx" in str(refused("bad-file", lambda: capture(tmp_path / "net.pt2")))
    outside(tmp_path / "lost.onnx", "lost.bin")
    assert "'w1'" in str(refused("bad-file", lambda: capture(tmp_path / "lost.onnx")))
    (tmp_path / "short.bin").write_bytes(b"1234")
    outside(tmp_path / "short.onnx", "short.bin")
    assert "'w1'" in str(refused("bad-file", lambda: capture(tmp_path / "short.onnx")))


# -------------------------------------------------------------------- folders, the command line


def test_a_folder_of_optimum_is_its_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    path = network(tmp_path / "model.onnx")
    from sparsec.compiler.capture.onnx.imported import stored_onnx
    from sparsec.compiler.capture.pretrained import is_pretrained

    assert stored_onnx(tmp_path) == path
    assert not is_pretrained(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert stored_onnx(tmp_path) is None


def test_a_folder_of_several_models_asks_which(tmp_path: Path) -> None:
    for name in ("encoder_model.onnx", "decoder_model.onnx"):
        network(tmp_path / name)
    assert "decoder_model.onnx" in str(refused("bad-file", lambda: capture(tmp_path)))


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = network(tmp_path / "net.onnx"), tmp_path / "small.onnx"
    assert main(["compile", str(path), "-o", str(out), "--no-measure", "--no-kernels"]) == 0
    assert "w1" in capsys.readouterr().out
    assert out.stat().st_size < path.stat().st_size + 20_000
    assert main(["explain", str(out)]) == 0
    assert "8->4" in capsys.readouterr().out
