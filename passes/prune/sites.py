"""Sites: the weights that may be pruned, as matrices, and the rows of data that run through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx
from torch.nn import functional as F

from ...compiler.ir.arguments import piece_of
from ...compiler.ir.program import Program, attribute, is_tensor, module_path
from ...compiler.ir.views import BatchNorm, Layer, layers_of
from ..rules.base import Role
from ..rules.lookup import is_picked
from ..rules.pointwise import Pointwise
from ..rules.table import rule_of
from .kinds import Matrix
from .stacks import Stack, weighing

COMPUTED = (
    "its weight is computed (sparsec.finalize makes plain weights of those with masks, "
    "torch.nn.utils.parametrize.remove_parametrizations of those of weight_norm and the like), "
    "or it is of another kind than a linear layer"
)


@dataclass(frozen=True)
class Site:
    """A weight, and every layer that reads it: tied layers are one site and get one mask.

    Attributes:
        name: dotted path of the layer in the model, or of its weight where that is called otherwise.
        layers: that read it.
        norm: the batch norm that alone reads what its only layer gives, and alone has its mean; None where there is
            none.
    """

    name: str
    layers: tuple[Layer, ...]
    norm: BatchNorm | None = None

    @property
    def layer(self) -> Layer:
        """The first of them."""
        return self.layers[0]

    @property
    def shape(self) -> tuple[int, int]:
        """(outputs, inputs) of each of its matrices."""
        return shape_of_matrix(self.layer)

    @property
    def size(self) -> int:
        """How many weights it has."""
        return self.layer.held.numel()

    def matrices(self, program: Program) -> list[Matrix]:
        """One for each group, as the program holds them now; float32, or float64 if it is held in that."""
        layer = _again(self.layer, program)
        canonical = _as_matrices(layer, layer.canonical())
        dtype = torch.float64 if layer.held.dtype is torch.float64 else torch.float32
        biases: Sequence[Tensor | None] = [None] * layer.groups
        if self._has_own_bias():
            held = program.weight(layer.bias)
            assert held is not None
            biases = held.to("cpu", dtype).chunk(layer.groups)
        elif self._has_mean():
            biases = self._mean(program).neg().to(dtype).chunk(layer.groups)
        rows = zip(canonical, biases, self._expected(program), strict=True)
        return [Matrix(self.name, values.to(dtype), bias, expected) for values, bias, expected in rows]

    def _has_mean(self) -> bool:
        """Whether the mean that its batch norm takes away is its bias."""
        return self.norm is not None and self.layer.bias is None

    def _mean(self, program: Program) -> Tensor:
        """(channels,), float64, that its batch norm takes away."""
        assert self.norm is not None
        mean = program.weight(self.norm.mean)
        assert mean is not None
        return mean.to("cpu", torch.float64)

    def _expected(self, program: Program) -> Sequence[tuple[Tensor, Tensor] | None]:
        """What its batch norm takes the outputs of each matrix to have: mean and variance."""
        if self.norm is None:
            return [None] * self.layer.groups
        held = program.weight(self.norm.variance)
        assert held is not None
        variance, mean = held.to("cpu", torch.float64), self._mean(program)
        mean = torch.zeros_like(mean) if self._has_mean() else mean
        return [*zip(mean.chunk(self.layer.groups), variance.chunk(self.layer.groups), strict=True)]

    def hold(self, program: Program, matrices: Sequence[Matrix]) -> None:
        """Let all layers of the site have other weights, and biases where they have any.

        They are rounded to the dtype in which the program holds them: a module does not hold more.
        """
        layer = _again(self.layer, program)
        values = torch.stack([matrix.values for matrix in matrices])
        new = layer.decanonical(_as_canonical(layer, values.double()).to(layer.held.dtype))
        program.exchange_weight(str(layer.weight.target), new)
        biases = [matrix.bias for matrix in matrices if matrix.bias is not None]
        if biases and isinstance(layer.bias, fx.Node):
            held = program.held(layer.bias)
            assert held is not None
            program.exchange_weight(str(layer.bias.target), torch.cat(biases).to(held.dtype).to(layer.dtype))
        elif biases and self.norm is not None:
            mean = program.held(self.norm.mean)
            assert mean is not None
            program.exchange_weight(str(self.norm.mean.target), torch.cat(biases).neg().to(mean))

    def held(self, program: Program) -> dict[str, Tensor]:
        """What a program holds of its weight and its bias now, by name."""
        nodes = [self.layer.weight, *([self.layer.bias] if self._has_own_bias() else [])]
        return {str(node.target): attribute(program.module, str(node.target)).detach() for node in nodes}  # type: ignore[union-attr]

    def in_place(self, matrices: Sequence[Tensor]) -> Tensor:
        """Something of the shape of its matrices, as it lies in the weight."""
        layer = self.layer
        return layer.decanonical(_as_canonical(layer, torch.stack([*matrices]).double())) != 0

    def parts(self, values: Tensor) -> list[Tensor]:
        """Something of the shape of its weight, such as a gradient, as its matrices, float32 or float64."""
        dtype = torch.float64 if values.dtype is torch.float64 else torch.float32
        return [*_as_matrices(self.layer, self.layer.ordered(values.to("cpu", dtype)))]

    def output_rows(self, layer: Layer, value: Tensor, picks: Tensor | None = None) -> list[Tensor]:
        """Something of the shape of a layer's result: (rows, outputs), for each matrix, in the order of ``rows``.

        Of a transposed convolution, at each place that it reads what all its outputs add to.

        Args:
            layer, value: it, and that.
            picks: as for ``rows``.
        """
        if isinstance(layer, Stack):
            assert picks is not None
            return layer.rows_of(value, picks)
        if layer.is_transposed:
            groups, outputs, _, taps = layer.shape
            spread = _patches(layer, value).chunk(groups, dim=-1)
            return [part.transpose(1, 2).reshape(-1, outputs * taps) for part in spread]
        last = value.movedim(layer.dim if layer.is_convolution else -1, -1)  # rows may lie in another arrangement
        return [*last.reshape(-1, last.shape[-1]).chunk(layer.groups, dim=-1)]

    def rows(self, layer: Layer, value: Tensor, picks: Tensor | None = None) -> list[Tensor]:
        """What a layer's input gives each matrix to multiply: (rows, inputs), one for each group.

        Args:
            layer, value: it, and what it reads.
            picks: of a stack, what says which rows meet which matrix.
        """
        if isinstance(layer, Stack):
            assert picks is not None
            return layer.rows_of(value, picks)
        if not layer.is_convolution:
            return [value.reshape(-1, value.shape[-1])]
        if layer.is_transposed:
            last = value.movedim(layer.dim, -1)
            return [*last.reshape(-1, last.shape[-1]).chunk(layer.groups, dim=-1)]
        return [part.flatten(1) for part in _patches(layer, value).chunk(layer.groups, dim=-1)]

    def _has_own_bias(self) -> bool:
        """Whether it has one bias, that nobody else reads; a transposed layer's rows are not its outputs."""
        biases = {layer.bias for layer in self.layers}
        (first, *others) = biases
        own = isinstance(first, fx.Node) and not others and len(first.users) == len(self.layers)
        return own and self.layer.program.is_weight(first) and not self.layer.is_transposed


