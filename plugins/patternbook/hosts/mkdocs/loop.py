"""The build of MkDocs as this program runs it: the same site, without doing anything twice.

MkDocs offers no place to reuse a page or to use more than one processor, so this follows `mkdocs.commands.build.build` step by
step with the host's own functions. It holds for the versions that it was written against, and for a site whose only plugin is
ours and whose templates show of other pages no more than the navigation does; `obstacle` tells what else stands in the way.

A page is made of its finished Markdown and of a frame: settings, templates, navigation, versions. A hash over both says whether
it was made before. Its converted text has a hash of its own, so that a new frame does not convert it again.
"""

from __future__ import annotations

import json
import logging
import os
import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache as once
from functools import cached_property
from importlib.metadata import version
from itertools import chain, zip_longest
from pathlib import Path
from sys import intern
from typing import TypeVar

import jinja2
from jinja2 import nodes
from markdown.extensions.toc import nest_toc_tokens
from markdown.serializers import _escape_attrib_html  # type: ignore[attr-defined]  # the types leave out its own names
from mkdocs import utils
from mkdocs.commands.build import _build_extra_template, _build_theme_template, get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError
from mkdocs.structure.files import File, Files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page, _HTMLHandler, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc

from patternbook.edges.cache import Cache, digest
from patternbook.edges.crew import Form, shared
from patternbook.edges.output import Output
from patternbook.hosts import site
from patternbook.hosts.mkdocs.convert import Body, Converter

KNOWN = {"mkdocs": ("1.6.1",), "markdown": ("3.11.3",)}
"""The versions whose build this is."""

_VERSIONS = ("mkdocs", "mkdocs-material", "markdown", "jinja2", "patternbook")
_PLAIN_LINK = re.compile(r"([a-z0-9./-]+\.md)(?:#([a-z0-9-]+))?")
# Folders of templates that belong to one of these, as installed.
_TOLD_BY_VERSION = {("site-packages", "material"), ("site-packages", "mkdocs")}
# What leads a template beyond its page and the navigation: all pages, settings of plugins, the clock, and what another page says.
_REACHING = {"pages", "plugins", "build_date_utc"}
_SAYING = {"content", "toc", "markdown", "file"}
# Settings that no page shows, or that are told in another way.
_UNSHOWN = {"site_dir", "plugins", "hooks", "watch", "exclude_docs", "draft_docs", "not_in_nav", "theme"}

# What a file costs, measured in letters of a page: one that is rendered, one that is known, a file to write, one to link to.
LEAST_WEIGHT, MOST_WEIGHT, KNOWN_WEIGHT, STATIC_WEIGHT, LINK_WEIGHT = 8_000, 16_000, 5_000, 2_500, 500

Value = TypeVar("Value")

log = logging.getLogger("mkdocs.patternbook")


class Obstacle(Exception):
    """Why the host must build the site by itself."""


def _look_ahead(config: MkDocsConfig) -> None:
    """Raises `Obstacle` where this is not the build that the host would make."""
    for name, known in KNOWN.items():
        if version(name) not in known:
            raise Obstacle(f"this is {name} {version(name)}, and known are {', '.join(known)}")
    others = sorted({*config.plugins, *config.hooks, *config.markdown_extensions} - {"patternbook", *site.EXTENSIONS})
    if others:
        raise Obstacle(f"{others[0]} takes part in it")
    for name, settings in config.mdx_configs.items():
        if {**site.EXTENSIONS[name], **(settings or {})} != site.EXTENSIONS[name]:
            raise Obstacle(f"the extension {name} has settings of its own")


@dataclass(frozen=True, slots=True)
class Made:
    """A page of the site: the hash of its HTML, the ids in it, the places on pages that it links to with the links as written,
    and the HTML, packed, where it is to be kept."""

    check: str
    ids: list[str]
    anchors: list[list[str]]
    packed: bytes

    @classmethod
    def read(cls, value: bytes) -> Made:
        """From a value of the cache."""
        start = 8 + int(value[:8], 16)
        check, ids, anchors = json.loads(value[8:start])
        # Pages have most of these in common.
        return cls(check, [*map(intern, ids)], [[*map(intern, row)] for row in anchors], value[start:])

    def written(self) -> bytes:
        """As a value for the cache."""
        head = json.dumps([self.check, self.ids, self.anchors]).encode()
        return b"%08x" % len(head) + head + self.packed

    def html(self) -> bytes:
        """The page."""
        return zlib.decompress(self.packed)


