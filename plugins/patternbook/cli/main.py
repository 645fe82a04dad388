"""`patternbook`: check, build, serve, list, words, new, fix, review, release, company init, drift, adopt, fill, print, compile.

Exit codes: 0 fine (warnings included), 1 errors in content, 2 wrong use, 3 a lock is held or a
directory is refused.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patternbook import __version__
from patternbook.cli import drifting, filling, founding, printing, writing
from patternbook.core import catalogue
from patternbook.core.audience import INTERNAL, PUBLIC
from patternbook.core.book import Book
from patternbook.core.edition import TEMPLATES
from patternbook.core.frontmatter import MODES
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.core.query import parse_query
from patternbook.core.text import forget
from patternbook.core.views import Entry, listed
from patternbook.edges import drifts, report, words
from patternbook.edges.cache import CACHE, Cache
from patternbook.edges.filesystem import Found, read_book, write_file, write_tree
from patternbook.edges.output import hashes
from patternbook.edges.publish import Refused, publish
from patternbook.edges.source import NoBook, Settings, load_book, read_raw, read_settings, shelved
from patternbook.edges.stock import Stock
from patternbook.hosts import compile as host_compile
from patternbook.hosts import site
from patternbook.hosts.paper.ready import WALLS
from patternbook.hosts.paper.shop import PAPERS

if TYPE_CHECKING:
    # Loading MkDocs takes longer than most commands.
    from patternbook.hosts.mkdocs.loop import Tally

CONTENT, USE, REFUSED = 1, 2, 3


class Stop(click.ClickException):
    """Ends a command with a sentence and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # click declares it on the class and reads it on the instance

    def show(self, file: object = None) -> None:
        """Print the sentence to standard error."""
        click.echo(f"patternbook: {self.message}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="patternbook")
@click.option("-C", "--directory", type=click.Path(path_type=Path), default=Path(), help="The book's folder, if not this one.")
@click.pass_context
def cli(context: click.Context, directory: Path) -> None:
    """Build, check and write an operating-model playbook."""
    context.obj = directory


def settings_of(context: click.Context) -> Settings:
    """The settings of the book that the command is about, or exit code 2."""
    try:
        return read_settings(context.find_object(Path) or Path())
    except NoBook as error:
        raise Stop(str(error), USE) from None


AUDIENCE = click.option(
    "--audience",
    type=click.Choice([PUBLIC, INTERNAL]),
    default=PUBLIC,
    show_default=True,
    help="For whom: what is internal is left out for the public.",
)


def book_of(context: click.Context, settings: Settings, audience: str = PUBLIC) -> Book:
    """The compiled book, with its problems. Commands for authors ask for all that colleagues read: they work on that too."""
    return load_book(settings.root, settings.layers, audience, memo=Stock(Cache(settings.root / CACHE)))


def tell(text: str) -> None:
    """Text for the author, not for another program."""
    click.echo(text, err=True, nl=False)


def checked_book(
    settings: Settings,
    audience: str = PUBLIC,
    say: Callable[[str], None] = tell,
    memo: Memo = FORGETFUL,
    found: Found | None = None,
) -> Book:
    """The book, if it has no errors; else its problems on the terminal, and the end."""
    # A book is one large value without cycles, which Python's collector would go through again and again.
    gc.disable()
    book = load_book(settings.root, settings.layers, audience, memo=memo, found=found)
    # The book stays, so it need not be looked at later either; what rendering leaves behind holds itself in circles.
    gc.freeze()
    gc.enable()
    say(report.text(book.problems))
    if book.errors:
        raise Stop(f"{report.tally(book.problems)}; nothing was written.", CONTENT)
    return book


@cli.command()
@click.option("--format", "form", type=click.Choice(list(report.RENDERERS)), default="text", help="How problems are printed.")
@click.pass_context
def check(context: click.Context, form: str) -> None:
    """Print every problem of the book, in one run."""
    settings = settings_of(context)
    public = book_of(context, settings)
    # What colleagues read besides can have problems of its own.
    book = book_of(context, settings, INTERNAL) if public.left_out else public
    problems = sorted({*public.problems, *book.problems}, key=lambda problem: problem.sort_key)
    click.echo(report.RENDERERS[form](problems), nl=False)
    if form == "text":
        click.echo(f"{len(listed(book.entries.values()))} patterns, {report.tally(problems)}", err=True)
    context.exit(CONTENT if public.errors or book.errors else 0)


@cli.command()
@click.option("--site-dir", type=click.Path(path_type=Path), help="Where the site goes, if not where mkdocs.yml says.")
@click.option("--offline", is_flag=True, help="Give each page a file name, so that the site works from a folder.")
@click.option("--pdf", "papers", type=click.Choice(list(WALLS)), multiple=True, help="Add PDFs on this paper; may be given twice.")
@AUDIENCE
@click.option("--no-cache", is_flag=True, help="Build everything anew: neither read nor write the cache.")
@click.pass_context
def build(
    context: click.Context, site_dir: Path | None, offline: bool, papers: tuple[str, ...], audience: str, no_cache: bool
) -> None:
    """Check, build, and publish the site whole or not at all."""
    from patternbook.hosts.mkdocs import unchanged

    started = time.perf_counter()
    settings = settings_of(context)
    target = site_dir or settings.site
    # Read once: what is recorded as built must be what is built, whatever is saved meanwhile.
    found = shelved(read_book(settings.root, settings.layers))
    inputs = "" if no_cache else unchanged.inputs(settings, found, str(target), offline, papers, audience)
    last = unchanged.last(settings.root) if inputs else None
    if last and last.inputs == inputs and last.stands(target):
        click.echo(last.said, err=True, nl=False)
        rendered, reused = 0, last.pages
    else:
        build = Build(settings, target, offline, papers, None if no_cache else Cache(settings.root / CACHE))
        build.books = [checked_book(settings, audience, build.say, build.stock, found)]
        del found  # not needed while pages are rendered
        tally = build.publish()
        rendered, reused = tally.rendered, tally.reused
        if not no_cache:
            files = unchanged.whole(hashes(target, known=tally.checks))
            unchanged.record(settings.root, unchanged.Last(inputs, "".join(build.said), rendered + reused, files))
    seconds = time.perf_counter() - started
    click.echo(f"{rendered + reused} pages, {rendered} rendered, {reused} reused, {seconds:.2f} seconds")


@dataclass
class Build:
    """What was asked of a build, and what it has said so far."""

    settings: Settings
    target: Path
    offline: bool
    papers: tuple[str, ...]
    cache: Cache | None
    said: list[str] = field(default_factory=list)
    books: list[Book] = field(default_factory=list)
    """The checked book, until the host has it: while pages are rendered, its documents would take a third of the memory."""

    def __post_init__(self) -> None:
        self.stock = Stock(self.cache)

    def say(self, text: str) -> None:
        """Tell the author something. A build that finds nothing changed says it again."""
        self.said.append(text)
        tell(text)

    def publish(self) -> Tally:
        """Render the book, and put it in the place of the old site."""
        from patternbook.hosts.mkdocs.build import HostFailed, Tally, render

        for what in self.books[0].left_out:
            self.say(f"left out for the public: {what}\n")
        forget()
        # A site is a function of its book; the host dates its site map, so it gets the day that the reviews got.
        os.environ.setdefault("SOURCE_DATE_EPOCH", str(writing.midnight()))
        cache, done = self.cache, Tally()

        def into(folder: Path) -> None:
            nonlocal done
            before, printed = self.target if cache else None, self.books[:] if self.papers else ()
            done = render(self.books.pop(), self.settings.config, folder, self.offline, self.papers, cache, before, self.stock)
            for book in printed:
                write_tree(folder, printing.pdfs(self.settings, book, self.papers, lambda found: self.say(report.text(found))))

        try:
            publish(self.target, into)
        except Refused as error:
            raise Stop(str(error), REFUSED) from None
        except printing.NotPrinted as error:
            raise Stop(str(error), USE) from None
        except (HostFailed, OSError) as error:
            raise Stop(f"{error}; the site was left as it was.", CONTENT) from None
        if cache and (trouble := cache.saved()):
            click.echo(f"patternbook: the cache could not be written, so the next build begins anew: {trouble}.", err=True)
        return done


@cli.command()
@click.option("--address", default="127.0.0.1:8000", show_default=True, help="Where to serve.")
@AUDIENCE
@click.pass_context
def serve(context: click.Context, address: str, audience: str) -> None:
    """Show the site and build it again at each change."""
    from patternbook.hosts.mkdocs.build import HostFailed
    from patternbook.hosts.mkdocs.live import live

    settings = settings_of(context)
    cache = Cache(settings.root / CACHE)
    memo = Stock(cache, keeps=True)
    checked_book(settings, audience, memo=memo)
    try:
        live(settings.config, address, audience, cache, memo)
    except HostFailed as error:
        raise Stop(str(error), USE) from None


def selected(context: click.Context, query: str, audience: str) -> tuple[Book, list[Entry]]:
    """The book and its pages that a query selects, or exit code 2."""
    book = book_of(context, settings_of(context), audience)
    parsed, problems = parse_query(query, book.definition, book.names)
    if problems:
        raise Stop("; ".join(problems), USE)
    return book, book.select(parsed)


def stop_for_errors(book: Book) -> None:
    """Ends a command that has printed what it could of a book with errors."""
    if book.errors:
        raise Stop(f"{report.tally(book.problems)}; `patternbook check` prints them.", CONTENT)


@cli.command("list")
@click.argument("query", default="")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="How pages are printed.")
@AUDIENCE
@click.pass_context
def list_(context: click.Context, query: str, form: str, audience: str) -> None:
    """Print the pages that QUERY selects, such as "kind=trap&audience=executive,coach"."""
    book, entries = selected(context, query, audience)
    rows = list(catalogue.rows(entries, book.graph, ordered=True))
    click.echo({"text": _text, "json": _json, "csv": _csv}[form](rows), nl=False)
    stop_for_errors(book)


