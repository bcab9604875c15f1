"""How is a whole record written for reading? Headings, and a line for each thing, on plain pages.

Everything is drawn as it is, letter by letter: what somebody typed is never read as markup, and no
picture or address in it is ever opened. The same record makes the same bytes.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from workflows.people.record_exports import WholeRecord
from workflows.people.record_parts import Row, names_a_person
from workflows.people.record_words import WORDS

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
MARGIN, SIZE, LEADING = 54, 9, 12
LARGE = 14
INDENT = 12
PRINTED = "cp1252"  # the letters that every reader has without a font of ours
HUNDREDTHS = "_hundredths"


class Pages:
    """Lines on pages, from top to bottom."""

    def __init__(self, title: str, language: str, page: str) -> None:
        """Begin the first page."""
        self.made = io.BytesIO()
        self._canvas = Canvas(self.made, pagesize=LETTER, invariant=1, lang=language)
        self._canvas.setTitle(title)
        self._width, self._height = LETTER
        self._page = page
        self._begin()

    def heading(self, text: str, key: str) -> None:
        """Write a heading that the reader's list of contents has as well."""
        self._room(LARGE * 2 + LEADING)
        self._y -= LARGE
        self._canvas.bookmarkHorizontal(key, 0, self._y + LARGE)
        self._canvas.addOutlineEntry(printed(text), key, 0)
        self._write(printed(text), 0, BOLD, LARGE)

    def line(self, text: str, depth: int = 0) -> None:
        """Write one line, on as many as it needs."""
        indent = min(depth, 8) * INDENT
        width = self._width - 2 * MARGIN - indent
        for piece in simpleSplit(printed(text), PLAIN, SIZE, width) or [""]:
            self._room(LEADING)
            self._write(piece, indent, PLAIN, SIZE)

    def gap(self) -> None:
        """Leave a little room."""
        self._y -= LEADING / 2

    def finished(self) -> bytes:
        """End the last page and give the file."""
        self._end()
        self._canvas.save()
        return self.made.getvalue()

    def _write(self, text: str, indent: int, font: str, size: int) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(MARGIN + indent, self._y, text)
        self._y -= max(LEADING, size)

    def _room(self, needed: float) -> None:
        if self._y - needed < MARGIN:
            self._end()
            self._begin()

    def _begin(self) -> None:
        self._y = self._height - MARGIN

    def _end(self) -> None:
        number = self._page.format(number=self._canvas.getPageNumber())
        self._canvas.setFont(PLAIN, SIZE)
        self._canvas.drawString(MARGIN, MARGIN / 2, number)
        self._canvas.showPage()


def pdf(record: WholeRecord) -> bytes:
    """Write the whole record on pages."""
    words, zone = WORDS[record.language], ZoneInfo(record.time_zone)
    pages = Pages(words["title"], record.language.value, words["page"])
    pages.heading(words["title"], "title")
    pages.line(words["made"].format(at=_when(record.made_at, zone)))
    pages.line(words["names"])
    pages.line(words["letters"])
    pages.heading(words["left_out"], "left_out")
    for left in ("private", "of_others", "looked"):
        pages.line(f"- {words[left]}")
    if not record.in_confidence:
        pages.line(f"- {words['in_confidence']}")
    empty = ", ".join(words[name] for name, rows in record.parts.items() if not rows)
    pages.line(words["empty"].format(names=empty))
    for name, rows in record.parts.items():
        if rows:
            pages.heading(f"{words[name]} ({len(rows)})", name)
        for row in rows:
            for text, depth in _row(row, record, zone):
                pages.line(text, depth)
            pages.gap()
    return pages.finished()


def printed(text: str) -> str:
    """Give the text in letters that every reader can print; the others as a question mark."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown.encode(PRINTED, "replace").decode(PRINTED)


def _row(row: Row, record: WholeRecord, zone: ZoneInfo) -> Iterator[tuple[str, int]]:
    for column, value in row.items():
        if value in (None, "", [], {}):
            continue
        if isinstance(value, UUID):
            if names_a_person(column) and str(value) in record.people:
                yield f"{_label(column)}: {record.people[str(value)]}", 0
        elif isinstance(value, dict | list):
            yield f"{_label(column)}:", 0
            yield from _inner(value, record, zone, 1)
        else:
            yield f"{_label(column)}: {_said(column, value, record, zone)}", 0


def _inner(
    value: Any, record: WholeRecord, zone: ZoneInfo, depth: int
) -> Iterator[tuple[str, int]]:
    named = value.items() if isinstance(value, dict) else (("-", one) for one in value)
    for name, one in named:
        mark = "-" if name == "-" else f"{_label(str(name))}:"
        if isinstance(one, dict | list):
            yield mark, depth
            yield from _inner(one, record, zone, depth + 1)
        elif one not in (None, ""):
            yield f"{mark} {_said(str(name), one, record, zone)}", depth


def _label(column: str) -> str:
    short = column.removesuffix(HUNDREDTHS).removesuffix("_at").removesuffix("_id")
    return short.replace("_", " ")


def _said(column: str, value: Any, record: WholeRecord, zone: ZoneInfo) -> str:
    words = WORDS[record.language]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if isinstance(value, datetime):
        return _when(value, zone)
    if column.endswith(HUNDREDTHS) and isinstance(value, int):
        return f"{value / 100:g}"
    return str(value.value if isinstance(value, Enum) else value)


def _when(at: datetime, zone: ZoneInfo) -> str:
    """Say a moment as the clock of the patient showed it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
