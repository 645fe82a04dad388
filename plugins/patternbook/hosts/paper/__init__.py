"""The book on paper: finished pages as HTML, laid out on sheets by `edges/pdf.py`."""
