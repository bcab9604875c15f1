"""Does every fact, and nothing else, go to the threads that work on facts alone?"""

from uuid import uuid4

import pytest
from flask import Flask

from api.app import documented_app
from api.platform import lanes, pace
from api.platform.admission import placed


@pytest.fixture(scope="module")
def bare() -> Flask:
    return documented_app()


def test_facts_are_told_from_everything_else_by_their_address(bare: Flask) -> None:
    tells_fact = lanes.facts_of(bare)
    found = set()
    for endpoint, method, operation in placed(bare):
        (rule,) = (one for one in bare.url_map.iter_rules(endpoint) if method in one.methods)
        values = {name: str(uuid4()) for name in rule.arguments}
        path = bare.url_map.bind("").build(endpoint, values, method=method)
        if tells_fact({"REQUEST_METHOD": method, "PATH_INFO": path}):
            found.add(operation.id)
    assert found == pace.FACTS


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("POST", "/v1/dose-sessions/x/emergencies"),
        ("DELETE", "/v1/adverse-events"),
        ("POST", "/\xff\xfe"),
        ("", ""),
        ("OPTIONS", "*"),
    ],
)
def test_what_is_nowhere_is_no_fact(bare: Flask, method: str, path: str) -> None:
    assert lanes.facts_of(bare)({"REQUEST_METHOD": method, "PATH_INFO": path}) is False
