"""The factors of batch norms, by the inputs of the layers that read what they scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...compiler.errors import UserError
from ...compiler.ir.program import Program
from ...compiler.ir.views import BatchNorm
from ..base import Context
from ..rules.facts import Axes
from .sites import Site
from .statistics import NormScales
from .units import found_axes, read_ids


def norm_scales(program: Program, sites: Sequence[Site], ctx: Context) -> dict[str, list[NormScales]]:
    """For each site and each of its matrices what batch norms scale its inputs by.

    Args:
        program, sites: the dense model, and its weights that may be pruned.
        ctx: of the pass.

    Raises:
        UserError: no batch norm scales any of them. Of some that none scales, inputs count as scaled by nothing.
    """
    axes = found_axes(program, ctx)
    total, count = _by_id(program, axes)
    found: dict[str, list[NormScales]] = {}
    some = False
    for site in sites:
        ids, (groups, _, inputs, taps) = read_ids(site.layer, axes), site.layer.shape
        each = torch.ones(groups, inputs, dtype=torch.float64)
        if ids is not None and bool(count[ids].any()):
            some = True
            each = torch.from_numpy(np.where(count[ids] > 0, total[ids] / np.maximum(count[ids], 1), 1.0)).view_as(each)
        found[site.name] = [_of(site, row, taps) for row in each]
    if not some:
        raise UserError(
            "bad-option",
            "'batch-norm-scale' looks at batch norms, and none scales what a layer reads",
            hint="choose another importance, such as 'obs' or 'magnitude'",
        )
    return found


def _of(site: Site, scales: Tensor, taps: int) -> NormScales:
    """Of one matrix: its columns are taps, and the inputs within each, but for transposed layers'."""
    statistic = NormScales(*site.shape)
    statistic.scales = scales if site.layer.is_transposed else scales.repeat(taps)
    return statistic


def _by_id(program: Program, axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    """For each channel id the sum of the factors that it is scaled by, and how many these are."""
    total, count = np.zeros(len(axes.ids) + 1), np.zeros(len(axes.ids) + 1, dtype=np.int64)
    for norm in filter(None, (BatchNorm.of(node, program) for node in program.nodes())):
        gamma, own = program.weight(norm.weight), axes.channels.get(norm.input)
        if gamma is None or norm.input in axes.opaque or own is None or 1 not in own.dims:
            continue
        ids = axes.ids.find(own.only({1}).labels).reshape(-1)
        np.add.at(total, ids, gamma.double().abs().cpu().numpy())
        np.add.at(count, ids, 1)
    return total, count