@dataclass
class Memory:
    """What a live server keeps from one build to the next: of the theme and of the converter while nothing that they depend on
    has changed, and of each page its last value by key."""

    theme: str = ""
    env: jinja2.Environment = field(default_factory=jinja2.Environment)
    files: Sequence[File] = ()
    texts: str = ""
    converter: Converter | None = None
    pages: dict[str, tuple[str, Made]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """How many pages were rendered, and how many taken over; the hashes of the site's files, as far as they are known."""

    rendered: int = 0
    reused: int = 0
    checks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """What every page of one build is made with."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    pages: Sequence[File]
    memory: Memory

    @cached_property
    def converter(self) -> Converter:
        """The converter of this process."""
        memory = self.memory
        if memory.converter is None or memory.texts != self.texts:
            memory.texts, memory.converter = self.texts, Converter(self.config)
        return memory.converter

    @cached_property
    def targets(self) -> dict[str, dict[str, tuple[File, str]]]:
        """Where plain links of a folder lead: a file, and a place in it."""
        return {}

    @cached_property
    def ways(self) -> dict[str, dict[str, str]]:
        """The addresses of pages as seen from the pages of a folder."""
        return {}

    def address(self, links: _RelativePathTreeprocessor, link: str) -> str:
        """The address that a link leads to, as the host finds it; where a plain link of a folder leads is found once."""
        file = links.file
        folder = posixpath.dirname(file.src_uri)
        targets = _of(self.targets, folder)
        if link not in targets:
            found = _PLAIN_LINK.fullmatch(link)
            target = found and self.files.get_file_from_path(posixpath.normpath(posixpath.join(folder, found[1])))
            if not found or not target or target.inclusion.is_excluded():  # type: ignore[no-untyped-call]
                return str(_escape_attrib_html(links.path_to_url(link)))
            targets[link] = target, found[2] or ""
        target, anchor = targets[link]
        if anchor:
            links.links_to_anchors.setdefault(target, {}).setdefault(anchor, link)
        address = self.way(file.url, target.url)
        return f"{address}#{anchor}" if anchor else address

    def way(self, start: str, end: str) -> str:
        """The address of a page as seen from another. It is the same for all pages of a folder, except from what it lies in."""
        folder, slash, _ = start.removesuffix("/").rpartition("/")
        if not slash or end.startswith(start):
            return str(utils.get_relative_url(end, start))
        ways = _of(self.ways, f"{folder}{'/x/' if start.endswith('/') else '/x.html'}")
        if end not in ways:
            ways[end] = utils.get_relative_url(end, start)
        return ways[end]

    @cached_property
    def texts(self) -> str:
        """A hash over all that decides how a text is converted."""
        settings = [self.config[name] for name in ("markdown_extensions", "mdx_configs")]
        return digest(_written(settings), *_program())

    @cached_property
    def frame(self) -> str:
        """A hash over all that a page shows besides its own text."""
        config, theme = self.config, self.config.theme
        settings = {name: config[name] for name in config if name not in _UNSHOWN}
        shown = {page.file.src_uri: [page.title, page.url, page.meta] for page in self.nav.pages}
        told = [settings, dict(theme.items()), theme.name, theme.dirs, sorted(theme.static_templates), shown, str(self.nav)]
        return digest(self.texts, _written(told), *(part for item in templates(config).items() for part in item))

    def key(self, file: File) -> str:
        """A hash over all that a page is made of; a link shows where its target lies."""
        return digest("page", self.frame, file.src_uri, file.content_bytes)


def _of(folders: dict[str, dict[str, Value]], folder: str) -> dict[str, Value]:
    """What is known of a folder. Pages come folder by folder, so of one it is enough."""
    if folder not in folders:
        folders.clear()
        folders[folder] = {}
    return folders[folder]


def _written(value: object) -> str:
    """Settings as text in which nothing depends on the order of a set or on a place in memory."""
    return json.dumps(
        value, sort_keys=True, default=lambda other: sorted(other) if isinstance(other, (set, frozenset)) else str(other)
    )


@once
def _program() -> tuple[str, ...]:
    """Versions of what renders pages, and the text of this package's own part in it."""
    own = (path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))
    return (*(f"{name} {version(name)}" for name in _VERSIONS), *own)


def templates(config: MkDocsConfig) -> dict[str, bytes]:
    """All files of the theme's folders that a page could show, by path. Those of installed themes are told by their versions."""
    found: dict[str, bytes] = {}
    for folder in map(Path, config.theme.dirs):
        if any(folder.parts[place : place + 2] in _TOLD_BY_VERSION for place in range(len(folder.parts))):
            continue
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found[str(path)] = path.read_bytes()
    return found