def _again(layer: Layer, program: Program) -> Layer:
    """The layer as it is now; its view may be of a weight that was replaced."""
    found = type(layer).of(layer.node, program)
    assert found is not None
    return found


def shape_of_matrix(layer: Layer) -> tuple[int, int]:
    """(outputs, inputs) of each matrix of a layer."""
    _, outputs, inputs, taps = layer.shape
    return (outputs * taps, inputs) if layer.is_transposed else (outputs, taps * inputs)


def _as_matrices(layer: Layer, canonical: Tensor) -> Tensor:
    """(groups, outputs, inputs, taps) as (groups, *shape_of_matrix)."""
    return canonical.transpose(2, 3).reshape(layer.groups, *shape_of_matrix(layer))


def _as_canonical(layer: Layer, matrices: Tensor) -> Tensor:
    groups, outputs, inputs, taps = layer.shape
    return matrices.reshape(groups, outputs, taps, inputs).transpose(2, 3)


def _patches(layer: Layer, value: Tensor) -> Tensor:
    """What a convolution sees at each place of its result: (..., places, taps, channels)."""
    space = layer.held.ndim - 2
    value = value if value.ndim == space + 2 else value[None]
    sizes = layer.held.shape[2:]
    value = F.pad(value, _padding(layer, sizes))
    for side in range(space):
        reach = layer.dilation[side] * (sizes[side] - 1) + 1
        value = value.unfold(2 + side, reach, layer.stride[side])[..., :: layer.dilation[side]]
    # batch, channels, places of each side, taps of each side
    order = [0, *range(2, 2 + 2 * space), 1]
    value = value.permute(order)
    return value.reshape(-1, int(torch.Size(sizes).numel()), value.shape[-1])


