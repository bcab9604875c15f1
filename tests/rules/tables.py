"""Where are all the tables? Every `ROWS` of every test module here."""

import importlib
import re
from pathlib import Path

from tests.rules.rows import Row

HERE = Path(__file__).parent


def with_rows() -> list[str]:
    """Name the modules that hold a table, without importing the others for it."""
    a_table = re.compile(r"^ROWS\b", re.MULTILINE)
    return sorted(path.stem for path in HERE.glob("*.py") if a_table.search(path.read_text()))


def all_rows() -> tuple[Row, ...]:
    """Give every row of every table."""
    modules = (importlib.import_module(f"tests.rules.{name}") for name in with_rows())
    return tuple(row for module in modules for row in module.ROWS)