def _look_at_theme(config: MkDocsConfig, memory: Memory, cache: Cache | None) -> None:
    """Learn the templates and files of the theme. Raises `Obstacle` for a template that shows more than page and navigation."""
    found = templates(config)
    texts = digest(*_program(), *(part for item in found.items() for part in item))
    mark = digest(texts, _written([config.theme.dirs, config.site_dir]))
    if mark == memory.theme:
        return
    env, seen = config.theme.get_env(), digest("seen", texts)
    if not cache or cache.get(seen) is None:
        for path, text in found.items():
            if path.endswith((".html", ".jinja", ".j2")) and _reaches(env, os.path.basename(path), text):
                raise Obstacle(f"{os.path.basename(path)} shows more than its own page")
        if cache:
            cache.put(seen, b"")
    files = Files([])
    files.add_files_from_theme(env.overlay(loader=_Visible(config.theme.dirs)), config)
    memory.theme, memory.env, memory.files = mark, env, list(files)


class _Visible(jinja2.FileSystemLoader):
    """A theme's folders without the hidden ones. The host takes no file from those, and goes through ten thousand icons for it."""

    def list_templates(self) -> list[str]:
        """Every file, by its path."""
        found: set[str] = set()
        for top in self.searchpath:
            for place, folders, names in os.walk(top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                inner = os.path.relpath(place, top).replace(os.sep, "/")
                found |= {posixpath.normpath(f"{inner}/{name}") for name in names}
        return sorted(found)


def _reaches(env: jinja2.Environment, name: str, text: bytes) -> bool:
    try:
        tree = env.parse(text.decode())
    except (jinja2.TemplateError, UnicodeDecodeError):
        raise Obstacle(f"{name} cannot be read as a template") from None  # the host says what is wrong with it
    names = list(tree.find_all(nodes.Name))
    if any(name.name in _REACHING or (name.name == "page" and name.ctx != "load") for name in names):
        return True
    got = [(part.attr, part.node) for part in tree.find_all(nodes.Getattr)]
    got += [(part.arg.value, part.node) for part in tree.find_all(nodes.Getitem) if isinstance(part.arg, nodes.Const)]
    told = {
        const.value for part in tree.find_all(nodes.Filter) for const in part.find_all(nodes.Const) if isinstance(const.value, str)
    }
    return bool(told & _SAYING) or any(attribute in _REACHING or (attribute in _SAYING and _other(node)) for attribute, node in got)


def _other(node: nodes.Node) -> bool:
    """Whether this may be another page than the one that is made; what stands in front matter is told with its page."""
    path = []
    while isinstance(node, nodes.Getattr):
        path.append(node.attr)
        node = node.node
    if "meta" in path:
        return False
    return not isinstance(node, nodes.Name) or node.name not in ("page", "config") or (node.name == "page" and bool(path))


def build(config: MkDocsConfig, cache: Cache | None, out: Output, memory: Memory | None = None) -> Tally:
    """Build the site, taking over pages from the cache or from the memory of the builds before. Raises what the host raises."""
    _look_ahead(config)
    counter = utils.CountHandler()
    counter.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    if config.strict:
        logger.addHandler(counter)
    try:
        config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
        tally = _build(config, cache, out, memory or Memory())
        config.plugins.on_post_build(config=config)
        if counts := counter.get_counts():
            raise Abort(f"Aborted with {', '.join(f'{n} {name.lower()}s' for name, n in counts)} in strict mode!")
        return tally
    except Obstacle:
        raise
    except Exception as error:
        config.plugins.on_build_error(error=error)
        if isinstance(error, BuildError):
            logger.error(str(error))
            raise Abort("Aborted with a BuildError!") from None
        raise
    finally:
        logger.removeHandler(counter)


def _build(config: MkDocsConfig, cache: Cache | None, out: Output, memory: Memory) -> Tally:
    _look_at_theme(config, memory, cache)
    # What lies in the folder of the content is the book's, which our plugin has read.
    files = config.plugins.on_files(Files(list(memory.files)), config=config)
    set_exclusions(files, config)
    nav = config.plugins.on_nav(get_navigation(files, config), config=config, files=files)
    pages = files.documentation_pages()
    for file in pages:
        _read(file.page or Page(None, file, config))
    memory.env = env = config.plugins.on_env(memory.env, config=config, files=files)
    whole = Site(config, files, nav, pages, memory)
    out.leave({*config.theme.static_templates, *config.extra_templates})
    for file in _static(files, out, left=True):
        out.put(file.dest_uri, file.content_bytes)
    for template in config.theme.static_templates:
        _build_theme_template(template, env, files, config, nav)
    for template in config.extra_templates:
        _build_extra_template(template, files, config, nav)
    made, tally = _files(whole, cache, out)
    _check_anchors(whole, made)
    return tally


def _read(page: Page) -> None:
    """Front matter of a finished page. Its values are JSON, which needs no reader of YAML."""
    head = page.file.content_bytes.removeprefix(b"---\n").partition(b"\n---\n")[0].decode()
    page.meta = {intern(key): json.loads(value) for key, _, value in (line.partition(": ") for line in head.split("\n"))}


def _text(file: File) -> str:
    """A finished page without its front matter. Not kept: as text all pages take twice the room that they have in the book."""
    return file.content_bytes.partition(b"\n---\n")[2].decode().lstrip("\n")


def _static(files: Files, out: Output, left: bool = False) -> list[File]:
    """The files beside the pages that are part of the site; those of which a template may take the place, or the others."""
    static = (file for file in files if not file.is_documentation_page() and file.inclusion.is_included())  # type: ignore[no-untyped-call]
    return [file for file in static if (file.dest_uri in out.left) == left]


def _files(whole: Site, cache: Cache | None, out: Output) -> tuple[dict[str, Made], Tally]:
    """All files, each put in its place by all processors: what is known, what needs no making, and what is new."""
    keys = {file.src_uri: whole.key(file) for file in whole.pages} if cache else {}
    standing = {file.src_uri: _standing(whole, file, keys[file.src_uri], out) for file in whole.pages if cache}
    made = {path: page for path, page in standing.items() if page}

    def work(file: File) -> tuple[bytes, bytes] | None:
        if not file.is_documentation_page():
            return _put(file, out), b""
        if cache and (known := _known(file, keys[file.src_uri], cache, out)):
            return known.written(), b""
        body = cache.get(_body_key(whole, file)) if cache else None
        # Whoever has something to say, or fails, does it again and aloud in the process that listens.
        with suppress(Exception), _listening() as said:
            rendered = _render(whole, file, body, out, keep=cache is not None)
            return None if said else rendered
        return None

    def weight(file: File) -> int:
        return _weight(file, out.fresh, bool(cache and cache.holds(keys.get(file.src_uri, ""))))

    rendered, pages = 0, [file for file in whole.pages if file.src_uri not in made]
    for file, result in shared([*_static(whole.files, out), *pages], work, weight, Form(_joined, _parted)):
        if not file.is_documentation_page():
            out.told(file.dest_uri, (result[0] if result else _put(file, out)).decode())
            continue
        page, body = result or _render(whole, file, None, out, keep=False)
        new = Made.read(page)
        made[file.src_uri] = kept = replace(new, packed=b"")
        out.told(file.dest_uri, new.check)
        rendered += bool(new.packed or not cache or not result)
        # What had something to say is rendered again next time, so that it says it again.
        if cache and result:
            whole.memory.pages[file.src_uri] = keys[file.src_uri], kept
            cache.take(keys[file.src_uri], page if new.packed else b"")
            if new.packed:
                cache.take(_body_key(whole, file), body)
    return made, Tally(rendered, len(whole.pages) - rendered, out.checks)


def _weight(file: File, fresh: bool, known: bool) -> int:
    """What a file costs in a fresh site or in one that stands: rendering grows with the text, but lists share their entries."""
    if not file.is_documentation_page():
        return STATIC_WEIGHT if fresh else LINK_WEIGHT
    return KNOWN_WEIGHT if known else min(len(file.content_bytes), MOST_WEIGHT) + LEAST_WEIGHT


def _joined(_: File, result: tuple[bytes, bytes] | None) -> bytes:
    """The length of the first, and both."""
    return len(result[0]).to_bytes(8, "big") + result[0] + result[1] if result else b""


def _parted(_: File, data: bytes) -> tuple[bytes, bytes] | None:
    end = 8 + int.from_bytes(data[:8], "big")
    return data[8:end], data[end:]


def _put(file: File, out: Output) -> bytes:
    """Put a file in its place that needs no making, and give its hash."""
    out.put(file.dest_uri, file.content_bytes)
    if file.generated_by:
        file.content_bytes = b""  # it is written, and would take room while pages are rendered
    return out.checks[file.dest_uri].encode()


def _standing(whole: Site, file: File, key: str, out: Output) -> Made | None:
    """The page of a live site, if it stands there as it would be made."""
    before, made = whole.memory.pages.get(file.src_uri, ("", None))
    return made if made and before == key and out.stands(file.dest_uri, made.check) else None


def _known(file: File, key: str, cache: Cache, out: Output) -> Made | None:
    """The page, put in its place, if it was made before."""
    value = cache.get(key)
    if value is None:
        return None
    made = Made.read(value)
    out.take(file.dest_uri, made.check, made.html)
    return replace(made, packed=b"")


def _body_key(whole: Site, file: File) -> str:
    return digest("body", whole.texts, _text(file))


def _page(file: File) -> Page:
    if file.page is None:
        raise RuntimeError(f"{file.src_uri} was never made a page")
    return file.page


class Ear(logging.Handler):
    """Keeps what is said, in `said`."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.said.append(record)


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    """What the host says meanwhile, and nobody hears."""
    logger = logging.getLogger("mkdocs")
    ear = Ear(logging.INFO)
    handlers, logger.handlers = logger.handlers, [ear]
    try:
        yield ear.said
    finally:
        logger.handlers = handlers


def _render(whole: Site, file: File, kept: bytes | None, out: Output, *, keep: bool) -> tuple[bytes, bytes]:
    """Render a page and write it. Gives it as a value for the cache, and its converted text as another where that is new."""
    config, page = whole.config, _page(file)
    config._current_page = page
    try:
        body = _convert(whole, file, kept)
        html = _framed(whole, page)
    finally:
        page.active = False
        config._current_page = None
    check = digest(html)
    out.take(file.dest_uri, check, lambda: html)
    ids, links = sorted(page.present_anchor_ids or ()), page.links_to_anchors or {}
    anchors = [[target.src_uri, anchor, link] for target, found in links.items() for anchor, link in found.items()]
    page.markdown, page.content, page.toc = None, None, get_toc([])
    page.present_anchor_ids = page.links_to_anchors = None
    made = Made(check, ids, anchors, zlib.compress(html, 1) if keep else b"")
    return made.written(), _packed(body) if body and keep and kept is None else b""


def _convert(whole: Site, file: File, kept: bytes | None) -> Body | None:
    """Give a page its content, as the host's `Page.render` does."""
    config, files, page = whole.config, whole.files, _page(file)
    try:
        page.markdown = _text(file)
        text = config.plugins.on_page_markdown(page.markdown, page=page, config=config, files=files)
        body = _unpacked(kept) if kept else whole.converter.body(text)
        if body is None:
            page.render(config, files)
        else:
            links = _RelativePathTreeprocessor(file, files, config)
            addresses = (whole.address(links, link) for link in body.links)
            page.content = "".join(chain.from_iterable(zip_longest(body.html, addresses, fillvalue="")))
            page.toc = get_toc(nest_toc_tokens([{"level": level, "id": id, "name": name} for level, id, name in body.headings]))
            page.present_anchor_ids, page.links_to_anchors = set(body.ids), links.links_to_anchors
        page.content = config.plugins.on_page_content(str(page.content), page=page, config=config, files=files)
    except Exception as error:
        log.error(f"Error reading page '{file.src_uri}': {error}")
        raise
    return body


def _framed(whole: Site, page: Page) -> bytes:
    """A page in its template, as the host's `_build_page` does it."""
    try:
        page.active = True
        context = get_context(whole.nav, whole.pages, whole.config, page)
        template = whole.memory.env.get_template(page.meta.get("template", "main.html"))
        context = whole.config.plugins.on_page_context(context, page=page, config=whole.config, nav=whole.nav)
        output = whole.config.plugins.on_post_page(template.render(context), page=page, config=whole.config)
    except Exception as error:
        log.error(f"Error building page '{page.file.src_uri}': {error}")
        raise
    return output.encode("utf-8", errors="xmlcharrefreplace")


def _packed(body: Body) -> bytes:
    return zlib.compress(json.dumps([body.html, body.links, body.ids, body.headings]).encode(), 1)


def _unpacked(value: bytes) -> Body:
    html, links, ids, headings = json.loads(zlib.decompress(value))
    return Body(tuple(html), tuple(links), tuple(ids), tuple((level, id, name) for level, id, name in headings))


def _check_anchors(whole: Site, made: Mapping[str, Made]) -> None:
    """Let the host say which links lead to places that are not there."""
    ids = {path: set(page.ids) for path, page in made.items()}
    for file in whole.pages:
        lost = [row for row in made[file.src_uri].anchors if row[0] in ids and row[1] not in ids[row[0]]]
        for path, anchor, link in lost:
            target = whole.files.get_file_from_path(path)
            if target and target.page:
                handler = _HTMLHandler()  # ids in raw HTML, which the converter does not see
                handler.feed(_text(target))
                target.page.present_anchor_ids = ids[path] | handler.present_anchor_ids
                _page(file).links_to_anchors = {target: {anchor: link}}
                _page(file).validate_anchor_links(files=whole.files, log_level=whole.config.validation.links.anchors)
