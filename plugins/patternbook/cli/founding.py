"""`company init`: the first files of a company's layer, asked for or told by options, written all or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import click

from patternbook.cli.drifting import Changes, Wanted, adoption, page_of, whole_book, with_record
from patternbook.core import starter
from patternbook.core.audience import INTERNAL, PUBLIC
from patternbook.core.book import Book
from patternbook.core.drift import RECORD
from patternbook.core.edition import BASE, FILE
from patternbook.core.overrides import FIELD
from patternbook.core.text import md
from patternbook.core.tree import MAX_ASSET, divide
from patternbook.edges.filesystem import Occupied, write_new
from patternbook.edges.git import origin
from patternbook.edges.source import Settings, read_raw
from patternbook.hosts.colours import DARK, LIGHT, legible

# Who publishes the site, and the file that tells them how.
DEPLOYS = {"github": ".github/workflows/{layer}.yml", "gitlab": ".gitlab-ci.yml", "none": ""}
GITHUB, GITLAB, NONE = DEPLOYS
# Behind the letter of a made logo where no colour was said; it is seen on light and on dark ground.
GREY = "#6b6259"
# The first page of a book.
HOME = "index"
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp")


class NotFounded(Exception):
    """The files cannot be written; the text says why and what to do (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody said of their edition. `said` holds texts by their keys in `company.yml`; `None` is what was not said."""

    said: Mapping[str, str | None]
    logo: Path | None = None
    internal: bool | None = None
    deploy: str | None = None
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    """What was written, by path, and what there is to tell."""

    paths: Sequence[str]
    notes: Sequence[str]


def found(settings: Settings, book: Book, wishes: Wishes, ask: bool) -> Founded:
    """Write the first files of a layer of a book that has no errors, or none. Raises `NotFounded`, `Spoilt`."""
    layer = _layer(settings, wishes.layer)
    if (settings.root / layer / FILE).exists():
        raise NotFounded(f"{layer}/{FILE} is there already: this edition has begun. Edit that file.")
    if layer != settings.layers[-1]:  # what lies over the layer is not its matter
        settings = replace(settings, layers=settings.layers[: settings.layers.index(layer) + 1])
        book = whole_book(settings)
    wishes = _asked(settings, book, layer, wishes) if ask else wishes
    given = {key: text for key, text in wishes.said.items() if text is not None and (text.strip() or key != "title")}
    values = _checked(_likely(settings, book, given.get("name", ""), wishes.deploy) | given)
    made = _files(settings, book, layer, replace(wishes, said=values))
    made |= _beginnings(settings, book, layer, values["title"], made)
    try:
        write_new(settings.root, made)
    except Occupied as error:
        raise NotFounded(f"{error}; nothing was written. Move it away, and run the command again.") from None
    except OSError as error:
        raise NotFounded(f"{layer}/ cannot be written: {error.strerror}; nothing was written.") from None
    return Founded(list(made), [*_colours(values.get("colour", "")), *_missing(layer, values), *_next(layer, list(made), wishes)])


def _layer(settings: Settings, wanted: str | None) -> str:
    """The folder to write into: a layer over another, beside `mkdocs.yml`."""
    layer = wanted or settings.layers[-1]
    if layer not in settings.layers[1:] or layer != Path(layer).name or layer == "..":
        known = ", ".join(settings.layers[1:]) or "none"
        raise NotFounded(f'"{layer}" is no layer over the book. mkdocs.yml names these: {known}.')
    return layer


def _likely(settings: Settings, book: Book, name: str, deploy: str | None) -> dict[str, str]:
    """What holds unless something else is said: a title of the name, and addresses of the repository, if it is their own."""
    address, edit = starter.addresses(origin(settings.root))
    if starter.repository(edit) == _upstream(settings):
        address, edit = "", ""
    address = address if deploy in (None, GITHUB) else ""
    title = book.definition.say("new-edition", name=starter.cleaned("name", name))
    return {"name": name, "title": title, "address": address, "edit": edit}


def _upstream(settings: Settings) -> str:
    """The repository that the book comes from, by where its pages are edited."""
    return starter.repository(str(read_raw(settings.config).get("edit_uri") or ""))


def _asked(settings: Settings, book: Book, layer: str, wishes: Wishes) -> Wishes:
    """The wishes, with an answer for each that was not said. What cannot be used is asked for again."""
    said = dict(wishes.said)

    def text(key: str, question: str, default: str = "") -> None:
        if said.get(key) is None:
            said[key] = _ask(question, default, _text(key))

    text("name", "Name of the company")
    likely = _likely(settings, book, said["name"] or "", wishes.deploy)
    text("title", "Name of the site", likely["title"])
    text("tagline", "A line below that name (Enter: the line of the book)")
    text("colour", "Colour of links and marks, such as #1d6a75 (Enter: the colour of the book)")
    logo = wishes.logo or _ask("Logo, a picture file (Enter: the first letter of the name)", "", _picture) or None
    deploy = wishes.deploy or _ask(f"Where the site is published ({', '.join(DEPLOYS)})", _host(settings, layer), _deploy)
    text("address", "Address of the site, whole, with https", likely["address"])
    internal = wishes.internal
    if internal is None:
        internal = click.confirm("Is all that you write for colleagues only, on a site behind a login?", default=False, err=True)
    return replace(wishes, said=said, logo=Path(logo) if logo else None, deploy=deploy, internal=internal)


def _ask(question: str, default: str, check: Callable[[str], str]) -> str:
    return str(click.prompt(question, default=default, show_default=bool(default), value_proc=check, err=True))


def _text(key: str) -> Callable[[str], str]:
    """Reads an answer for a key of `company.yml`."""

    def read(text: str) -> str:
        text = starter.cleaned(key, text)
        if wrong := starter.mistake(key, text) if text or key == "name" else "":
            raise click.BadParameter(wrong)
        return text

    return read


def _picture(text: str) -> str:
    try:
        if text.strip():
            _logo(Path(text.strip()))
    except NotFounded as error:
        raise click.BadParameter(str(error)) from None
    return text.strip()


def _deploy(text: str) -> str:
    if text.strip() not in DEPLOYS:
        raise click.BadParameter(f"Write one of {', '.join(DEPLOYS)}.")
    return text.strip()


def _host(settings: Settings, layer: str) -> str:
    """Who publishes, if nobody says it: the host of the repository, unless the site of another layer is published already."""
    if any((settings.root / other / FILE).exists() for other in settings.layers if other != layer):
        return NONE
    return GITLAB if "gitlab" in origin(settings.root) else GITHUB


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    """The values as they will be written, without empty ones."""
    cleaned = {key: starter.cleaned(key, text) for key, text in values.items()}
    if not cleaned["name"]:
        raise NotFounded('whose edition is it? Say a name: patternbook company init "Acme".')
    for key, text in cleaned.items():
        if text and (wrong := starter.mistake(key, text)):
            raise NotFounded(f"{'the name' if key == 'name' else f'--{key}'} cannot be used: {wrong}")
    return {key: text for key, text in cleaned.items() if text}


def _files(settings: Settings, book: Book, layer: str, wishes: Wishes) -> dict[str, bytes]:
    """All files to write, by path: what the layer says of itself, its logo, its guide, and how it is published."""
    said = {key: text for key, text in wishes.said.items() if text}
    deploy = wishes.deploy or _host(settings, layer)
    ground = said.get("colour", GREY)
    suffix, logo = ".svg", starter.monogram(said["name"], ground, legible("#ffffff", [ground], "#000000"))
    if wishes.logo:
        suffix, logo = _logo(wishes.logo)
    audience = INTERNAL if wishes.internal else PUBLIC
    words = starter.specimen(book.definition, book.documents) | {"layer": layer, "audience": audience}
    option = f" --audience {INTERNAL}" if wishes.internal else ""
    readme = words | {"title": md(said["title"]), "option": option, "upstream": _upstream(settings) or "ADDRESS"}
    lines = said | {"logo": f"img/logo{suffix}"} | ({"internal": "yes"} if wishes.internal else {})
    made = {
        f"{layer}/{FILE}": starter.with_lines(starter.filled_in(_template(FILE), words), lines).encode(),
        f"{layer}/README.md": starter.filled_in(_template("README.md"), readme).encode(),
        f"{layer}/img/logo{suffix}": logo,
    }
    if path := DEPLOYS[deploy].format(layer=layer):
        made[path] = starter.filled_in(_template(f"{deploy}.yml"), words).encode()
    return made


def _beginnings(settings: Settings, book: Book, layer: str, title: str, made: Mapping[str, bytes]) -> dict[str, bytes]:
    """The edition's name over the first page, where the book's own stands there, and the record by which later updates are told.

    Raises `Spoilt` if the book would have an error with all that is made.
    """
    changes: Changes = {path: text for path, text in made.items() if path.startswith(f"{layer}/")}
    page = page_of(book, HOME)
    taken = (
        any(override.layer == layer and override.page == HOME for override in book.overrides)
        or (settings.root / layer / f"{HOME}.md").exists()
    )
    if page and not taken and page.layers[0] != layer and page.front.text("title") == book.definition.name:
        _, first = adoption(settings, book, page, layer, Wanted(HOME, f"{FIELD}title", "replace", value=title))
        changes |= first
    changes = with_record(settings, book, changes, layer)
    record = f"{layer}/{BASE}/{RECORD}"
    # Whoever has taken a section over before has a record already.
    return {
        path: text for path, text in changes.items() if text and path not in made and not (path == record and _is(settings, record))
    }


def _is(settings: Settings, path: str) -> bool:
    return (settings.root / path).exists()


def _template(name: str) -> str:
    return files("patternbook").joinpath("starter", name).read_text("utf-8")


def _logo(file: Path) -> tuple[str, bytes]:
    """A picture's suffix and bytes, if it may be published."""
    suffix = file.suffix.lower()
    if suffix not in PICTURES:
        raise NotFounded(f"the logo {file.name} is no picture. Allowed: {', '.join(PICTURES)}.")
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_ASSET + 1)
    except OSError as error:
        raise NotFounded(f"the logo {file.name} cannot be read: {error.strerror}.") from None
    _, problems = divide({f"x/img/logo{suffix}": content}, ("x",))
    if problems:
        raise NotFounded(f"the logo {file.name} cannot be used: {problems[0].message}. {problems[0].help}")
    return suffix, content


def _colours(colour: str) -> list[str]:
    """What becomes of a colour that cannot be read as it is."""
    light, dark = (legible(colour, LIGHT, "#000000"), legible(colour, DARK, "#ffffff")) if colour else ("", "")
    if light == dark == colour:
        return []
    return [f"So that it can be read, {colour} is {light} on light pages and {dark} on dark ones.", ""]


def _missing(layer: str, values: Mapping[str, str]) -> list[str]:
    """What the site takes from the book's own settings for the time being."""
    keys = [key for key in ("address", "edit") if key not in values]
    if not keys:
        return []
    return [
        f"Not known yet: {' and '.join(keys)}. Write that into {layer}/{FILE}; until then the site says what upstream's says.",
        "",
    ]


def _next(layer: str, paths: Sequence[str], wishes: Wishes) -> list[str]:
    """The three next steps."""
    option = f" --audience {INTERNAL}" if wishes.internal else ""
    outside = "".join(f" {path}" for path in paths if not path.startswith(f"{layer}/"))
    return [
        "Next:",
        f"1. Look at it: scripts/serve{option}",
        f"2. Change a page, or leave one out: {layer}/README.md shows how.",
        f'3. Publish: git add {layer}{outside} && git commit -m "Our edition" && git push',
    ]
