"""A library picks, when it is loaded, the best of its versions that the processor can run.

It asks ``cpuid``, and whether the system saves the registers. The environment variable ``SPARSEC_CPU`` may name a
lesser instruction set, whose better ones are then not taken: to see what a lesser machine would do with the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from ..mlir import host as hosts
from ..mlir.builder import Value
from .native_api import ENTRY, FAIL, PICKED, VERSION
from .native_code import POINTER, Code

MASK = "SPARSEC_CPU"

# The bits that say that a processor has something, by where they are: a leaf of ``cpuid`` and a register, or the
# registers that the system saves.
Bits = Mapping[str, Sequence[int]]
BITS: dict[str, Bits] = {
    "avx2": {
        # SSE3, SSSE3, FMA, CMPXCHG16B, SSE4.1, SSE4.2, MOVBE, POPCNT, XGETBV, AVX, F16C
        "1 ecx": (0, 9, 12, 13, 19, 20, 22, 23, 27, 28, 29),
        "7 ebx": (3, 5, 8),  # BMI, AVX2, BMI2
        "80000001 ecx": (5,),  # LZCNT
        "saved": (1, 2),
    },
    "avx512": {"7 ebx": (16, 17, 28, 30, 31), "saved": (1, 2, 5, 6, 7)},  # F, DQ, CD, BW, VL
    "vnni": {"7 ecx": (11,)},
    "avxvnni": {"7.1 eax": (4,)},
}
TITLES = {
    "generic": "SSE2",
    "avx2": "AVX2",
    "avxvnni": "AVX-VNNI",
    "avx512": "AVX-512",
    "vnni": "AVX-512 VNNI",
    "neon": "NEON",
}
EAX, EBX, ECX, EDX = range(4)
# What ``choose`` answers where it is no version.
NONE, UNKNOWN = -1, -2


def entry_text(sets: Sequence[str]) -> str:
    """The module that is linked with a library's versions, which finds them by their names (see ``version_of``).

    Args:
        sets: their instruction sets, a better one after a worse.
    """
    c = Code()
    for name in sets:  # a version's own word is in place of this one
        with c.scope(f"llvm.mlir.global weak @{version_of(name)}() : {POINTER} {{"):
            c.give_back(c.null())
    if sets != ["neon"]:
        _write_choose(c, sets)
    with c.procedure(PICKED, [], POINTER, visible=True):
        found = _chosen(c, sets)
        names = [(c.compare("eq", found, c.constant(number)), c.string(name)) for number, name in enumerate(sets)]
        c.give_back(reduce(lambda rest, pair: c.select(pair[0], pair[1], rest), names, c.null()))
    write_entry(c, lambda options, api: _register_best(c, sets, options, api))
    c.write_strings()
    return "module {\n" + c.text() + "}\n"


def version_of(name: str) -> str:
    """The symbol of the word that holds the address of a version's ``register`` (see ``native_ops.write_register``)."""
    return f"version_{name}"


def why_none(sets: Sequence[str]) -> str:
    """What a library says that holds no version for a processor."""
    least = TITLES[sets[0]]
    others = f" (its versions are for {', '.join(TITLES[name] for name in sets)})" if sets[1:] else ""
    return (
        f"these sparse kernels need a processor with {least}{others}, which this one has not, or {MASK} forbids: "
        f"export the model again on this machine, or for 'generic', too"
    )


def write_entry(c: Code, register: Callable[[Value, Value], Value]) -> None:
    """``RegisterCustomOps(options, base)``: what ``register(options, api)`` writes gives its status."""
    with c.status_function(ENTRY, [POINTER] * 2, visible=True) as (options, base):
        get = c.load(base, POINTER)
        api = c.invoke_at(get, c.constant(VERSION, "i32"))
        c.use_api(c.invoke_at(get, c.constant(1, "i32")))
        message = f"sparse kernels need ONNX Runtime 1.{VERSION} or later"
        c.guard(c.only_if(c.is_null(api), lambda: c.api("CreateStatus", c.constant(FAIL, "i32"), c.string(message))))
        c.use_api(api)
        c.guard(register(options, api))


def _register_best(c: Code, sets: Sequence[str], options: Value, api: Value) -> Value:
    """Let the version that is taken register its operators."""
    found = _chosen(c, sets)
    unknown = f"{MASK} names no instruction set: it can be {', '.join(hosts.sets())}, or be unset"
    c.require(c.compare("ne", found, c.constant(UNKNOWN)), unknown)
    c.require(c.compare("ne", found, c.constant(NONE)), why_none(sets))
    word = c.address(version_of(sets[0]))
    for number, name in enumerate(sets[1:], 1):
        word = c.select(c.compare("eq", found, c.constant(number)), c.address(version_of(name)), word)
    return c.invoke_at(c.load(word, POINTER), options, api)


def _chosen(c: Code, sets: Sequence[str]) -> Value:
    """The number of the version that is taken; other architectures than x86 have only one."""
    return c.constant(0) if sets == ["neon"] else c.invoke("choose", result="i64")


