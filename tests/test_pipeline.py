"""The pass contract, held by the pipeline: order, honest flags, verified IR, bounded fixpoints, observers."""

from __future__ import annotations

import enum
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Optional

import pytest
import torch
from torch import nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import PassError, UserError
from sparsec.compiler.exact_stages import only
from sparsec.compiler.ir.arguments import argument
from sparsec.compiler.ir.facts import Fact, Keys
from sparsec.compiler.ir.printer import print_program
from sparsec.compiler.ir.program import Program, set_attribute
from sparsec.compiler.ir.verifier import Malformed, infer
from sparsec.compiler.pipeline import (
    BUILT_IN,
    DumpIR,
    Fixpoint,
    NumericCheck,
    Pipeline,
    Timing,
    exact,
    known_passes,
)
from sparsec.passes.base import Context, Pass, options_of, parse
from sparsec.passes.rewrite.convert_layouts import ConvertLayouts
from sparsec.passes.rewrite.drop_identities import DropIdentities
from sparsec.passes.rewrite.fold_weights import FoldWeights

aten = torch.ops.aten


class Tiny(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 3), nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x).relu())


def tiny() -> Tiny:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Tiny().eval()
    nn.init.constant_(model.first.bias, 1.0)  # every relu is open for some of the inputs
    return model


def example() -> tuple[torch.Tensor]:
    return (torch.linspace(-1, 1, 12).reshape(3, 4),)


@pytest.fixture(scope="module")
def captured() -> Program:
    return capture(tiny(), example())


@pytest.fixture
def program(captured: Program) -> Program:
    return captured.copy()


# --- passes of the kinds that a pipeline has to cope with


def append_relu(program: Program) -> None:
    (result,) = program.outputs()
    with program.graph.inserting_after(result):
        relu = program.graph.call_function(aten.relu.default, (result,))
    relu.meta["val"] = result.meta["val"]
    program.output().replace_input_with(result, relu)


@dataclass(frozen=True)
class LeaveAlone(Pass):
    """Do nothing and say so."""

    def run(self, program: Program, ctx: Context) -> bool:
        return False


@dataclass(frozen=True)
class AppendRelu(Pass):
    """Change something, every time."""

    def run(self, program: Program, ctx: Context) -> bool:
        append_relu(program)
        return True


@dataclass(frozen=True)
class AppendThree(Pass):
    """Change something until three operations have been added."""

    def run(self, program: Program, ctx: Context) -> bool:
        if sum(node.target is aten.relu.default for node in program.nodes()) > 3:
            return False
        append_relu(program)
        return True


@dataclass(frozen=True)
class ChangeInSecret(Pass):
    """Change the graph and deny it."""

    def run(self, program: Program, ctx: Context) -> bool:
        append_relu(program)
        return False


@dataclass(frozen=True)
class ChangeAWeightInSecret(Pass):
    """Change a weight and deny it."""

    def run(self, program: Program, ctx: Context) -> bool:
        scale_first_weight(program, 2.0)
        return False


@dataclass(frozen=True)
class Boast(Pass):
    """Claim a change that is none."""

    def run(self, program: Program, ctx: Context) -> bool:
        return True


@dataclass(frozen=True)
class CallAMethod(Pass):
    """Leave a node of a kind that programs do not have."""

    def run(self, program: Program, ctx: Context) -> bool:
        append_relu(program)
        relu = program.outputs()[0]
        relu.op, relu.target = "call_method", "relu"
        return True


@dataclass(frozen=True)
class ReadHalf(Pass):
    """Read half of the first layer's outputs, with or without what the pipeline does for it."""

    tidy: bool = False

    def run(self, program: Program, ctx: Context) -> bool:
        first, second, *_ = (node for node in program.nodes() if node.target is aten.linear.default)
        if program.weight(argument(first, "weight")).shape[0] < 3:  # type: ignore[union-attr]
            return False
        for layer, part in ((first, lambda w: w[:2]), (second, lambda w: w[:, :2])):
            held = argument(layer, "weight")
            weight = program.new_weight("half", part(program.weight(held)), kind=nn.Parameter)
            layer.replace_input_with(held, weight)
        first.args = first.args[:2]
        if self.tidy:
            program.clean()
            infer(program)
        return True


