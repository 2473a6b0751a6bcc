"""Activation functions on vectors, as arithmetic that every processor has.

Exponential: reduction to 2^n * e^r with |r| <= ln(2)/2, then a Taylor polynomial of degree 7 (relative error 2e-7).
Error function: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26 (absolute error 1.5e-7). Both keep
NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .builder import Builder, Value, lanes_of, vector


def relu(b: Builder, x: Value) -> Value:
    """The larger of x and 0."""
    return b.binary("maximumf", x, b.constant(0.0, x.type))


def relu6(b: Builder, x: Value) -> Value:
    """Between 0 and 6."""
    return b.binary("minimumf", relu(b, x), b.constant(6.0, x.type))


def hardsigmoid(b: Builder, x: Value) -> Value:
    """A sixth of relu6(x + 3)."""
    shifted = b.binary("maximumf", b.add(x, b.constant(3.0, x.type)), b.constant(0.0, x.type))
    return b.mul(b.binary("minimumf", shifted, b.constant(6.0, x.type)), b.constant(1 / 6, x.type))


def hardswish(b: Builder, x: Value) -> Value:
    """Product of x and hardsigmoid(x)."""
    return b.mul(x, hardsigmoid(b, x))


def sigmoid(b: Builder, x: Value) -> Value:
    """1 / (1 + e^-x)."""
    one = b.constant(1.0, x.type)
    return b.binary("divf", one, b.add(one, exp(b, b.sub(b.constant(0.0, x.type), x))))


def silu(b: Builder, x: Value) -> Value:
    """Product of x and sigmoid(x)."""
    one = b.constant(1.0, x.type)
    return b.binary("divf", x, b.add(one, exp(b, b.sub(b.constant(0.0, x.type), x))))


def tanh(b: Builder, x: Value) -> Value:
    """1 - 2 / (e^2x + 1)."""
    one, two = b.constant(1.0, x.type), b.constant(2.0, x.type)
    return b.sub(one, b.binary("divf", two, b.add(exp(b, b.mul(x, two)), one)))


def gelu(b: Builder, x: Value) -> Value:
    """With the error function: x / 2 * (1 + erf(x / sqrt 2))."""
    half = b.mul(x, b.constant(0.5, x.type))
    return b.fma(half, erf(b, b.mul(x, b.constant(1 / math.sqrt(2), x.type))), half)


def gelu_tanh(b: Builder, x: Value) -> Value:
    """The approximation with tanh, which is x * sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))."""
    cubic = b.mul(b.mul(x, x), x)
    inner = b.fma(cubic, b.constant(0.044715, x.type), x)
    return b.mul(x, sigmoid(b, b.mul(inner, b.constant(2 * math.sqrt(2 / math.pi), x.type))))


def exp(b: Builder, x: Value) -> Value:
    """Exponential: about 1e-38 below -87, infinite above 88.7."""
    integers = vector(lanes_of(x.type), "i32")
    inside = b.binary("minimumf", x, b.constant(88.3762626647949, x.type))
    inside = b.binary("maximumf", inside, b.constant(-87.3365447504, x.type))
    # Adding 1.5 * 2^23 rounds to an integer and leaves that integer in the low bits.
    magic = b.constant(12582912.0, x.type)
    shifted = b.fma(inside, b.constant(math.log2(math.e), x.type), magic)
    power = b.sub(shifted, magic)
    rest = b.fma(power, b.constant(-0.693145751953125, x.type), inside)
    rest = b.fma(power, b.constant(-1.428606765330187e-06, x.type), rest)
    result = b.constant(1 / math.factorial(7), x.type)
    for degree in range(6, -1, -1):
        result = b.fma(result, rest, b.constant(1 / math.factorial(degree), x.type))
    bits = b.binary("shli", b.convert("bitcast", shifted, integers), b.constant(23, integers))
    power_of_e = b.convert("bitcast", b.add(b.convert("bitcast", result, integers), bits), x.type)
    power_of_e = b.fma(rest, b.constant(0.0, x.type), power_of_e)  # adding integers may have made a number of a NaN
    overflows = b.compare("ogt", x, b.constant(88.7228, x.type))
    return b.select(overflows, b.constant(math.inf, x.type), power_of_e)


def erf(b: Builder, x: Value) -> Value:
    """The error function."""
    size = b.op(f"math.absf {x.name} : {x.type}", x.type)
    one = b.constant(1.0, x.type)
    t = b.binary("divf", one, b.fma(size, b.constant(0.3275911, x.type), one))
    series = b.constant(1.061405429, x.type)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = b.fma(series, t, b.constant(factor, x.type))
    tail = b.mul(b.mul(series, t), exp(b, b.sub(b.constant(0.0, x.type), b.mul(size, size))))
    return b.op(f"math.copysign {b.sub(one, tail).name}, {x.name} : {x.type}", x.type)


# Those of a few instructions: to call one costs more, as every vector in use is put away meanwhile.
SHORT = ("relu", "relu6", "hardsigmoid", "hardswish")
# By the names of ``codegen.operators.epilogues.ACTIVATIONS``.
EMITTERS: dict[str, Callable[[Builder, Value], Value]] = {
    "relu": relu,
    "relu6": relu6,
    "hardsigmoid": hardsigmoid,
    "hardswish": hardswish,
    "sigmoid": sigmoid,
    "silu": silu,
    "tanh": tanh,
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
}
