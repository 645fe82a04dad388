"""Contrast of every text colour on every ground, from the style sheets themselves (WCAG 2.2, 1.4.3 and 1.4.11).

    python contrast.py        exits with 1 if a text colour has less than 4.5:1 or a line less than 3:1
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "assets" / "patternbook"
KINDS = ["trap", "model", "shape", "practice", "ritual", "story", "template", "checklist", "path", "page"]
TEXT = ["ink", "soft", "accent", *KINDS]
GROUNDS = ["paper", "shade"]


def luminance(colour: str) -> float:
    colour = colour.lstrip("#")
    if len(colour) == 3:
        colour = "".join(c * 2 for c in colour)
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colours(css: str, selector: str) -> dict[str, str]:
    start = css.index(selector)
    block = css[css.index("{", start) + 1 : css.index("}", start)]
    return dict(re.findall(r"--pb-([a-z]+):\s*(#[0-9a-f]{3,6})", block))


def main() -> int:
    screen = (HERE / "patternbook.css").read_text(encoding="utf-8")
    paper = (HERE / "print.css").read_text(encoding="utf-8")
    schemes = {
        "light": colours(screen, ':root, [data-md-color-scheme="default"] {'),
        "dark": colours(screen, '[data-md-color-scheme="slate"] {'),
        "dark without a script": colours(screen, '.no-js [data-md-color-scheme="default"]'),
        "print": colours(paper, "body, body[data-md-color-scheme] {"),
    }
    bad = 0
    if schemes["dark"] != schemes["dark without a script"]:
        print("the two dark schemes differ")
        bad += 1
    for name, values in schemes.items():
        print(f"{name}\n  {'':10} " + "  ".join(f"{ground:>6}" for ground in GROUNDS))
        for text in [*TEXT, "line"]:
            needed = 3.0 if text == "line" else 4.5
            row = [contrast(values[text], values[ground]) for ground in GROUNDS]
            if text == "line":
                row = row[:1]
            failed = min(row) < needed
            bad += failed
            print(f"  {text:10} " + "  ".join(f"{ratio:6.2f}" for ratio in row) + ("   below " + str(needed) if failed else ""))
        on_note = contrast(values["ink"], values["note"])
        bad += on_note < 4.5
        print(f"  {'ink/note':10} {on_note:6.2f}")
    print("all above their limits" if not bad else f"{bad} below their limits")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
