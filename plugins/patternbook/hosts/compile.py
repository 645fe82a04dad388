"""The finished pages as a folder that any host builds, without this program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from patternbook.core import catalogue
from patternbook.core.book import Book
from patternbook.hosts import site


def compiled(book: Book, settings: Mapping[str, object], overrides: Iterable[Path]) -> dict[str, bytes]:
    """Every file of the compiled folder: `mkdocs.yml`, `docs/`, and `theme/` with the site's own `overrides` on top, the
    last of them uppermost.

    `settings` is the site's `mkdocs.yml` as data.
    """
    settings = {**settings, **site.settings(book)}
    files = {f"docs/{path}": page.content for path, page in book.pages.items()}
    # A host takes every .md file for a page, so the pages' Markdown is not published from here.
    data = {**dict(catalogue.files(book, str(settings.get("site_url") or ""), markdown=False)), **site.files_of(book)}
    files[".patternbook"] = data[".patternbook"]
    files |= {f"docs/{path}": content for path, content in {**book.assets, **data}.items()}
    for folder in (site.theme_folder(), *overrides):
        files |= {f"theme/{path}": content for path, content in _theme(folder).items()}
    files["mkdocs.yml"] = yaml.safe_dump(_config(book, settings), allow_unicode=True, sort_keys=False).encode()
    return files


def _theme(folder: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _config(book: Book, settings: Mapping[str, object]) -> dict[str, object]:
    """The site's settings with all that the plugin would have added, and without the plugin."""
    kept = ("site_name", "site_url", "site_description", "site_author", "use_directory_urls", "validation")
    theme, extra = settings.get("theme"), settings.get("extra")
    licence = settings.get("copyright") or site.copyright_line(book)
    return {
        **{key: settings[key] for key in kept if settings.get(key) is not None},
        "docs_dir": "docs",
        "site_dir": "site",
        "exclude_docs": "!/templates/\n!/.patternbook\n",
        "copyright": licence,
        "nav": site.nav(book),
        "theme": {
            **(theme if isinstance(theme, dict) else {"name": "material"}),
            "custom_dir": "theme",
            "language": book.definition.language,
        },
        "markdown_extensions": [{name: dict(options)} if options else name for name, options in site.EXTENSIONS.items()],
        "plugins": [],
        "extra": {**(extra if isinstance(extra, dict) else {}), "patternbook": site.extra(book, settings.get("edit_uri"))},
    }