def _padding(layer: Layer, sizes: Sequence[int]) -> list[int]:
    """Zeros before and behind each side, the last side first."""
    given, pairs = layer.padding, []
    for side, size in enumerate(sizes):
        if isinstance(given, str):
            whole = layer.dilation[side] * (size - 1) if given == "same" else 0
            pairs.append((whole // 2, whole - whole // 2))
        else:
            pairs.append((given[side], given[side]))
    return [number for pair in reversed(pairs) for number in pair]


def sites_of(program: Program, *, stacks: bool = False) -> tuple[list[Site], dict[str, str]]:
    """The weights of a program that may be pruned, in its order, and why others may not, by name.

    Args:
        program: it.
        stacks: whether matrices of which each row meets one are among them.
    """
    by_weight: dict[str, list[Layer]] = {}
    for layer in weighing(program) if stacks else layers_of(program):
        by_weight.setdefault(str(layer.weight.target), []).append(layer)
    found, refused = [], {}
    for target, layers in by_weight.items():
        name = target.removesuffix(".weight")
        why = _refused(layers)
        if why:
            refused[name] = why
        else:
            found.append(Site(name, tuple(layers), _norm_behind(layers, program)))
    refused |= dict.fromkeys([name for name in computed_layers(program) if name not in refused], COMPUTED)
    for node in program.nodes():
        refused |= {
            name: why
            for name, why in _elsewhere(node, program).items()
            if f"{name}.weight" not in by_weight and name not in by_weight
        }
    return found, refused


def computed_layers(program: Program) -> list[str]:
    """The names of layers of a program whose weights are none that it holds: they are ``COMPUTED``."""
    nodes = [x for x in program.nodes() if rule_of(x).role is Role.LAYER and Layer.of(x, program) is None]
    return [module_path(node) or node.name for node in nodes]


def _norm_behind(layers: Sequence[Layer], program: Program) -> BatchNorm | None:
    """The batch norm that alone reads what a layer gives, and whose mean is its own."""
    (layer, *others), users = layers, list(layers[0].node.users)
    norm = BatchNorm.of(users[0], program) if len(users) == 1 and not others else None
    fits = norm is not None and norm.input is layer.node and layer.dim == 1 and not layer.is_transposed
    if norm is None or not fits or len(norm.mean.users) > 1 or any(piece_of(user) != 0 for user in norm.node.users):
        return None
    return norm


def _elsewhere(node: fx.Node, program: Program) -> dict[str, str]:
    """Matrices that a node, no layer, multiplies with: those of a recurrent network, say."""
    rule = rule_of(node)
    if rule.role in (Role.LAYER, Role.TABLE) or isinstance(rule, Pointwise) or node.op != "call_function":
        return {}
    weights = [x for x in node.all_input_nodes if program.is_weight(x)]
    values = [x for x in node.all_input_nodes if x not in weights and is_tensor(x)]
    if not any(x.meta["val"].is_floating_point() for x in values) and not is_picked(node, program):
        return {}
    name = getattr(node.target, "overloadpacket", node.target)
    why = f"'{getattr(name, '__name__', name)}' reads it, which is no linear layer and no convolution"
    if is_picked(node, program):
        why = "it is a stack of matrices, of which each token picks one; units='neuron' prunes inside of them"
    matrices = [x for x in weights if x.meta["val"].ndim > 1 and x.meta["val"].is_floating_point()]
    return {str(x.target).removesuffix(".weight"): why for x in matrices if is_parameter(x, program)}


def is_parameter(weight: fx.Node, program: Program) -> bool:
    """Whether a weight is trained, as buffers are not."""
    return isinstance(attribute(program.module, str(weight.target)), torch.nn.Parameter)


def _refused(layers: Sequence[Layer]) -> str | None:
    weight = layers[0].weight
    if any(user not in [layer.start for layer in layers] for user in weight.users):
        tables = any(rule_of(user).role is Role.TABLE for user in weight.users)
        return "it is tied to a table of embeddings" if tables else "others read its weight, too"
    if len({(layer.shape, layer.is_transposed, layer.node.target) for layer in layers}) > 1:
        return "layers of several kinds read its weight"
    if not layers[0].held.is_floating_point():
        return f"its weight is {str(layers[0].held.dtype).removeprefix('torch.')}, not of floating point"
    if layers[0].is_depthwise:
        return "each of its outputs reads one channel: there is nothing to choose from"
    return None
