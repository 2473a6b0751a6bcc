"""Facts: what analyses find out about a program, each under a key that knows its type.

``AXES = Fact[Axes]("axes")`` lies beside the class ``Axes``; ``program.facts[AXES]`` is an ``Axes`` to a type checker
as well. A fact is named in the contract of a pass, in messages and on the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Fact(Generic[T]):
    """The key of a fact. Keys of one name are one key.

    Attributes:
        name: as messages and the command line call it.
    """

    name: str

    def __str__(self) -> str:
        return self.name


Keys = frozenset[Fact[Any]]

# Stands for every fact there is, in what a pass invalidates.
ALL = Fact[Any]("*")


class Facts(dict[Fact[Any], Any]):
    """What is known of a program.

    Raises:
        TypeError: something else than a ``Fact`` is asked for.
    """

    def __getitem__(self, key: Fact[T]) -> T:
        found: T = super().__getitem__(_key(key))
        return found

    def __setitem__(self, key: Fact[T], value: T) -> None:
        super().__setitem__(_key(key), value)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(_key(key))


def _key(key: object) -> Fact[Any]:
    if not isinstance(key, Fact):
        raise TypeError(f"facts have keys, such as sparsec.passes.AXES: {key!r} is none")
    return key
