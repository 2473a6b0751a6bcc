"""The picture of ``mask_quality.py``: agreement with the dense network over multiply-adds, as SVG."""

from __future__ import annotations

from html import escape
from typing import Any

VARIANTS = {
    "shared": "shared masks",
    "own_channels": "own masks, as many channels for each reader",
    "own_macs": "own masks, as many multiply-adds",
}
STYLE = """:root{--ink:#1a2026;--soft:#5a6670;--grid:#dde2e6;--shared:#c2571a;--own:#0d7f77;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebee;--soft:#9aa6b0;--grid:#343c44;--shared:#f08c4a;--own:#3fc1b5;
--paper:#161b20}}
text{font-family:system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px;fill:var(--soft)}
.h{font-size:15px;font-weight:600;fill:var(--ink)} .k{fill:var(--ink)} .m{text-anchor:middle} .e{text-anchor:end}
line{stroke:var(--grid)} polyline{fill:none;stroke-width:2.2} .shared{stroke:var(--shared)} .own{stroke:var(--own)}
circle{stroke:var(--paper);stroke-width:1} circle.shared{fill:var(--shared)} circle.own{fill:var(--own)}
.hollow{fill:var(--paper)!important;stroke:var(--own)!important;stroke-width:1.8!important}
.bg{fill:var(--paper)}"""
WIDTH, HEIGHT, LEFT, TOP, GAP = 380, 260, 62, 100, 70  # of a panel, and around it
LOWEST_PERCENT = 75  # % of the dense network's multiply-adds at the left end of a panel


def picture(rows: list[dict[str, Any]]) -> str:
    """Fidelity over multiply-adds, a panel for each network; the compensated variants only."""
    titles = list(dict.fromkeys(row["network"] for row in rows))
    wide, high = LEFT + len(titles) * (WIDTH + GAP) - GAP + 24, TOP + HEIGHT + 62
    parts = [f'<rect class="bg" width="{wide}" height="{high}"/>', *_legend()]
    for number, title in enumerate(titles):
        chosen = [row for row in rows if row["network"] == title and row["compensated"]]
        parts += [f'<g transform="translate({LEFT + number * (WIDTH + GAP)} {TOP})">', *_panel(title, chosen), "</g>"]
    label = "Agreement with the dense network over multiply-adds, for shared and own masks"
    box = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" aria-label="{label}"'
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', f"<style>\n{STYLE}\n</style>", *parts, "</svg>\n"]
    )


def _legend() -> list[str]:
    parts, x = [], LEFT
    for (variant, text), kind, room in zip(
        VARIANTS.items(), ("shared", "own hollow", "own"), (150, 366, 0), strict=True
    ):
        if variant != "own_channels":
            parts.append(f'<polyline class="{kind}" points="{x},24 {x + 24},24"/>')
        parts.append(
            f'<circle class="{kind}" cx="{x + 12}" cy="24" r="4.5"/><text class="k" x="{x + 32}" y="28.5">{text}</text>'
        )
        x += room
    return parts


def _panel(title: str, rows: list[dict[str, Any]]) -> list[str]:
    def place(row: dict[str, Any], variant: str) -> tuple[float, float]:
        share = 100 * row[variant]["macs"] / row["dense"]["macs"]
        return (share - LOWEST_PERCENT) / (100 - LOWEST_PERCENT) * WIDTH, (1 - row[variant]["fidelity"]) * HEIGHT

    parts = [f'<text class="h" x="0" y="-32">{escape(title)}</text>']
    parts.append('<text x="0" y="-14">crops given the same class as by the dense network</text>')
    for percent in range(0, 101, 20):
        y = HEIGHT * (1 - percent / 100)
        parts.append(f'<line x1="0" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}"/>')
        parts.append(f'<text class="e" x="-8" y="{y + 4.5:.1f}">{percent} %</text>')
    for percent in range(LOWEST_PERCENT, 101, 5):
        x = (percent - LOWEST_PERCENT) / (100 - LOWEST_PERCENT) * WIDTH
        parts.append(f'<text class="m" x="{x:.1f}" y="{HEIGHT + 20}">{percent} %</text>')
    parts.append(f'<text class="m" x="{WIDTH / 2}" y="{HEIGHT + 44}">multiply-adds of the dense network</text>')
    for variant, kind in (("own_channels", "own hollow"), ("shared", "shared"), ("own_macs", "own")):
        points = [(float(WIDTH), 0.0), *(place(row, variant) for row in rows)]
        if variant != "own_channels":
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline class="{kind}" points="{line}"/>')
        parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>' for x, y in points[1:]]
    return parts