@dataclass(frozen=True)
class ReadTooMuch(Pass):
    """Cut a layer and forget its reader."""

    def run(self, program: Program, ctx: Context) -> bool:
        first = next(node for node in program.nodes() if node.target is aten.linear.default)
        held = argument(first, "weight")
        weight = program.new_weight("half", program.weight(held)[:1], kind=nn.Parameter)  # type: ignore[index]
        first.args = (first.args[0], weight)
        return True


@dataclass(frozen=True)
class ShrinkOneWeight(Pass):
    """Replace a weight behind the graph's back."""

    def run(self, program: Program, ctx: Context) -> bool:
        name, weight = next(iter(program.weights().items()))
        set_attribute(program.module, name, nn.Parameter(weight[:1]))
        return True


@dataclass(frozen=True)
class MeetAnOddity(Pass):
    """Find the program malformed."""

    def run(self, program: Program, ctx: Context) -> bool:
        raise Malformed("an odd node", program.outputs()[0])


def scale_first_weight(program: Program, factor: float) -> None:
    linear = next(node for node in program.nodes() if node.target is aten.linear.default)
    held = linear.args[1]
    assert isinstance(held, torch.fx.Node)
    weight = program.weight(held)
    assert weight is not None
    program.replace_weight(linear, held, weight * factor)


@dataclass(frozen=True)
class ScaleWeight(Pass):
    """Multiply a weight: wrong numbers in a well-formed program."""

    factor: float = 2.0

    def run(self, program: Program, ctx: Context) -> bool:
        scale_first_weight(program, self.factor)
        return True


COLOURS = Fact[str]("colours")


@dataclass(frozen=True)
class Colours(Pass):
    """Find colours."""

    establishes: ClassVar[Keys] = frozenset({COLOURS})
    invalidates: ClassVar[Keys] = frozenset()

    def run(self, program: Program, ctx: Context) -> bool:
        program.facts[COLOURS] = "red"
        return False


@dataclass(frozen=True)
class Paint(Pass):
    """Need colours."""

    requires: ClassVar[Keys] = frozenset({COLOURS})

    def run(self, program: Program, ctx: Context) -> bool:
        assert program.facts[COLOURS] == "red"
        return False


@dataclass(frozen=True)
class PaintOver(Paint):
    """Need colours, change something, keep colours true."""

    invalidates: ClassVar[Keys] = frozenset({Fact[int]("sizes")})

    def run(self, program: Program, ctx: Context) -> bool:
        append_relu(program)
        return True


def failure(program: Program, *steps: Any) -> PassError:
    with pytest.raises(PassError) as caught:
        Pipeline(steps).run(program, Context())
    return caught.value


# --- names and lists


@pytest.mark.parametrize("kind", BUILT_IN)
def test_a_built_in_pass_is_named_after_its_file(kind: type[Pass]) -> None:
    assert kind.__module__.rpartition(".")[2] == kind.name().replace("-", "_")


@pytest.mark.parametrize("kind", BUILT_IN)
def test_a_built_in_pass_says_what_it_does_before_and_after(kind: type[Pass]) -> None:
    text = kind.__doc__ or ""
    assert kind.summary().endswith(".") and "Before::" in text and "After" in text


def test_every_pass_of_the_exact_list_can_be_named() -> None:
    items = [p for step in exact() for p in (step.passes if isinstance(step, Fixpoint) else [step])]
    assert {type(item) for item in items} <= set(known_passes().values())


def test_the_exact_list_is_in_order() -> None:
    Pipeline(exact())


@dataclass(frozen=True)
class WithOptions(Pass):
    """Take options of all kinds."""

    count: int = 3
    share: float = 0.5
    keep: bool = False
    word: str = "x"


