"""The model: what can be gained at most, and what a kernel makes of it."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from sparsec.codegen.triton.base import Kernel, Problem, Schedule, Turn
from sparsec.codegen.triton.cards import A100, H200
from sparsec.codegen.triton.facts import Facts
from sparsec.codegen.triton.roofline import LATENCY, at_most, dense, estimate, limit
from sparsec.compiler.errors import UserError

GATE, OUTPUT, SMALL = (14336, 4096), (4096, 4096), (8192, 2048)  # Llama-3.1-8B, and Llama-3.2-1B's MLP


def layer(shape: tuple[int, int], tokens: int, zeros: float = 0.9, tile: tuple[int, int] = (64, 64)) -> Problem:
    return Problem(*shape, tokens, torch.bfloat16, tile, round(shape[0] * shape[1] * (1 - zeros)))


def schedule(rows: int = 64, tokens: int = 16, *, split: bool = True, depth: int = 64) -> Schedule:
    turn = Turn(rows * depth, rows * depth * tokens, rows, tokens)
    return Schedule(Kernel("none", {}), {}, turn=turn, split=split)


def told(**changes: object) -> Facts:
    """Of a kernel that nothing is to be said against."""
    good = {"registers": 40, "spills": 0, "shared": 20480, "size": 9000, "product": "wgmma m64n16k16", "copies": 5}
    loop = {"loads": {16: 5}, "instructions": 90.0, "weight": 2.8, "blocks": 10, "warps": 4, "in_flight": 300000}
    return Facts(**good | loop | {"lines": {}} | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "zeros", "bytes_alone", "with_launch"),
    [
        (GATE, 0.5, 2.0, 1.9),
        (GATE, 0.8, 5.0, 3.9),
        (GATE, 0.9, 10.0, 6.2),
        (GATE[::-1], 0.9, 10.0, 6.2),
        (OUTPUT, 0.5, 2.0, 1.7),
        (OUTPUT, 0.8, 5.0, 2.8),
        (OUTPUT, 0.9, 10.0, 3.5),
        (SMALL, 0.9, 10.0, 3.5),
    ],
)
def test_the_most_that_one_token_can_gain(
    shape: tuple[int, int], zeros: float, bytes_alone: float, with_launch: float
) -> None:
    problem = layer(shape, 1, zeros)
    assert at_most(problem, H200, launch=False) == pytest.approx(bytes_alone, rel=0.006)
    assert at_most(problem, H200) == pytest.approx(with_launch, abs=0.06)


@pytest.mark.parametrize(("shape", "microseconds"), [(GATE, 27.3), (OUTPUT, 7.8), (SMALL, 7.8)])
def test_dense_layers_stream_from_memory(shape: tuple[int, int], microseconds: float) -> None:
    time = dense(layer(shape, 1), H200)
    assert time.busy * 1e6 == pytest.approx(microseconds, abs=0.05) and time.bound == "memory"
    assert time.seconds == time.busy + 2e-6


def test_many_tokens_are_bound_by_tensor_cores() -> None:
    problem = layer(GATE, 512, 0.8)
    assert dense(problem, H200).busy * 1e6 == pytest.approx(76, abs=0.5)
    assert dense(problem, H200).bound == "tensor cores" and at_most(problem, H200, launch=False) == pytest.approx(5)


def test_an_index_is_read_too() -> None:
    """Two of four: half of the numbers, and an eighth of a byte for each position."""
    half = dataclasses.replace(layer(GATE, 1, 0.5), index=GATE[0] * GATE[1] // 8)
    assert at_most(half, H200, launch=False) == pytest.approx(1.78, abs=0.01)


def test_small_layers_are_bound_by_the_launch() -> None:
    assert limit(layer((256, 256), 1), H200).bound == "launch"


def test_sums_residuals_and_biases_are_moved() -> None:
    plain = layer(OUTPUT, 16)
    more = dataclasses.replace(plain, bias=True, residual=True)
    extra = (limit(more, H200).memory - limit(plain, H200).memory) * H200.bandwidth
    assert extra == pytest.approx(2 * 4096 * (16 + 1))


@pytest.mark.parametrize(
    ("rows", "tokens", "zeros", "gain"),
    [
        (64, 128, 0.5, 0.6),
        (64, 128, 0.8, 1.5),
        (64, 128, 0.9, 3.0),
        (128, 256, 0.5, 1.2),
        (128, 256, 0.8, 3.0),
        (128, 256, 0.9, 6.0),
    ],
)
def test_small_tiles_read_the_cache_too_often(rows: int, tokens: int, zeros: float, gain: float) -> None:
    """512 tokens, with a cache of 5.5 TB/s."""
    problem = layer(GATE, 512, zeros, (rows, 64))
    time = estimate(problem, schedule(rows, tokens), told(weight=0.1), H200)
    assert time.bound == "cache"
    assert dense(problem, H200).busy / time.busy == pytest.approx(gain, abs=0.06)


def test_too_many_instructions_bind() -> None:
    """A weight may cost 13.8 lane instructions before an H200 is busier with them than with reading it."""
    for weight, bound in ((13.7, "memory"), (14.0, "issue")):
        time = estimate(layer(GATE, 1, 0.5), schedule(), told(weight=weight), H200)
        assert time.bound == bound


def test_filled_up_tokens_are_multiplied_and_not_read() -> None:
    one, sixteen = (estimate(layer(GATE, tokens), schedule(), told(), H200) for tokens in (1, 16))
    assert one.tensor == sixteen.tensor and one.issue == sixteen.issue
    assert one.cache < sixteen.cache


def test_weights_are_read_again_for_each_tile_of_tokens() -> None:
    few, many = (estimate(layer(GATE, tokens), schedule(tokens=64), told(), H200) for tokens in (64, 128))
    assert many.issue == 2 * few.issue and many.cache == pytest.approx(2 * few.cache)


def test_few_blocks_leave_multiprocessors_idle() -> None:
    """4096 rows are 64 blocks of threads, for 132 multiprocessors."""
    problem = layer(OUTPUT, 1)
    alone, split = (estimate(problem, schedule(split=split), told(), H200) for split in (False, True))
    assert alone.issue == pytest.approx(split.issue * 132 / 64) and alone.tensor > split.tensor
    assert split.memory == limit(problem, H200).memory


def test_few_bytes_on_their_way_slow_memory_down() -> None:
    problem = layer(GATE, 1)
    needed = H200.bandwidth * LATENCY / H200.multiprocessors
    full, half = (estimate(problem, schedule(), told(in_flight=share * needed), H200) for share in (1.0, 0.5))
    assert full.memory == limit(problem, H200).memory and half.memory == pytest.approx(2 * full.memory)
    assert (full.bound, half.bound) == ("memory", "latency")


def test_inputs_that_are_skipped_are_passed_by() -> None:
    """Half of a dense weight is not read, and all of it costs instructions."""
    packed = schedule()
    assert packed.turn is not None
    skipping = dataclasses.replace(packed, turn=dataclasses.replace(packed.turn, dense=True))
    few, all_of_them = (estimate(layer(GATE, 1, 0.5), one, told(), H200) for one in (packed, skipping))
    assert all_of_them.issue == pytest.approx(2 * few.issue) and all_of_them.memory == few.memory


def test_what_is_not_multiplied_on_tensor_cores_takes_none_of_their_time() -> None:
    assert estimate(layer(GATE, 1), schedule(), told(product="fma"), H200).tensor == 0.0


def test_nothing_is_said_of_a_kernel_without_a_loop() -> None:
    for of_schedule, of_facts in ((schedule(), told(weight=None)), (Schedule(Kernel("none", {}), {}), told())):
        with pytest.raises(ValueError, match="innermost loop"):
            estimate(layer(GATE, 1), of_schedule, of_facts, H200)


def test_a_dtype_without_tensor_cores_is_an_error() -> None:
    with pytest.raises(UserError, match="float64"):
        dense(dataclasses.replace(layer(GATE, 1), dtype=torch.float64), A100)
