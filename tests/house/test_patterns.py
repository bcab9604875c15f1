"""Can any regular expression of ours be made to run for ever?

A repeat inside a repeat tries every way to share the letters out. None of ours has one: the inner
part has a bounded length, or a sign that the outer one cannot begin with.
"""

import ast
import re
import re._constants as sre
import re._parser as sre_parser
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house.source import files

REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
MAKERS = ("re.compile", "re.match", "re.fullmatch", "re.search", "re.sub", "re.split", "re.findall")


def patterns() -> Iterator[tuple[str, str]]:
    """Give every pattern that the service uses, with its place."""
    for package in ("api", "models", "rules", "workflows"):
        for file in files(package):
            for node in ast.walk(file.tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in MAKERS:
                    told = node.args[0]
                    if isinstance(told, ast.Constant) and isinstance(told.value, str):
                        yield f"{file.name}:{node.lineno}", told.value


PATTERNS = dict(patterns())


def unbounded_inside_unbounded(parsed: Any, *, inside: bool = False) -> bool:
    for kind, about in parsed:
        if kind in REPEATS:
            _least, most, inner = about
            endless = most is sre.MAXREPEAT
            if endless and inside:
                return True
            if unbounded_inside_unbounded(inner, inside=inside or endless):
                return True
        else:
            parts = about if isinstance(about, tuple | list) else ()
            for part in parts:
                nested = part if isinstance(part, list) else [part]
                if any(
                    unbounded_inside_unbounded(each, inside=inside)
                    for each in nested
                    if isinstance(each, sre_parser.SubPattern)
                ):
                    return True
    return False


@pytest.mark.api_top_ten("API4.expressions")
@pytest.mark.asvs("1.3.12")
@pytest.mark.parametrize("place", PATTERNS)
def test_no_pattern_repeats_a_repeat_without_end(place: str) -> None:
    assert not unbounded_inside_unbounded(sre_parser.parse(PATTERNS[place]))


@pytest.mark.parametrize("bad", [r"(a+)+b", r"((ab)*c*)*", r"(?:x|y+)*z"])
def test_a_bad_pattern_would_be_found(bad: str) -> None:
    assert unbounded_inside_unbounded(sre_parser.parse(bad))


def test_there_are_patterns_to_look_at() -> None:
    assert len(PATTERNS) > 20
    assert all(re.compile(pattern) for pattern in PATTERNS.values())
