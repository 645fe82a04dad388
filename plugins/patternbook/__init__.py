"""Patternbook: an operating-model playbook from a folder of structured Markdown patterns.

Public names are the ones below; everything else may move.
"""

from patternbook.core.book import Book
from patternbook.core.diagnostics import Code, Diagnostic, Severity
from patternbook.core.pipeline import compile_book

__all__ = ["Book", "Code", "Diagnostic", "Severity", "compile_book"]
__version__ = "0.1.0"
