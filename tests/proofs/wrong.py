"""How is a file of the rules imported with a mistake in it, and nothing changed on the disk?"""

import importlib.abc
import importlib.machinery
from pathlib import Path
from typing import Any

from tests.proofs.mutants import ROOT, Mutant, source_of


class _Wrong(importlib.machinery.SourceFileLoader):
    """Loads the file as it would be with the mistake in it."""

    text = ""

    def get_code(self, fullname: str) -> Any:
        """Compile the wrong text, and never a file that was compiled before."""
        return self.source_to_code(self.text.encode(), self.get_filename(fullname))


class Finder(importlib.abc.MetaPathFinder):
    """Finds the one wrong module, and leaves the rest to Python."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.module
        self.loader = _Wrong(self.name, str(ROOT / mutant.file))
        self.loader.text = mutant.source()

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Give the wrong module under the right name."""
        if fullname != self.name:
            return None
        place = Path(self.loader.path)
        package = place.name == "__init__.py"
        spec = importlib.machinery.ModuleSpec(
            fullname, self.loader, origin=self.loader.path, is_package=package
        )
        if package:  # its modules are found beside it
            spec.submodule_search_locations = [str(place.parent)]
        return spec


class Unchanged(Mutant):
    """No mistake at all: what notices this one notices nothing."""

    def source(self) -> str:
        """Give the file as it is."""
        return source_of(self.file)