def _text(rows: list[dict[str, object]]) -> str:
    width = max((len(str(row["id"])) for row in rows), default=0)
    return "".join(f"{row['id']:<{width}}  {row['kind']:<10}  {row['title']}\n" for row in rows)


def _json(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _csv(rows: list[dict[str, object]]) -> str:
    """Rows for a spreadsheet. A cell that it would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = ("id", "kind", "title", "summary", "url", "status", "owner", "words")
    writer.writerow(keys)
    for row in rows:
        cells = [str(row[key]) for key in keys]
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells])
    return out.getvalue()


@cli.command("words")
@click.argument("query", default="")
@click.option("--format", "form", type=click.Choice(list(words.RENDERERS)), default="text", help="How words are printed.")
@AUDIENCE
@click.pass_context
def words_(context: click.Context, query: str, form: str, audience: str) -> None:
    """Print each word that your edition replaces, with its place; with a QUERY only on the pages that it selects."""
    book, entries = selected(context, query, audience)
    chosen = {entry.path for entry in entries}
    rows = [row for row in book.replaced if not query or row.page in chosen]
    click.echo(words.RENDERERS[form](rows), nl=False)
    stop_for_errors(book)


@cli.command()
@click.argument("kind")
@click.argument("title")
@click.pass_context
def new(context: click.Context, kind: str, title: str) -> None:
    """Write a page of KIND called TITLE that passes the checks."""
    settings = settings_of(context)
    try:
        click.echo(writing.new(settings, book_of(context, settings, INTERNAL), kind, title))
    except writing.NotWritten as error:
        raise Stop(str(error), USE) from None


@cli.command()
@click.pass_context
def fix(context: click.Context) -> None:
    """Give an id to every checklist item that has none."""
    settings = settings_of(context)
    for line in writing.fix(settings, book_of(context, settings, INTERNAL)):
        click.echo(line)


@cli.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.pass_context
def review(context: click.Context, ids: tuple[str, ...]) -> None:
    """Record that each page ID was read today and holds."""
    settings = settings_of(context)
    try:
        for line in writing.review(settings, book_of(context, settings, INTERNAL), ids):
            click.echo(line)
    except writing.NotWritten as error:
        raise Stop(str(error), USE) from None


@cli.command()
@click.pass_context
def release(context: click.Context) -> None:
    """Record what is public now; from then on, losing any of it is an error."""
    settings = settings_of(context)
    click.echo(writing.release(settings, checked_book(settings)))


@cli.group()
def company() -> None:
    """Begin an edition of your own."""


@company.command()
@click.argument("name", required=False)
@click.option("--title", help="What the site is called, if not after the company.")
@click.option("--tagline", help="A line below that, if not the one of the book.")
@click.option("--address", help="Where readers see the site, whole, with https.")
@click.option("--edit", help="Where pages are edited; the path of a page's file is put behind it.")
@click.option("--colour", help="The colour of links and marks, such as 1d6a75.")
@click.option("--logo", type=click.Path(path_type=Path), help="A picture, if not the first letter of the name.")
@click.option(
    "--internal/--public", default=None, help="Whether all that you write is for colleagues only; if not said, it is not."
)
@click.option(
    "--deploy", type=click.Choice(list(founding.DEPLOYS)), help="Where the site is published, if not by the repository's host."
)
@click.option("--layer", help="The layer to write into, if not the most special one.")
@click.option("--yes", is_flag=True, help="Ask nothing, and take what is likely.")
@click.pass_context
def init(
    context: click.Context, name: str | None, title: str | None, tagline: str | None, address: str | None, edit: str | None,
    colour: str | None, logo: Path | None, internal: bool | None, deploy: str | None, layer: str | None, yes: bool,
) -> None:  # fmt: skip
    """Write the first files of the company NAME's own layer: what is not said is asked for, if a person is there to answer."""
    said = {"name": name, "title": title, "tagline": tagline, "address": address, "edit": edit, "colour": colour}
    settings = settings_of(context)
    book = book_of(context, settings, INTERNAL)
    if book.errors:  # warnings are upstream's, and no matter of somebody who begins
        click.echo(report.text(book.errors), err=True, nl=False)
        raise Stop(f"{report.tally(book.errors)}; nothing was written.", CONTENT)
    wishes = founding.Wishes(said, logo, internal, deploy, layer)
    try:
        begun = founding.found(settings, book, wishes, ask=not yes and sys.stdin.isatty())
    except founding.NotFounded as error:
        raise Stop(str(error), USE) from None
    except drifting.Spoilt as error:
        click.echo(report.text(error.problems), err=True, nl=False)
        raise Stop(str(error), CONTENT) from None
    click.echo("\n".join(begun.paths))
    click.echo("\n".join(["", *begun.notes]), err=True)


@cli.command()
@click.option("--format", "form", type=click.Choice(list(drifts.RENDERERS)), default="text", help="How rows are printed.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where they go, if not to the terminal.")
@click.option("--exit-code", is_flag=True, help="End with 1 when there is something to review.")
@click.option("--all", "every", is_flag=True, help="List what is unchanged too.")
@click.option("--carry", is_flag=True, help="Carry over all cases that need no reading.")
@click.option("--keep", multiple=True, metavar="ID[#SECTION]", help="Yours stays, and counts as reviewed; may be repeated.")
@click.option("--take", multiple=True, metavar="ID[#SECTION]", help="Yours is taken out, and theirs shows; may be repeated.")
@click.pass_context
def drift(
    context: click.Context, form: str, output: Path | None, exit_code: bool, every: bool, carry: bool,
    keep: tuple[str, ...], take: tuple[str, ...],
) -> None:  # fmt: skip
    """Show what changed below your edition, and decide on it."""
    settings = settings_of(context)
    book = drifting.whole_book(settings)
    review, trouble = drifting.merged(book.review)
    by_hand = 0
    if carry or keep or take:
        try:
            acted = drifting.decide(settings, book, review, carry, keep, take)
        except drifting.Refused as error:
            raise Stop(str(error), USE) from None
        except drifting.Spoilt as error:
            click.echo(report.text(error.problems), err=True, nl=False)
            raise Stop(str(error), CONTENT) from None
        click.echo("".join(f"{line}\n" for line in acted.lines), err=True, nl=False)
        (review, trouble), by_hand = drifting.merged(acted.review), acted.by_hand
    if trouble:
        click.echo(f"patternbook: {trouble}.", err=True)
    text = drifts.RENDERERS[form](review, book.definition, every)
    if output:
        write_file(output, text.encode())
        click.echo(drifts.tally(review))
    else:
        click.echo(text, nl=False)
    context.exit(CONTENT if by_hand or (exit_code and review.open) else 0)


@cli.command()
@click.argument("name", metavar="ID[#SECTION]")
@click.option("--mode", type=click.Choice(MODES), default="replace", show_default=True, help="What becomes of the text below.")
@click.option("--why", default="", help="The reason, which readers see.")
@click.option("--layer", help="The layer to write into, if not the most special one.")
@click.pass_context
def adopt(context: click.Context, name: str, mode: str, why: str, layer: str | None) -> None:
    """Start a change of a page or section in your layer, from the text that stands below it now."""
    try:
        click.echo(drifting.adopt(settings_of(context), name, mode, why, layer))
    except drifting.Refused as error:
        raise Stop(str(error), USE) from None
    except drifting.Spoilt as error:
        click.echo(report.text(error.problems), err=True, nl=False)
        raise Stop(str(error), CONTENT) from None


@cli.command()
@click.argument("id")
@click.option("--answers", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A YAML or JSON file of answers.")
@click.option("--format", "form", type=click.Choice(filling.FORMATS), default="md", help="What is printed.")
@click.option("--name", help="What these answers are called, if not as their file says.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the document goes, if not to the terminal."
)
@click.pass_context
def fill(context: click.Context, id: str, answers: Path, form: str, name: str | None, output: Path | None) -> None:
    """Print the template ID filled with the answers of a file, as the form in the page exports it."""
    settings = settings_of(context)
    try:
        filled = filling.fill(book_of(context, settings, INTERNAL), id, answers, form, name)
    except filling.NotFilled as error:
        raise Stop(str(error), USE) from None
    click.echo(report.text(filled.problems), err=True, nl=False)
    if filled.problems:
        raise Stop(f"{report.tally(filled.problems)}; nothing was written.", CONTENT)
    if output is None:
        sys.stdout.buffer.write(filled.text.encode())
    else:
        write_file(output, filled.text.encode())


@cli.command("print")
@click.argument("query", default="")
@click.option(
    "--as", "form", type=click.Choice(list(printing.FORMS)), default="booklet", show_default=True, help="What is printed."
)
@click.option("--paper", type=click.Choice(list(PAPERS)), help="The paper: a4 if nothing is said, a3 for the wall.")
@click.option("--per-sheet", type=click.Choice(["4", "8"]), default="4", show_default=True, help="How many cards share a sheet.")
@click.option("--title", default="", help="What a booklet is called, if not as the book.")
@click.option(
    "--answers", type=click.Path(path_type=Path, dir_okay=False), help="A YAML or JSON file of answers, for one template."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the PDF goes, if not to booklet.pdf and so on."
)
@AUDIENCE
@click.pass_context
def print_(
    context: click.Context,
    query: str,
    form: str,
    paper: str | None,
    per_sheet: str,
    title: str,
    answers: Path | None,
    output: Path | None,
    audience: str,
) -> None:
    """Write the pages that QUERY selects as a PDF, such as "kind=checklist" --as checklists."""
    settings = settings_of(context)
    book = checked_book(settings, audience)
    # Fonts are dated where they are cut to size: the same book gives the same bytes for as long as its day lasts.
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(writing.midnight()))
    order = printing.Order(query, form, paper or "", int(per_sheet), title, answers)
    try:
        made = printing.printed(settings, book, order)
    except printing.NotPrinted as error:
        raise Stop(str(error), USE) from None
    click.echo(report.text(made.problems), err=True, nl=False)
    if not made.pdf:
        raise Stop(f"{report.tally(made.problems)}; nothing was written.", CONTENT)
    target = output or Path(form + ".pdf")
    try:
        write_file(target, made.pdf)
    except OSError as error:
        raise Stop(f"{target} cannot be written: {error.strerror}.", USE) from None
    click.echo(f"{made.sheets} sheet{'s' if made.sheets > 1 else ''} in {target}")


@cli.command("compile")
@click.argument("target", type=click.Path(path_type=Path))
@AUDIENCE
@click.pass_context
def compile_(context: click.Context, target: Path, audience: str) -> None:
    """Write the finished pages and a mkdocs.yml that any host builds into the folder TARGET."""
    settings = settings_of(context)
    book = checked_book(settings, audience)
    overrides = [folder for folder in [settings.root / TEMPLATES] if folder.is_dir()]
    overrides += reversed(site.theme_folders(settings.root, book.layers))
    files = host_compile.compiled(book, read_raw(settings.config), overrides)
    try:
        publish(target, lambda folder: write_tree(folder, files))
    except Refused as error:
        raise Stop(str(error), REFUSED) from None
    except OSError as error:
        raise Stop(f"{error}; nothing was changed.", CONTENT) from None
    click.echo(f"{len(book.pages)} pages in {target}")


def main() -> None:
    """The entry point: a problem of the program itself is one sentence too, with the way to its details."""
    try:
        cli()
    except Exception as error:
        if os.environ.get("PATTERNBOOK_DEBUG"):
            raise
        click.echo(f"patternbook: an unexpected {type(error).__name__}: {error}", err=True)
        click.echo("This is a fault of the program. Run it again with PATTERNBOOK_DEBUG=1 and report what it prints.", err=True)
        sys.exit(CONTENT)
