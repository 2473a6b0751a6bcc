"""Metrics: a user's own, divergence from dense, perplexity; each against a formula written out here."""

from __future__ import annotations

import inspect
import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from zoo.torchvision_shim import import_torchvision

from sparsec.compiler.errors import UserError
from sparsec.compiler.pruning import metric as module
from sparsec.compiler.pruning.data import Data
from sparsec.compiler.pruning.measured import Measured
from sparsec.compiler.pruning.metric import Divergence, Function, Metric, Perplexity, metric_of


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


class Net(nn.Module):
    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 5)
        self.linear.weight = nn.Parameter(drawn(5, 3, seed=seed))

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


class Language(nn.Module):
    """Logits for the next token."""

    def __init__(self, words: int = 11, seed: int = 0) -> None:
        super().__init__()
        self.table = nn.Embedding(words, words)
        self.table.weight = nn.Parameter(drawn(words, words, seed=seed))

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        return self.table(input_ids)


class Returning(nn.Module):
    """Gives whatever a function makes of its input."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Any:
        return self.function(x)


DENSE, PRUNED = Net().eval(), Net(seed=1).eval()
DATA = Data.of([drawn(4, 3), drawn(3, 3, seed=1)], DENSE)
X = torch.cat([args[0] for args, _ in DATA])
IDS = torch.randint(0, 11, (4, 6), generator=torch.Generator().manual_seed(0))
MASK = torch.tensor([[1] * 6, [1] * 4 + [0] * 2, [1, 1] + [0] * 4, [1] + [0] * 5])
TEXTS = Data.of([{"input_ids": IDS, "attention_mask": MASK}], Language())


# -------------------------------------------------------------------- divergence


def test_divergence_of_logits() -> None:
    found = Divergence(DENSE, DATA).measures(PRUNED)
    with torch.no_grad():
        a, b = DENSE(X).double(), PRUNED(X).double()
    kl = F.kl_div(b.log_softmax(-1), a.log_softmax(-1), reduction="none", log_target=True).sum(-1)
    wanted = {
        "kl": kl,
        "agreement": (a.argmax(-1) == b.argmax(-1)).double(),
        "cosine": F.cosine_similarity(a, b),
        "relative": (a - b).norm(dim=-1) / a.norm(dim=-1),
    }
    assert found.keys() == wanted.keys()
    for kind, values in wanted.items():
        assert torch.allclose(found[kind].values, values, atol=1e-6), kind
    assert {x.better for x in found.values()} == {"lower", "higher"}
    assert Divergence(DENSE, DATA).measure(PRUNED).name == "kl"
    assert Divergence(DENSE, DATA, "cosine").measure(PRUNED).value == pytest.approx(wanted["cosine"].mean().item())


def test_a_model_does_not_diverge_from_itself() -> None:
    for dense, data in ((DENSE, DATA), (Language(), TEXTS), (Returning(lambda x: x * 0), DATA)):
        found = Divergence(dense, data).measures(dense)
        assert {kind: x.value for kind, x in found.items()} == {
            kind: {"kl": 0, "relative": 0}.get(kind, 1) for kind in found
        }


def test_padding_does_not_count() -> None:
    dense, other = Language(), Language(seed=1)

    def garbled(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return other(input_ids).masked_fill(~attention_mask.bool()[..., None], 1e3)

    found = Divergence(dense, TEXTS).measures(garbled)
    with torch.no_grad():
        a, b = dense(IDS).double().log_softmax(-1), other(IDS).double().log_softmax(-1)
    kl = (a.exp() * (a - b)).sum(-1)
    wanted = torch.stack([row[mask.bool()].mean() for row, mask in zip(kl, MASK, strict=True)])
    assert torch.allclose(found["kl"].values, wanted)
    assert len(found["cosine"].values) == 4


@pytest.mark.parametrize(
    ("function", "logits"),
    [
        (lambda x: x, True),
        (lambda x: (x,), True),
        (lambda x: {"logits": x, "hidden": x}, True),
        (F.normalize, False),  # directions
        (lambda x: x[:, :1], False),
        (lambda x: {"pooled": x}, False),
        (lambda x: (x, x), False),
        (lambda x: x[:, None, None], False),  # pictures
        (lambda x: x[:, None], False),  # a row for each place, and no tokens
    ],
)
def test_what_looks_like_logits(function: Any, logits: bool) -> None:
    found = Divergence(Returning(function), DATA).measures(Returning(function))
    assert ("kl" in found) == logits
    assert found["relative"].value == 0


def test_which_output_is_logits_can_be_said() -> None:
    model = Returning(lambda x: {"pooled": x, "other": x})
    for logits in ("other", 1):
        assert "kl" in Divergence(model, DATA, logits=logits).measures(model)
    assert "kl" not in Divergence(DENSE, DATA, logits="").measures(DENSE)
    with pytest.raises(UserError, match="fails") as caught:
        Divergence(model, DATA, logits="none").measures(model)
    assert "there is no output 'none' among pooled, other" in str(caught.value)
    with pytest.raises(UserError, match="'kl' needs logits") as caught:
        Divergence(model, DATA, "kl").measure(model)
    assert "its outputs are pooled, other" in str(caught.value)


def test_outputs_of_the_whole_batch_are_one_sample_of_it() -> None:
    model = Returning(lambda x: (x, x.mean()))
    assert len(Divergence(model, DATA).measures(model)["relative"].values) == 2


def test_places_of_pictures_are_pixels() -> None:
    maps, others = drawn(2, 5, 3, 4), drawn(2, 5, 3, 4, seed=1)
    data = Data.of([drawn(2, 3)])
    found = Divergence(lambda x: {"logits": maps}, data).measures(lambda x: {"logits": others})
    assert torch.allclose(found["agreement"].values, (maps.argmax(1) == others.argmax(1)).double().mean(dim=(1, 2)))
    cosine = F.cosine_similarity(maps.double(), others.double(), dim=1).mean(dim=(1, 2))
    assert torch.allclose(found["cosine"].values, cosine)


def test_dense_outputs_are_held_where_they_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    counting = Returning(lambda x: calls.append(1) or DENSE(x))
    divergence = Divergence(counting, DATA)
    figures = [divergence.measure(PRUNED).value for _ in range(3)]
    assert len(calls) == 2
    monkeypatch.setattr(module, "HELD", 0)
    figures.append(Divergence(counting, DATA).measure(PRUNED).value)
    figures.append(Divergence(counting, DATA).measure(PRUNED).value)
    assert len(calls) == 6
    assert len(set(figures)) == 1


def test_models_that_write_into_their_input_do_not_change_data() -> None:
    digest = DATA.digest
    Divergence(Returning(lambda x: x.mul_(2)), DATA).measure(Returning(lambda x: x.zero_()))
    assert Data.of([args[0] for args, _ in DATA]).digest == Data.of([X[:4], X[4:]]).digest
    assert DATA.digest == digest


def test_outputs_that_cannot_be_compared_are_said() -> None:
    for pruned, words in (
        (Returning(lambda x: x[:, :2]), "its outputs are output (4, 2), and the dense model's output (4, 5)"),
        (Returning(lambda x: {"y": DENSE(x)}), "its outputs are y (4, 5)"),
    ):
        with pytest.raises(UserError, match="the metric 'divergence' fails") as caught:
            Divergence(DENSE, DATA).measure(pruned)
        assert words in str(caught.value)
    with pytest.raises(UserError, match="gives no tensor of numbers"):
        Divergence(Returning(lambda x: None), DATA).measure(Returning(lambda x: None))
    with pytest.raises(UserError, match="the metric 'cosine' gives nan for sample 1 of 7"):
        Divergence(DENSE, DATA).measure(Returning(lambda x: DENSE(x) * math.nan))


def test_outputs_of_transformers() -> None:
    transformers = pytest.importorskip("transformers")
    import_torchvision()
    config = transformers.LlamaConfig(
        vocab_size=11, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2
    )
    model = transformers.LlamaForCausalLM(config).eval()
    data = Data.of([{"input_ids": IDS, "attention_mask": MASK, "labels": IDS}], model)
    found = Divergence(model, data).measures(model)
    assert found["kl"].value == 0
    assert Perplexity(data).measure(model).value == pytest.approx(11, rel=0.2)
    embeddings = Divergence(model.model, data).measures(model.model)
    assert embeddings.keys() == {"cosine", "relative"}


# -------------------------------------------------------------------- perplexity


def test_perplexity_is_of_tokens_that_follow_one() -> None:
    model = Language()
    found = Perplexity(TEXTS).measure(model)
    with torch.no_grad():
        losses = F.cross_entropy(model(IDS)[:, :-1].reshape(-1, 11), IDS[:, 1:].reshape(-1), reduction="none")
    counted = MASK[:, 1:].reshape(-1).bool()
    assert found.value == pytest.approx(math.exp(losses[counted].mean().item()), rel=1e-6)
    assert found.weights is not None and found.weights.tolist() == [5, 3, 1]  # the last text has one token
    assert (found.name, found.better) == ("perplexity", "lower")
    assert found.interval is not None and found.interval[0] < found.value < found.interval[1]


def test_a_model_that_knows_nothing_is_as_perplexed_as_there_are_words() -> None:
    even = Returning(lambda ids: torch.zeros(*ids.shape, 11))
    assert Perplexity(Data.of([IDS])).measure(even).value == pytest.approx(11)


def test_perplexity_needs_tokens_and_logits() -> None:
    for data, model, words in (
        (DATA, DENSE, "no input is tokens"),
        (Data.of([IDS]), Returning(lambda ids: ids.float()), "no logits for each of the tokens (4, 6)"),
    ):
        with pytest.raises(UserError, match="the metric 'perplexity' fails") as caught:
            Perplexity(data).measure(model)
        assert words in str(caught.value)
    with pytest.raises(UserError, match="there is no token to foretell"):
        Perplexity(Data.of([IDS[:, :1]])).measure(Language())


# -------------------------------------------------------------------- a user's own


def accuracy(model: Any) -> Tensor:
    return (model(X).argmax(-1) == 1).float()


def test_a_function_is_a_metric() -> None:
    found = Function(accuracy).measure(DENSE)
    assert (found.name, found.better, len(found.values)) == ("accuracy", "higher", 7)
    assert found.interval is not None
    one = Function(lambda model: float(model(X).mean()), "lower", "loss").measure(DENSE)
    assert (one.name, one.better, one.interval) == ("loss", "lower", None)
    for value in (3, 3.0, torch.tensor(3), torch.tensor([3.0]), torch.tensor(3.0).numpy(), True):
        assert Function(lambda model, value=value: value).measure(DENSE).value == float(value)


def test_a_function_may_give_all_of_it() -> None:
    given = Measured("ours", torch.arange(3).double())
    assert Function(lambda model: given).measure(DENSE) is given


def failing(model: Any) -> float:
    raise KeyError("no such label")


def failing_within(model: Any) -> float:
    return float(model(X[:, :2]).mean())


@pytest.mark.parametrize("metric", [failing, failing_within])
def test_a_metric_that_raises_is_shown_by_its_line(metric: Any) -> None:
    with pytest.raises(UserError, match=f"the metric '{metric.__name__}' fails") as caught:
        Function(metric).measure(DENSE)
    assert caught.value.code == "bad-metric"
    first = inspect.getsourcelines(failing if metric is failing else Net.forward)[1]
    assert caught.value.where == f"{__file__}:{first + 1}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (math.nan, "gives nan"),
        (math.inf, "gives inf"),
        (torch.tensor([0.0, math.nan]), "gives nan for sample 2 of 2"),
        (torch.zeros(2, 2), r"gives a tensor of shape \(2, 2\)"),
        (torch.zeros(0), r"gives a tensor of shape \(0,\)"),
        (1j, "gives 'complex'"),
        ("good", "gives 'str'"),
        (None, "gives 'NoneType'"),
    ],
)
def test_a_metric_that_gives_no_number_is_refused(value: Any, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        Function(lambda model: value, label="mine").measure(DENSE)
    assert caught.value.code == "bad-metric"
    assert "the metric 'mine'" in str(caught.value)


def test_an_interrupt_and_a_full_memory_are_none_of_its_faults() -> None:
    def interrupted(model: Any) -> float:
        raise KeyboardInterrupt

    def full(model: Any) -> float:
        raise MemoryError

    with pytest.raises(KeyboardInterrupt):
        Function(interrupted).measure(DENSE)
    with pytest.raises(MemoryError):
        Function(full).measure(DENSE)


def test_random_numbers_are_the_same_each_time_and_left_alone() -> None:
    metric = Function(lambda model: torch.rand(3))
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    assert torch.equal(metric.measure(DENSE).values, metric.measure(DENSE).values)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_metrics_by_name() -> None:
    assert isinstance(metric_of("perplexity", DENSE, TEXTS), Perplexity)
    for name in ("kl", "agreement", "cosine", "relative"):
        found = metric_of(name, DENSE, DATA)
        assert isinstance(found, Divergence) and found.measure(PRUNED).name == name
    assert isinstance(metric_of(None, DENSE, DATA), Divergence)
    assert isinstance(metric_of(accuracy, DENSE, DATA), Function)
    own: Metric = Perplexity(TEXTS)
    assert metric_of(own, DENSE, DATA) is own
    for wrong in ("speed", 3, Perplexity):
        with pytest.raises(UserError, match="is no metric"):
            metric_of(wrong, DENSE, DATA)
