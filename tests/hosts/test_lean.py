"""What a site does not carry: white space of templates, and files of the theme that nothing asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jinja2 import Environment
from patternbook.hosts.mkdocs.lean import Lines
from sites import book_in, built, files

PIECES = some.sampled_from(["word", " ", "\n", "\n  ", "{{ value }}", "<p>", "</p>", "{% set it = 1 %}", "{# said #}"])
PLAIN, LEAN = Environment(), Environment(extensions=[Lines])


def inside(parts: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    """Templates with others in their tags."""
    tags = some.sampled_from(
        [
            "{% if yes %}A{% endif %}",
            "{% if no %}A{% endif %}",
            "{% if no %}A{% else %}B{% endif %}",
            "{% if yes %}A{% else %}B{% endif %}",
            "{% if no %}A{% elif yes %}B{% endif %}",
            "{% for one in two %}A{% endfor %}",
            "{% for one in () %}A{% else %}B{% endfor %}",
            "{% block here %}A{% endblock %}",
            "{% set it %}A{% endset %}B{{ it }}",
        ]
    )
    whole = some.builds("".join, some.lists(parts, max_size=4))
    return some.builds(lambda tag, a, b: re.sub("[AB]", lambda found: a if found[0] == "A" else b, tag), tags, whole, whole)


TEMPLATES = some.builds("".join, some.lists(some.recursive(PIECES, inside, max_leaves=12), max_size=8))


def rendered(env: Environment, template: str) -> str:
    return env.from_string(template).render(value="v", yes=True, no=False, two="ab")


@given(TEMPLATES.filter(lambda text: text.count("block here") < 2))
def test_words_are_neither_lost_nor_joined(template: str) -> None:
    """Whoever writes a template sees the words and the spaces between them that Jinja gives without us."""
    assert rendered(LEAN, template).split() == rendered(PLAIN, template).split()


def test_a_line_of_tags_leaves_nothing() -> None:
    """A page must not grow by the conditions that its templates ask."""
    template = "<ul>\n  {% if yes %}\n    {% set it = 1 %}\n    <li>\n\n    </li>\n  {% else %}\n    <b>\n  {% endif %}\n</ul>"
    assert rendered(LEAN, template) == "<ul>\n<li>\n</li>\n</ul>"


@pytest.mark.parametrize("element", ["pre", "textarea", "script", "style"])
def test_white_space_that_is_text_stays(element: str) -> None:
    """In these elements a space is a space."""
    template = f"\n<{element} a>\n\n  x\n{{% if yes %}}\n  y{{% endif %}}\n\n</{element}>\n"
    assert rendered(LEAN, template).strip() == rendered(PLAIN, template).strip()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(book_in(tmp_path_factory.mktemp("book")))


def test_the_frame_of_a_page_has_few_empty_lines_and_no_indents(site: Path) -> None:
    """What stands around a text is sent with every text."""
    page = (site / "traps/slow-trap/index.html").read_text()
    assert sum(not line.strip() for line in page.splitlines()) < 80
    assert not re.search(r"^[ \t]", page.partition("<article")[0], re.M)


def test_files_that_no_page_asks_for_are_not_published(site: Path) -> None:
    """The book has a search of its own, and no reader needs the sources of a script."""
    published = files(site)
    assert not [path for path in published if path.endswith(".map") or "/lunr/" in path or "/workers/" in path]
    assert [path for path in published if path.startswith("assets/javascripts/bundle.")]


def test_a_site_with_another_search_has_what_it_asks_for(tmp_path: Path) -> None:
    """Whoever adds the search of Material must not lose half of it."""
    folder = book_in(tmp_path)
    settings = folder / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("plugins:\n", "plugins:\n  - material/search\n"))
    published = files(built(folder))
    assert [path for path in published if "/workers/" in path]
    assert [path for path in published if "/lunr/" in path]


def test_words_of_every_page_stand_in_one_file(site: Path) -> None:
    """What the search and the binder say is the same everywhere."""
    page = (site / "traps/slow-trap/index.html").read_text()
    assert "Put into my binder" not in page and "data/labels.js" in page
    assert "Put into my binder" in (site / "data/labels.js").read_text()


def test_pages_carry_no_drawings_of_the_frame(site: Path) -> None:
    """Icons of the header are the same everywhere."""
    assert "<svg" not in (site / "traps/slow-trap/index.html").read_text().partition("<article")[0]
