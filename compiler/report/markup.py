"""HTML elements and simple drawings, as text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


def el(tag: str, *content: str, kind: str = "", **attributes: str) -> str:
    """An element: ``content`` is markup, attribute values are escaped here; empty attributes are left out."""
    given = {"class": kind, **attributes}
    listed = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in given.items() if value)
    return f"<{tag}{listed}>{''.join(content)}</{tag}>"


def section(title: str, body: str) -> str:
    """A headed part of a page; nothing for an empty one."""
    return el("section", el("h2", escape(title)), body) if body else ""


def shorten(name: str, room: int = 44) -> str:
    """A layer's name for a label: without ``.weight``, and cut at the front, where names are alike."""
    name = name.removesuffix(".weight")
    if len(name) <= room:
        return name
    end = name[1 - room :]
    return "…" + (end[end.find(".") + 1 :] if "." in end[: room // 2] else end)


def breakable(name: str) -> str:
    """A name as markup that may be broken behind its dots."""
    return escape(name).replace(".", ".<wbr>")


def table(heads: Iterable[str], rows: Iterable[str], kind: str) -> str:
    """A table of finished rows; ``heads`` are texts."""
    head = el("thead", el("tr", *(el("th", text, scope="col") for text in heads)))
    return el("table", head, "\n", el("tbody", "\n".join(rows)), kind=kind)


def legend(*entries: tuple[str, str]) -> str:
    """Colours (as classes) and what they stand for."""
    return el("p", *(el("span", el("i", kind=kind), escape(text)) for kind, text in entries), kind="legend")


def hint(text: str) -> str:
    """A remark below a drawing."""
    return el("p", escape(text), kind="hint")


def svg(width: float, height: float, name: str, size: int, parts: Iterable[str]) -> str:
    """A drawing that shrinks with the page; ``size`` is that of its letters."""
    box = {"viewBox": f"0 0 {width:g} {height:g}", "style": f"max-width:{width:g}px", "font_size": str(size)}
    return el("svg", *parts, role="img", aria_label=name, **box)


def rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    """A rectangle."""
    return el("rect", kind=kind, x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=f"{height:.1f}")


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line."""
    return el("line", kind=kind, x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}")


def label(kind: str, x: float, y: float, words: str) -> str:
    """Words at a place, their middle at ``y``."""
    return el("text", escape(words), kind=kind, x=f"{x:.1f}", y=f"{y:.1f}")


def tooltip(words: str, *shapes: str) -> str:
    """Shapes with a tooltip."""
    return el("g", el("title", escape(words)), *shapes)


@dataclass(frozen=True)
class Axes:
    """Where pairs of numbers lie in a drawing.

    Attributes:
        low, high: the pairs in the corners, left below and right above.
        width, height: of the drawing, in pixels.
        margins: above, to the right, below and to the left.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    width: float
    height: float
    margins: tuple[float, float, float, float] = (2.0, 2.0, 2.0, 2.0)

    def across(self, x: float) -> float:
        """Pixels from the left."""
        _, right, _, left = self.margins
        return left + (x - self.low[0]) / (self.high[0] - self.low[0]) * (self.width - left - right)

    def up(self, y: float) -> float:
        """Pixels from above."""
        top, _, bottom, _ = self.margins
        return self.height - bottom - (y - self.low[1]) / (self.high[1] - self.low[1]) * (self.height - top - bottom)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers between two others, about as many as wanted: multiples of 1, 2 or 5 times a power of ten.

    Args:
        low, high: the two, the lower first.
        count: how many at most, or one more.
    """
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / count))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power * count >= high - low)
    first = math.ceil(low / step - 1e-9)
    return [round(at * step, 12) for at in range(first, math.floor(high / step + 1e-9) + 1)]


def document(title: str, style: str, body: Iterable[str]) -> str:
    """A page that needs nothing else; parts of the body that are empty are left out."""
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        el("title", escape(title)),
        el("style", style),
    ]
    content = el("head", *head) + "\n" + el("body", el("main", "\n".join(filter(None, body))))
    return f'<!DOCTYPE html>\n<html lang="en">\n{content}\n</html>\n'
