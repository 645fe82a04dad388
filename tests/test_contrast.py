"""Contrast of every text colour on every ground, read from the style sheets themselves (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest
from books import ROOT
from patternbook.hosts.colours import DARK, LIGHT

ASSETS = ROOT / "plugins/patternbook/theme/assets/patternbook"
KINDS = ("trap", "model", "shape", "practice", "ritual", "story", "template", "checklist", "path", "page")
TEXT = ("ink", "soft", "accent", *KINDS)
GROUNDS = ("paper", "shade")
# Where each scheme's colours stand: the style sheet, and the start of the rule.
SCHEMES = {
    "light": ("patternbook.css", ':root, [data-md-color-scheme="default"] {'),
    "dark": ("patternbook.css", '[data-md-color-scheme="slate"] {'),
    "dark without a script": ("patternbook.css", '.no-js [data-md-color-scheme="default"]'),
    "print": ("print.css", "body, body[data-md-color-scheme] {"),
}


def colours(scheme: str) -> dict[str, str]:
    """The custom properties of a scheme: `--pb-ink` as `ink`."""
    name, selector = SCHEMES[scheme]
    css = (ASSETS / name).read_text(encoding="utf-8")
    start = css.index("{", css.index(selector)) + 1
    return dict(re.findall(r"--pb-([a-z]+):\s*(#[0-9a-f]{3,6})", css[start : css.index("}", start)]))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    """A reader with weak eyes, or a bad projector, must still be able to read each kind's colour."""
    values = colours(scheme)
    weak = {(text, ground): contrast(values[text], values[ground]) for text in TEXT for ground in GROUNDS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert contrast(values["ink"], values["note"]) >= 4.5
    assert contrast(values["line"], values["paper"]) >= 3


def test_dark_is_the_same_with_and_without_a_script() -> None:
    """A reader without scripts who prefers dark gets the same dark."""
    assert colours("dark") == colours("dark without a script")


def test_a_companys_colour_is_measured_against_the_grounds_that_the_site_has() -> None:
    """A ground that changes in the style sheet alone would leave the colour of an edition unreadable on it."""
    for scheme, grounds in (("light", LIGHT), ("dark", DARK)):
        assert tuple(colours(scheme)[ground] for ground in GROUNDS) == grounds
