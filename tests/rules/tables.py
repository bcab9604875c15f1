"""Where are all the tables? Every `ROWS` of every test module here."""

import importlib
import pkgutil

import tests.rules
from tests.rules.rows import Row


def all_rows() -> tuple[Row, ...]:
    """Give every row of every table."""
    names = (found.name for found in pkgutil.iter_modules(tests.rules.__path__))
    modules = (importlib.import_module(f"tests.rules.{name}") for name in sorted(names))
    return tuple(row for module in modules for row in getattr(module, "ROWS", ()))