def _write_choose(c: Code, sets: Sequence[str]) -> None:
    """``choose()``: the number of the best version that can run and may; or what ``NONE``, ``UNKNOWN`` mean."""
    c.line(f"llvm.func extern_weak @getenv({POINTER}) -> {POINTER}")
    _write_same(c)
    with c.procedure("choose", [], "i64"):
        text = c.either(
            c.not_null(c.address("getenv")), [POINTER], lambda: [c.invoke("getenv", c.string(MASK))], lambda: [c.null()]
        )[0]
        free = c.either(
            c.is_null(text),
            ["i1"],
            lambda: [c.constant(1, "i1")],
            lambda: [c.compare("eq", c.load(text, "i8"), c.constant(0, "i8"))],
        )[0]
        asked = {name: _is(c, text, name) for name in hosts.sets()}
        has = _features(c)
        chosen = c.constant(NONE)
        for number, name in enumerate(sets):
            needs = hosts.NEEDS[name]
            allowed = [free, *(named for better, named in asked.items() if needs <= hosts.NEEDS[better])]
            able = [has[feature] for feature in BITS if feature in needs]
            best = reduce(lambda one, other: c.binary("andi", one, other), able, _any(c, allowed))
            chosen = c.select(best, c.constant(number), chosen)
        c.give_back(c.select(_any(c, [free, *asked.values()]), chosen, c.constant(UNKNOWN)))


def _any(c: Code, conditions: Sequence[Value]) -> Value:
    return reduce(lambda one, other: c.binary("ori", one, other), conditions)


def _write_same(c: Code) -> None:
    """``same(text, other, length)``: whether as many bytes are equal; none behind the first that differs is read."""
    with c.procedure("same", [POINTER, POINTER, "i64"], "i1") as (text, other, length):

        def equal(place: Value) -> list[Value]:
            return [c.compare("eq", *(c.load(c.at(one, place, "i8"), "i8") for one in (text, other)))]

        with c.loop(c.constant(0), length, c.constant(1), [c.not_null(text)]) as byte:
            index, so_far = byte.index, byte.carried[0]
            byte.yields(c.either(so_far, ["i1"], lambda: equal(index), lambda: [so_far]))
        c.give_back(byte.results[0])


def _is(c: Code, text: Value, name: str) -> Value:
    """Whether a text, which may be null, is a name."""
    return c.invoke("same", text, c.string(name), c.constant(len(name) + 1), result="i1")


# ---------------------------------------------------------------- what a processor says


def _features(c: Code) -> dict[str, Value]:
    """Whether the processor has each of what ``BITS`` names."""
    words = _words(c)
    found = {}
    for name, places in BITS.items():
        found[name] = reduce(
            lambda one, other: c.binary("andi", one, other),
            [_has(c, words[place], numbers) for place, numbers in places.items()],
        )
    return found


def _has(c: Code, word: Value, numbers: Sequence[int]) -> Value:
    wanted = c.constant(sum(1 << number for number in numbers))
    return c.compare("eq", c.binary("andi", word, wanted), wanted)


def _words(c: Code) -> dict[str, Value]:
    """All that ``BITS`` looks into; 0 where the processor knows no such question."""
    most = _cpuid(c, 0)[EAX]
    one = _cpuid(c, 1)[ECX]
    zero = c.constant(0)
    seven = c.either(
        c.compare("sge", most, c.constant(7)),
        ["i64"] * 5,
        lambda: [*_cpuid(c, 7), _cpuid(c, 7, 1)[EAX]],
        lambda: [zero] * 5,
    )
    saved = c.either(_has(c, one, [27]), ["i64"], lambda: [_saved(c)], lambda: [zero])[0]
    further = _cpuid(c, 0x80000001)[ECX]
    return {
        "1 ecx": one,
        "7 ebx": seven[EBX],
        "7 ecx": seven[ECX],
        "7.1 eax": seven[4],
        "80000001 ecx": further,
        "saved": saved,
    }


def _cpuid(c: Code, leaf: int, part: int = 0) -> list[Value]:
    """The registers after ``cpuid``."""
    four = "!llvm.struct<(i32, i32, i32, i32)>"
    number = leaf - 2**32 if leaf >= 2**31 else leaf
    given = ", ".join(c.constant(value, "i32").name for value in (number, part))
    ways = "={ax},={bx},={cx},={dx},0,2,~{dirflag},~{fpsr},~{flags}"
    found = c.op(f'llvm.inline_asm has_side_effects "cpuid", "{ways}" {given} : (i32, i32) -> {four}', four)
    parts = (c.op(f"llvm.extractvalue {found.name}[{register}] : {four}", "i32") for register in range(4))
    return [c.convert("extui", part, "i64") for part in parts]


def _saved(c: Code) -> Value:
    """Which registers the system saves; only where ``cpuid`` says that it tells."""
    two = "!llvm.struct<(i32, i32)>"
    ways = "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}"
    zero = c.constant(0, "i32").name
    found = c.op(f'llvm.inline_asm has_side_effects "xgetbv", "{ways}" {zero} : (i32) -> {two}', two)
    return c.convert("extui", c.op(f"llvm.extractvalue {found.name}[0] : {two}", "i32"), "i64")