KNOWN: dict[str, type[Pass]] = {kind.name(): kind for kind in (LeaveAlone, WithOptions)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("leave-alone", [LeaveAlone()]),
        ("leave-alone,with-options", [LeaveAlone(), WithOptions()]),
        (" leave-alone , leave-alone ", [LeaveAlone(), LeaveAlone()]),
        ("leave-alone{}", [LeaveAlone()]),
        ("with-options{count=5}", [WithOptions(count=5)]),
        ("with-options{count=-1,share=1e-3,keep=true,word=a=b}", [WithOptions(-1, 1e-3, True, "a=b")]),
        ("with-options{keep=True},leave-alone", [WithOptions(keep=True), LeaveAlone()]),
        ("with-options{keep=false, count=4}", [WithOptions(count=4)]),
        ("", []),
    ],
)
def test_pass_lists_are_parsed(text: str, expected: list[Pass]) -> None:
    assert parse(text, KNOWN) == expected


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        ("leave", "unknown-option", ["there is no pass 'leave'", "leave-alone, with-options"]),
        ("LeaveAlone", "unknown-option", ["there is no pass 'LeaveAlone'"]),
        ("leave-alone with-options", "unknown-option", ["no pass 'leave-alone with-options'"]),
        ("with-options{size=3}", "unknown-option", ["no option 'size'", "count, share, keep, word"]),
        ("leave-alone{size=3}", "unknown-option", ["no option 'size'", "its options: none"]),
        ("with-options{count=many}", "bad-option", ["option 'count' of 'with-options'", "'many'"]),
        ("with-options{count=1.5}", "bad-option", ["'1.5'"]),
        ("with-options{count}", "bad-option", ["option 'count'"]),
        ("with-options{keep=yes}", "bad-option", ["option 'keep'", "true or false, not 'yes'"]),
        ("with-options{share=half}", "bad-option", ["option 'share'", "float"]),
    ],
)
def test_mistakes_in_pass_lists_are_named(text: str, code: str, parts: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        parse(text, KNOWN)
    assert caught.value.code == code
    assert all(part in str(caught.value) for part in parts), str(caught.value)


class Order(enum.Enum):
    """How something is sorted."""

    UP = 1
    DOWN = 2


@dataclass(frozen=True)
class WithAnnotations(Pass):
    """Take options whose defaults do not say what they may be."""

    limit: int | None = None
    share: Optional[float] = None  # noqa: UP045
    sizes: tuple[int, ...] = ()
    pair: tuple[int, str] = (1, "x")
    names: frozenset[str] = frozenset()
    mode: Literal["fast", "small", 3] = "fast"
    order: Order = Order.UP
    ratio: float = 1
    word: int | str = "auto"
    flag: bool | None = None
    made: tuple[float, ...] = field(default_factory=lambda: (1.5,))
    rule: Callable[[int], int] = abs
    hidden: int = field(default=0, init=False)


@pytest.mark.parametrize(
    ("text", "field_name", "expected"),
    [
        ("limit=4", "limit", 4),
        ("limit=none", "limit", None),
        ("share=0.25", "share", 0.25),
        ("share=None", "share", None),
        ("sizes=1;2;3", "sizes", (1, 2, 3)),
        ("sizes=7", "sizes", (7,)),
        ("sizes=", "sizes", ()),
        ("pair=2;b", "pair", (2, "b")),
        ("names=a;b;a", "names", frozenset({"a", "b"})),
        ("mode=small", "mode", "small"),
        ("mode=3", "mode", 3),
        ("order=down", "order", Order.DOWN),
        ("ratio=0.5", "ratio", 0.5),
        ("word=12", "word", 12),
        ("word=many", "word", "many"),
        ("flag=false", "flag", False),
        ("flag=none", "flag", None),
        ("made=0.5;2", "made", (0.5, 2.0)),
    ],
)
def test_options_are_read_by_their_annotation(text: str, field_name: str, expected: object) -> None:
    (found,) = parse(f"with-annotations{{{text}}}", {"with-annotations": WithAnnotations})
    value = getattr(found, field_name)
    assert value == expected and type(value) is type(expected)
    assert found == WithAnnotations(**{field_name: expected})


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("limit=few", "takes an integer or none, not 'few'"),
        ("limit=", "takes an integer or none, not ''"),
        ("limit", "takes an integer or none, not ''"),
        ("limit=1.5", "takes an integer or none"),
        ("share=half", "takes a number (float) or none"),
        ("sizes=1;x", "takes any number of (an integer), separated by ';', not '1;x'"),
        ("pair=1", "takes 2 of (an integer and a word), separated by ';', not '1'"),
        ("pair=1;b;c", "takes 2 of (an integer and a word)"),
        ("mode=slow", "takes one of 'fast', 'small', '3', not 'slow'"),
        ("order=sideways", "takes one of 'up', 'down', not 'sideways'"),
        ("flag=1", "takes true or false or none, not '1'"),
        ("rule=abs", "cannot be given as text"),
        ("hidden=1", "has no option 'hidden'"),
    ],
)
def test_mistakes_in_options_say_what_is_allowed(text: str, allowed: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(f"with-annotations{{{text}}}", {"with-annotations": WithAnnotations})
    assert allowed in str(caught.value), str(caught.value)


def test_options_made_by_a_factory_have_their_value() -> None:
    found = options_of(WithAnnotations)
    assert found["made"] == (1.5,) and found["limit"] is None and "hidden" not in found


def test_options_are_the_fields_with_their_defaults() -> None:
    assert options_of(WithOptions) == {"count": 3, "share": 0.5, "keep": False, "word": "x"}


# --- passes of other packages


@dataclass
class FakeEntry:
    value: object
    name: str = "paint"

    def load(self) -> object:
        return self.value


@pytest.fixture
def announce(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Make another package announce something under 'sparsec.passes'."""

    def entry_points(value: object) -> None:
        found = {"sparsec.passes": [FakeEntry(value)]}
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: found.get(group, []))

    return entry_points


def test_passes_of_other_packages_are_known_by_name(announce: Callable[[object], None]) -> None:
    announce(WithOptions)
    assert known_passes()["with-options"] is WithOptions
    assert known_passes()["fold-weights"] is FoldWeights
    assert parse("with-options{count=1},fold-weights", known_passes()) == [WithOptions(1), FoldWeights()]


@pytest.mark.parametrize("value", [object(), Tiny, "text", LeaveAlone()])
def test_an_entry_point_that_is_no_pass_is_an_error(announce: Callable[[object], None], value: object) -> None:
    announce(value)
    with pytest.raises(UserError, match="entry point 'paint' is not a pass") as caught:
        known_passes()
    assert caught.value.code == "bad-option"


# --- order and facts


def test_a_missing_fact_is_named_when_the_pipeline_is_built() -> None:
    sentence = "'paint' needs 'colours', which no earlier pass establishes"
    with pytest.raises(UserError, match=sentence) as caught:
        Pipeline([LeaveAlone(), Paint()])
    assert caught.value.code == "pass-order" and "put 'colours' before it" in str(caught.value)


def test_a_fact_inside_a_fixpoint_is_looked_for_too() -> None:
    with pytest.raises(UserError, match="'paint' needs 'colours'"):
        Pipeline([Fixpoint((LeaveAlone(), Paint()))])
    Pipeline([Fixpoint((Colours(), Paint()))])


def test_a_change_makes_facts_stale_in_the_order_check() -> None:
    with pytest.raises(UserError, match="'paint' needs 'colours'"):
        Pipeline([Colours(), AppendRelu(), Paint()])
    Pipeline([Colours(), PaintOver(), Paint()])


def test_a_change_drops_the_facts_that_it_invalidates(program: Program) -> None:
    Pipeline([Colours(), AppendRelu()]).run(program, Context())
    assert program.facts == {}


def test_a_change_keeps_the_other_facts(program: Program) -> None:
    Pipeline([Colours(), PaintOver(), Paint()]).run(program, Context())
    assert program.facts == {COLOURS: "red"}


def test_facts_outlive_a_pass_that_changes_nothing(program: Program) -> None:
    Pipeline([Colours(), LeaveAlone()]).run(program, Context())
    assert program.facts == {COLOURS: "red"}


def test_a_wrong_order_is_found_by_compile() -> None:
    with pytest.raises(UserError, match="'remove-channels' needs 'axes'"):
        sparsec.compile(tiny(), example(), stages=only(parse("remove-channels", known_passes())))


# --- honest flags


def test_the_result_says_whether_anything_changed(program: Program) -> None:
    assert not Pipeline([LeaveAlone(), Colours()]).run(program, Context())
    assert Pipeline([LeaveAlone(), AppendRelu(), LeaveAlone()]).run(program, Context())


def test_a_pass_may_not_claim_a_change(program: Program) -> None:
    error = failure(program, LeaveAlone(), Boast())
    assert "said that it changed something, and did not" in str(error)
    assert (error.pass_name, error.index, error.ran) == ("boast", 2, ("leave-alone",))


@pytest.mark.parametrize("culprit", [ChangeInSecret(), ChangeAWeightInSecret()])
def test_a_pass_may_not_hide_a_change(program: Program, culprit: Pass) -> None:
    error = failure(program, culprit)
    assert "changed something without saying so" in str(error)
    assert (error.pass_name, error.index, error.ran) == (culprit.name(), 1, ())


# --- verified IR


def test_a_malformed_program_is_blamed_on_the_pass_that_left_it(program: Program) -> None:
    error = failure(program, AppendRelu(), CallAMethod(), AppendRelu())
    assert (error.pass_name, error.index, error.ran) == ("call-a-method", 2, ("append-relu",))
    assert "left a malformed program: 'call_method' nodes are not part of the IR" in str(error)
    assert error.ir is not None and "> relu" in error.ir and "return [relu" in error.ir
    assert "    > relu" in str(error) and "after: append-relu" in str(error)


def test_shapes_that_do_not_fit_are_blamed_on_the_pass_that_left_them(program: Program) -> None:
    error = failure(program, AppendRelu(), ReadTooMuch())
    assert (error.pass_name, error.index, error.ran) == ("read-too-much", 2, ("append-relu",))
    assert "rejects its operands" in str(error) and error.ir is not None and "> linear_1" in error.ir


@pytest.mark.parametrize("tidy", [False, True])
def test_what_a_pass_leaves_is_cleaned_up(program: Program, tidy: bool) -> None:
    assert Pipeline([ReadHalf(tidy)]).run(program, Context())
    shapes = {tuple(weight.shape) for weight in program.weights().values()}
    assert (3, 4) not in shapes and (2, 4) in shapes
    assert {str(node.target) for node in program.nodes() if node.op == "get_attr"} == {*program.weights()}
    first = next(node for node in program.nodes() if node.target is aten.linear.default)
    assert first.meta["val"].shape[1] == 2
    assert not Pipeline([ReadHalf(tidy)]).run(program, Context())


def test_debris_is_no_change(program: Program) -> None:
    class Litter(Pass):
        def run(self, program: Program, ctx: Context) -> bool:
            append_relu(program)
            program.output().replace_input_with(program.outputs()[0], program.outputs()[0].args[0])  # type: ignore[arg-type]
            return True

    assert "said that it changed something, and did not" in str(failure(program, Litter()))


def test_a_weight_that_disagrees_with_the_graph_is_malformed(program: Program) -> None:
    error = failure(program, ShrinkOneWeight())
    assert "weight is (1, 4)" in str(error) and "recorded as (3, 4)" in str(error)


def test_a_program_that_is_malformed_from_the_start_is_not_blamed_on_a_pass(program: Program) -> None:
    del program.outputs()[0].meta["val"]
    assert failure(program, LeaveAlone()).pass_name == "capture"


def test_a_pass_that_finds_the_program_malformed_shows_where(program: Program) -> None:
    error = failure(program, MeetAnOddity())
    assert error.pass_name == "meet-an-oddity" and "an odd node at 'linear_1'" in str(error)
    assert error.ir is not None and "> linear_1" in error.ir


# --- fixpoints


def test_a_fixpoint_runs_until_nothing_changes(program: Program) -> None:
    timing = Timing()
    assert Pipeline([Fixpoint((LeaveAlone(), AppendThree()))], [timing]).run(program, Context())
    assert [changed for name, _, changed in timing.rows if name == "append-three"] == [
        True,
        True,
        True,
        False,
    ]


def test_a_fixpoint_that_has_nothing_to_do_runs_once(program: Program) -> None:
    timing = Timing()
    assert not Pipeline([Fixpoint((LeaveAlone(),))], [timing]).run(program, Context())
    assert len(timing.rows) == 1


def test_a_fixpoint_that_does_not_converge_is_an_error(program: Program) -> None:
    error = failure(program, Fixpoint((LeaveAlone(), AppendRelu()), limit=3))
    assert "did not converge in 3 rounds" in str(error) and error.pass_name == "append-relu"
    assert error.ran == ("leave-alone", "append-relu") * 3


# --- observers


def test_dumps_are_numbered_and_only_of_changes(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "dumps"
    before = print_program(program)
    Pipeline([LeaveAlone(), AppendRelu(), LeaveAlone(), PaintFree()], [DumpIR(folder)]).run(program, Context())
    files = sorted(file.name for file in folder.iterdir())
    assert files == ["000_captured.txt", "002_append-relu.txt", "004_paint-free.txt"]
    assert (folder / files[0]).read_text() == before + "\n"
    assert (folder / files[2]).read_text() == print_program(program) + "\n"


def test_dumps_of_several_runs_are_told_apart(program: Program, tmp_path: Path) -> None:
    dump = DumpIR(tmp_path)
    Pipeline([AppendRelu()], [dump]).run(program, Context())
    Pipeline([LeaveAlone()], [dump]).run(program, Context())
    between = print_program(program)
    Pipeline([LeaveAlone(), PaintFree()], [dump]).run(program, Context())
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["000_captured.txt", "001_append-relu.txt", "run-3_000_start.txt", "run-3_002_paint-free.txt"]
    assert (tmp_path / files[2]).read_text() == between + "\n"


class Numbers:
    """An observer that notes which pass has which number."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []

    def before(self, program: Program, item: Pass, index: int) -> None:
        self.rows.append((index, item.name()))

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        assert self.rows[-1] == (index, item.name())


def test_a_pass_that_is_left_out_has_its_number(program: Program, tmp_path: Path) -> None:
    numbers, dump = Numbers(), DumpIR(tmp_path)
    with pytest.raises(PassError, match=r"pass 'boast' \(number 5\)") as caught:
        Pipeline([Colours(), Colours(), PaintFree(), Colours(), Boast()], [numbers, dump]).run(program, Context())
    assert numbers.rows == [(1, "colours"), (3, "paint-free"), (4, "colours"), (5, "boast")]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["000_captured.txt", "003_paint-free.txt"]
    assert caught.value.index == 5


def test_rounds_count_on(program: Program) -> None:
    numbers = Numbers()
    Pipeline([Fixpoint((LeaveAlone(), AppendThree())), LeaveAlone()], [numbers]).run(program, Context())
    assert [index for index, _ in numbers.rows] == [*range(1, len(numbers.rows) + 1)]
    assert numbers.rows[-1][1] == "leave-alone" and len(numbers.rows) > 5


def test_a_pipeline_on_the_result_of_another_counts_on(program: Program, tmp_path: Path) -> None:
    dump, first = DumpIR(tmp_path), Pipeline([LeaveAlone(), AppendRelu()])
    first.observers.append(dump)
    first.run(program, Context())
    copy = program.copy()
    Pipeline([AppendRelu()], [dump], after=first.number).run(copy, Context())
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["000_captured.txt", "002_append-relu.txt", "run-2_002_start.txt", "run-2_003_append-relu.txt"]


def test_errors_and_dumps_of_layouts_agree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The check that finds a wrong pass runs all passes in one pipeline; the compile runs several."""
    model = nn.ModuleDict({"first": nn.Linear(6, 8), "one": nn.Linear(8, 3), "two": nn.Linear(8, 3)}).double().eval()
    with torch.no_grad():
        model["one"].weight[:, :4] = 0
        model["two"].weight[:, 4:] = 0
    run = ConvertLayouts.run

    def wrong(self: ConvertLayouts, program: Program, ctx: Context) -> bool:
        run(self, program, ctx)
        scale_first_weight(program, 2.0)
        return True

    def forward(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.relu(model["first"](x))
        return model["one"](x), model["two"](x)

    model.forward = forward  # type: ignore[method-assign]
    monkeypatch.setattr(ConvertLayouts, "run", wrong)
    options: dict[str, Any] = {"measure": False, "layout": "gather", "observers": [DumpIR(tmp_path)], "strict": True}
    with pytest.raises(PassError, match="it changes what the model computes") as caught:
        sparsec.compile(model, (torch.randn(2, 6, dtype=torch.float64),), **options)
    assert caught.value.pass_name == "convert-layouts"
    assert (tmp_path / f"run-2_{caught.value.index:03d}_convert-layouts.txt").exists()


def test_a_dump_that_cannot_be_written(program: Program, tmp_path: Path) -> None:
    (tmp_path / "000_captured.txt").mkdir()
    with pytest.raises(UserError, match="cannot be written") as caught:
        Pipeline([AppendRelu()], [DumpIR(tmp_path)]).run(program, Context())
    assert caught.value.code == "unwritable-path"


@dataclass(frozen=True)
class PaintFree(AppendRelu):
    """Change something under another name."""


def test_the_dump_before_a_failure_is_kept(program: Program, tmp_path: Path) -> None:
    with pytest.raises(PassError):
        Pipeline([AppendRelu(), Boast()], [DumpIR(tmp_path)]).run(program, Context())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["000_captured.txt", "001_append-relu.txt"]


def test_a_dump_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UserError) as caught:
            DumpIR(folder)
        assert caught.value.code == "unwritable-path" and str(folder) in str(caught.value)


def test_timing_has_a_row_for_every_run_of_a_pass(program: Program) -> None:
    timing = Timing()
    Pipeline([LeaveAlone(), AppendRelu()], [timing]).run(program, Context())
    assert [(name, changed) for name, _, changed in timing.rows] == [
        ("leave-alone", False),
        ("append-relu", True),
    ]
    assert all(seconds >= 0 for _, seconds, _ in timing.rows)


def test_the_report_holds_the_timing() -> None:
    report = sparsec.compile(tiny(), example(), stages=only([LeaveAlone()])).report
    assert [(name, changed) for name, _, changed in report.timings] == [("leave-alone", False)]
    assert report.seconds == report.timings[0][1]


def test_the_numeric_check_looks_at_changes_only(program: Program) -> None:
    looked: list[Program] = []

    def difference(given: Program) -> str | None:
        looked.append(given)
        return None

    Pipeline([LeaveAlone(), AppendRelu(), Colours()], [NumericCheck(difference)]).run(program, Context())
    assert looked == [program]


def test_the_numeric_check_names_the_pass(program: Program) -> None:
    check = NumericCheck(lambda _: "outputs differ")
    with pytest.raises(PassError, match="it changes what the model computes: outputs differ") as caught:
        Pipeline([LeaveAlone(), AppendRelu()], [check]).run(program, Context())
    assert (caught.value.pass_name, caught.value.index, caught.value.ran) == (
        "append-relu",
        2,
        ("leave-alone",),
    )
    assert caught.value.ir is not None and "aten.relu" in caught.value.ir


# --- wrong numbers, end to end


@pytest.mark.parametrize("factor", [2.0, 1.0 + 1e-8])
def test_a_wrong_pass_is_found_by_bisection(factor: float) -> None:
    steps = [FoldWeights(), LeaveAlone(), ScaleWeight(factor), DropIdentities()]
    with pytest.raises(PassError, match="it changes what the model computes") as caught:
        sparsec.compile(tiny(), example(), stages=only(steps))
    error = caught.value
    assert (error.pass_name, error.index, error.ran) == ("scale-weight", 3, ("fold-weights", "leave-alone"))
    assert "float64" in str(error) and error.ir is not None


def test_a_wrong_pass_inside_a_fixpoint_is_found() -> None:
    @dataclass(frozen=True)
    class ScaleOnce(Pass):
        """Multiply a weight, the first time only."""

        def run(self, program: Program, ctx: Context) -> bool:
            if ctx.refusals:
                return False
            ctx.refuse(next(program.nodes()), "scaled once already")
            scale_first_weight(program, 3.0)
            return True

    with pytest.raises(PassError) as caught:
        sparsec.compile(tiny(), example(), stages=only([Fixpoint((LeaveAlone(), ScaleOnce()))]))
    assert caught.value.pass_name == "scale-once"


def test_without_verification_a_wrong_pass_passes() -> None:
    compiled = sparsec.compile(tiny(), example(), stages=only([ScaleWeight()]), verify=False)
    assert compiled.report.error is None and "Not verified" in compiled.report.summary()
    assert not torch.allclose(compiled(*example()), tiny()(*example()))


def test_the_original_is_not_touched_by_compiling() -> None:
    model = tiny()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    sparsec.compile(model, example(), stages=only([ScaleWeight()]), verify=False)
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
