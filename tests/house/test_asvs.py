"""Is every security requirement that we promise verified by a test, or said to be open?"""

import ast

import pytest

from tests.asvs import in_order, promised, verified_by
from tests.house.source import files

TOLD = promised()


def test_every_mark_names_a_requirement_that_is_promised() -> None:
    assert sorted(set(verified_by()) - set(TOLD["requirements"]), key=in_order) == []


def test_every_requirement_is_verified_or_says_why_not() -> None:
    silent = set(TOLD["requirements"]) - set(verified_by())
    assert silent == set(TOLD["not_applicable"]) | set(TOLD["open"])


def test_what_is_not_applicable_has_a_reason_and_a_signature() -> None:
    for requirement, given in TOLD["not_applicable"].items():
        assert len(given["why"].split()) >= 6, requirement
        assert given["signed"], requirement
    for requirement, missing in TOLD["open"].items():
        assert len(missing.split()) >= 3, requirement


# Nobody can be made to read a file, or to run a formula, by what nobody here reads or writes.
@pytest.mark.asvs("1.2.10", "1.5.1")
@pytest.mark.parametrize("module", ["csv", "openpyxl", "xml", "lxml", "defusedxml"])
def test_no_table_is_written_and_no_xml_is_read(module: str) -> None:
    reading = [
        file.name
        for package in ("api", "workflows")
        for file in files(package)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else names_of(node))
        if name.partition(".")[0] == module
    ]
    assert reading == []


def names_of(node: ast.Import) -> list[str]:
    return [alias.name for alias in node.names]
