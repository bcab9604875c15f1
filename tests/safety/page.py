"""How is the safety case written down: as data for the service, and as a page for people?"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.safety.case import CASE, HAZARDS, Hazard, hazards

PAGE = HAZARDS.with_name("README.md")


def write(seen: Mapping[str, Mapping[str, str]]) -> None:
    """Write both."""
    CASE.write_text(data(seen), encoding="utf-8")
    PAGE.write_text(words(seen), encoding="utf-8")


def data(seen: Mapping[str, Mapping[str, str]]) -> str:
    """Give the case as JSON: hazards, controls, tests, and what was seen when."""
    told = {"hazards": [_hazard(one, seen) for one in hazards()]}
    return json.dumps(told, indent=1) + "\n"


def words(seen: Mapping[str, Mapping[str, str]]) -> str:
    """Give the case as a page."""
    return "\n".join(_lines(seen)) + "\n"


def _hazard(hazard: Hazard, seen: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "id": hazard.id,
        "says": hazard.says,
        "severity": hazard.severity,
        "likelihood_before": hazard.likelihood_before,
        "aim": hazard.aim,
        "owner": hazard.owner,
        "not_yet": list(hazard.not_yet),
        "controls": [
            {
                "id": one.id,
                "says": one.says,
                "kind": one.kind,
                "where": one.file,
                "tests": list(one.tests),
                "digest": seen.get(one.id, {}).get("digest", ""),
                "seen_on": seen.get(one.id, {}).get("seen_on", ""),
            }
            for one in hazard.controls
        ],
    }


def _lines(seen: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "# The safety case"
    yield ""
    yield (
        "What can harm somebody, what holds it, and which test fails without it. Written from "
        "[hazards.toml](hazards.toml) by `make safety-case`, which takes each control away and "
        "sees its tests fail; a test of the house fails when this page is stale. Severity and "
        "likelihood run from 1 to 5, and wait, like the aim, for a clinician's judgement. Do not "
        "edit it by hand."
    )
    for hazard in hazards():
        yield from _section(hazard, seen)


def _section(hazard: Hazard, seen: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield from ("", f"## {hazard.id}: {hazard.says}", "")
    yield (
        f"Severity {hazard.severity}, likelihood before {hazard.likelihood_before}, "
        f"aim {hazard.aim}. Owner: {hazard.owner}."
    )
    yield from ("", "| Control | Kind | Where | Fails without it | Seen on |")
    yield "| --- | --- | --- | --- | --- |"
    for one in hazard.controls:
        tests = "<br>".join(f"`{test}`" for test in one.tests)
        on = seen.get(one.id, {}).get("seen_on", "never")
        yield f"| {one.id} {one.says} | {one.kind} | `{one.file}` | {tests} | {on} |"
    if hazard.not_yet:
        yield from ("", "Not built yet: " + "; ".join(hazard.not_yet) + ".")
