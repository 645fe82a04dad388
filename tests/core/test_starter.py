"""The first files of a layer as text: what somebody says stays data, and what is likely is guessed rightly or not at all."""

from __future__ import annotations

import pytest
from patternbook.core.starter import addresses, cleaned, filled_in, mistake, monogram, repository, with_lines

GITHUB = ("https://acme.github.io/book/", "https://github.com/Acme/book/edit/main/")


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/Acme/book", GITHUB),
        ("https://github.com/Acme/book.git", GITHUB),
        ("https://github.com/Acme/book/", GITHUB),
        ("https://token@github.com/Acme/book.git", GITHUB),
        ("git@github.com:Acme/book.git", GITHUB),
        ("ssh://git@github.com/Acme/book.git", GITHUB),
        (
            "git@github.com:acme/acme.github.io.git",
            ("https://acme.github.io/", "https://github.com/acme/acme.github.io/edit/main/"),
        ),
        ("git@gitlab.acme.example:a/b/c.git", ("", "https://gitlab.acme.example/a/b/c/-/edit/main/")),
        ("ssh://git@gitlab.acme.example:2222/a/b.git", ("", "https://gitlab.acme.example/a/b/-/edit/main/")),
        ("https://git.acme.example/a/b.git", ("", "")),
        ("/srv/git/book.git", ("", "")),
        ("../book", ("", "")),
        ("https://github.com/acme", ("", "")),
        ("", ("", "")),
    ],
)
def test_addresses_of_a_repository(remote: str, expected: tuple[str, str]) -> None:
    """A guess that is wrong is worse than a question; and no secret of an address is copied."""
    assert addresses(remote) == expected


def test_the_repository_of_an_edit_address() -> None:
    """Upstream is known by where its pages are edited."""
    assert repository("https://github.com/a/b/edit/main/") == "https://github.com/a/b"
    assert repository("https://gitlab.com/a/b/c/-/edit/main/") == "https://gitlab.com/a/b/c"
    assert repository("edit/main/") == ""


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("colour", "1D6A75", "#1d6a75"),
        ("colour", "#abc", "#aabbcc"),
        ("colour", "blue", "blue"),
        ("colour", " ", ""),
        ("edit", "https://x.example/edit", "https://x.example/edit/"),
        ("name", " A\n B\u00a0C ", "A B C"),
    ],
)
def test_what_somebody_writes_gets_its_form(key: str, text: str, expected: str) -> None:
    """People copy a colour or a name from somewhere, with what hangs on to it."""
    assert cleaned(key, text) == expected


def test_values_stand_where_the_examples_stood() -> None:
    """A file of settings is its own manual, before and after."""
    template = "# Who.\nname: X\n# More.\n# colour: blue\n# edit: nowhere\n"
    made = with_lines(template, {"name": 'A "b"\\1 # edit: c', "colour": "#123456"})
    assert made == '# Who.\nname: "A \\"b\\"\\\\1 # edit: c"\n# More.\ncolour: "#123456"\n# edit: nowhere\n'


def test_a_value_is_not_filled_in_again() -> None:
    """Somebody whose company is called %layer% keeps that name."""
    assert filled_in("%title% in %layer%, 100 %, %other%", {"title": "%layer%", "layer": "x"}) == "%layer% in x, 100 %, %other%"


@pytest.mark.parametrize(
    ("name", "letter"), [("acme", "A"), ("  «élan»", "É"), ("ßa", "S"), ("חברה", "ח"), ("<&>", ""), ("3M", "3")]
)
def test_a_logo_is_the_first_letter(name: str, letter: str) -> None:
    """Nothing but a letter or a digit gets into the drawing."""
    assert f">{letter}</text>" in monogram(name, "#123456", "#ffffff").decode()


def test_a_mistake_is_told_in_the_words_of_the_checks() -> None:
    """What is refused here and what `check` refuses is one thing."""
    assert mistake("colour", "#1d6a75") == ""
    assert mistake("name", "x") == ""
    assert "Write a colour such as #8a2f20." in mistake("colour", "red")
