"""An edition's one colour, made legible in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterable

# The grounds that text stands on: `--pb-paper` and `--pb-shade` of patternbook.css, held to it by a test.
LIGHT, DARK = ("#fbf8f1", "#f3eee3"), ("#1d1a17", "#27231f")
# The least contrast of text (WCAG 2.2, 1.4.3).
LEAST = 4.5


def style_sheet(colour: str) -> bytes:
    """The style sheet that gives a site the colour, such as #8a2f20, or one close to it that can be read."""
    light, dark = legible(colour, LIGHT, "#000000"), legible(colour, DARK, "#ffffff")
    return (
        f':root, [data-md-color-scheme="default"] {{ --pb-accent: {light}; }}\n'
        f'[data-md-color-scheme="slate"] {{ --pb-accent: {dark}; }}\n'
        f'@media screen and (prefers-color-scheme: dark) {{ .no-js [data-md-color-scheme="default"] {{ --pb-accent: {dark}; }} }}\n'
    ).encode()


def legible(colour: str, grounds: Iterable[str], towards: str) -> str:
    """The colour, mixed with as little of another as makes it stand out from every ground."""
    grounds = tuple(grounds)
    for part in range(21):
        mixed = _mixed(colour, towards, part / 20)
        if all(contrast(mixed, ground) >= LEAST for ground in grounds):
            return mixed
    return towards


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _parts(colour)))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def _parts(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _mixed(colour: str, towards: str, part: float) -> str:
    pairs = zip(_parts(colour), _parts(towards), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * part):02x}" for one, other in pairs)
