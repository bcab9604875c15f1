"""Does every kept decision come out again, and is it said by id and code where it does not?"""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import InternalError

from models.platform.base import new_id
from models.platform.decisions import GateDecision
from rules import gates
from rules.core import Point
from rules.facts import Facts
from rules.gates import RULESET, evaluate
from rules.terms import SubjectKind
from tests.clock import HandClock
from tests.rules.facts_factory import clear_facts
from tests.stage import Stage
from tests.throwaway import Throwaway
from workflows import replay as command
from workflows.platform import released, replaying, verdicts
from workflows.platform.gatekeeping import digest, written, written_facts
from workflows.platform.postgres import READER
from workflows.platform.released import RuleSetUnknown
from workflows.platform.replaying import RuleSets
from workflows.platform.runtime import Runtime, take_keys

FIRST = "2026.11.1"
NAME = "zolpidem of Mrs Example"


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give a patient to decide about."""
    return Stage(runtime, clock)


def a_decision(stage: Stage, point: Point, seen: Facts, **changes: Any) -> UUID:
    """Keep one decision as the gate does, or as it must never be."""
    decision = evaluate(point, seen)
    row = GateDecision(
        **{
            "id": new_id(),
            "patient_id": stage.evening.patient.id,
            "subject_type": SubjectKind.PATIENT,
            "subject_id": stage.evening.patient.id,
            "point": str(point.name).lower(),
            "ruleset": RULESET,
            "outcome": decision.outcome,
            "codes": list(decision.codes),
            "findings": [written(finding) for finding in decision.raised],
            "facts": written_facts(seen),
            "inputs_hash": digest("x"),
            "decided_at": stage.clock.now(),
        }
        | changes
    )
    stage.given(lambda session: session.add(row))
    return row.id


def an_old_decision(stage: Stage, point: Point, seen: Facts) -> UUID:
    """Keep a decision that the first rule set made."""
    with RuleSets() as sets:
        made = sets.verdict(FIRST, str(point.name).lower(), written_facts(seen))
    kept = {name: made[name] for name in ("ruleset", "outcome", "codes", "findings")}
    return a_decision(stage, point, seen, **kept)


def drunk(point: Point = Point.CHECK_IN) -> Facts:
    """Give facts that stop."""
    facts = clear_facts(point)
    return replace(facts, day=replace(facts.day, alcohol_24h=True))


def replayed(stage: Stage, other: str = "") -> list[tuple[str, tuple[str, ...]]]:
    """Replay everything there is."""
    with RuleSets() as sets:
        return [
            (one.result, one.differs) for one in replaying.replay(stage.runtime.bind, sets, other)
        ]


@pytest.mark.parametrize("keep", [an_old_decision, a_decision], ids=["first", "in force"])
def test_every_moment_comes_out_again_under_its_own_rule_set(
    stage: Stage, keep: Callable[[Stage, Point, Facts], UUID]
) -> None:
    for point in (Point.SCREEN, Point.CHECK_IN, Point.RELEASE, Point.OFFICE_DISCHARGE):
        keep(stage, point, clear_facts(point))
        keep(stage, point, Facts(now=stage.clock.now()))

    assert replayed(stage) == [("same", ())] * 8


def test_an_old_decision_is_judged_by_its_archive_and_not_by_the_rules_of_today(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = [keep(stage, Point.CHECK_IN, drunk()) for keep in (an_old_decision, a_decision)]
    kept = tuple(rule for rule in gates.RULES if rule.code != "alcohol_window")
    monkeypatch.setattr(gates, "RULES", kept)

    with RuleSets() as sets:
        results = {one.id: one for one in replaying.replay(stage.runtime.bind, sets)}

    assert results[decided[0]].result == "same"
    assert results[decided[1]].result == "drift"
    assert results[decided[1]].differs == ("outcome", "codes")


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"outcome": "clear"}, ("outcome",)),
        ({"codes": ["acute_illness"]}, ("codes",)),
        ({"suitability": "candidate"}, ("suitability",)),
    ],
    ids=["outcome", "codes", "suitability"],
)
def test_what_differs_is_named(
    stage: Stage, changes: dict[str, Any], differs: tuple[str, ...]
) -> None:
    a_decision(stage, Point.CHECK_IN, drunk(), **changes)
    assert replayed(stage) == [("drift", differs)]


def test_what_was_seen_is_compared_and_never_told(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = written(evaluate(Point.CHECK_IN, drunk()).findings[0]) | {"observed": NAME}
    decision = a_decision(stage, Point.CHECK_IN, drunk(), findings=[finding])

    counts = command.told(stage.runtime.bind)

    said = capsys.readouterr().out
    assert counts["drift"] == 1
    assert f"drift {decision} {RULESET} check_in alcohol_window.observed" in said
    assert NAME not in said


def test_what_a_prescriber_let_pass_is_let_pass_again(stage: Stage) -> None:
    facts = clear_facts(Point.CHECK_IN)
    facts = replace(facts, day=replace(facts.day, stimulant_today=True))
    passed = replace(facts, overridden=frozenset({"stimulant_same_day", "mouth"}))
    assert evaluate(Point.CHECK_IN, passed).outcome == "clear"
    a_decision(stage, Point.CHECK_IN, passed)

    assert replayed(stage) == [("same", ())]


def test_a_rule_set_that_nobody_kept_is_said(stage: Stage) -> None:
    a_decision(stage, Point.CHECK_IN, drunk(), ruleset="2020.1.1")
    assert replayed(stage) == [("unknown", ())]


@pytest.mark.parametrize("ruleset", [FIRST, RULESET])
def test_facts_that_nobody_can_read_are_said(stage: Stage, ruleset: str) -> None:
    a_decision(stage, Point.CHECK_IN, drunk(), facts={"now": "tea time"}, ruleset=ruleset)
    (an_old_decision if ruleset == FIRST else a_decision)(stage, Point.CHECK_IN, drunk())
    assert [result for result, _ in replayed(stage)] == ["unreadable", "same"]


def test_a_seal_that_does_not_open_spoils_no_other_decision(stage: Stage) -> None:
    before, after = (a_decision(stage, Point.CHECK_IN, drunk()) for _ in range(2))
    broken = UUID(int=before.int + 1)
    names = [column.name for column in GateDecision.__table__.columns]
    seal = "CAST('\\x01' AS bytea)"  # of no key, and nothing in it
    spoilt = {"id": ":broken", "facts": seal, "findings": seal}
    copied = [spoilt.get(name, name) for name in names]
    copy = (
        f"INSERT INTO gate_decision ({', '.join(names)})"
        f" SELECT {', '.join(copied)} FROM gate_decision WHERE id = :id"
    )
    with stage.sessions() as session:
        session.execute(text(copy), {"broken": broken, "id": before})
        session.commit()

    with RuleSets() as sets:
        found = [(one.id, one.result) for one in replaying.replay(stage.runtime.bind, sets)]

    assert found == [(before, "same"), (broken, "unreadable"), (after, "same")]


def test_another_rule_set_says_whom_it_would_stop_or_release(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_decision(stage, Point.CHECK_IN, clear_facts(Point.CHECK_IN))
    a_decision(stage, Point.CHECK_IN, drunk())
    kept = tuple(rule for rule in gates.RULES if rule.code != "alcohol_window")
    monkeypatch.setattr(gates, "RULES", kept)
    assert replayed(stage, RULESET) == [("same", ()), ("released", ("-alcohol_window",))]


def test_a_history_longer_than_a_page_is_replayed_whole(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "PAGE", 2)
    for _ in range(5):
        a_decision(stage, Point.CHECK_IN, drunk())
    assert replayed(stage) == [("same", ())] * 5


def test_an_archive_that_does_not_run_is_said_and_not_believed(tmp_path: Path) -> None:
    released.keep("2026.1.1", b"no zip at all", tmp_path)
    with RuleSets(tmp_path) as sets, pytest.raises(RuleSetUnknown, match="does not run"):
        sets.verdict("2026.1.1", "check_in", written_facts(drunk()))


def test_the_line_protocol_gives_what_the_function_gives() -> None:
    plain = written_facts(drunk())
    asked, told = io.BytesIO(orjson.dumps({"point": "check_in", "facts": plain})), io.BytesIO()
    verdicts.answer(asked, told)
    assert orjson.loads(told.getvalue()) == verdicts.verdict("check_in", plain)


def test_the_archive_is_the_only_house_that_an_old_rule_set_sees() -> None:
    with RuleSets() as sets:
        told = sets.verdict(FIRST, "check_in", orjson.loads(orjson.dumps(written_facts(drunk()))))
    assert (told["ruleset"], told["outcome"]) == (FIRST, "stop")
    assert "alcohol_window" in told["codes"]


@pytest.fixture
def house(
    fresh_runtime: Runtime, throwaway: Throwaway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Runtime]:
    """Give a house that really commits, and an environment that names its reader only."""
    settings = fresh_runtime.settings
    name = make_url(settings.database_url).database or ""
    for variable, value in (
        ("VIGIL_ENV", "test"),
        ("VIGIL_VAR", str(settings.var_dir)),
        ("DATABASE_URL", throwaway.cluster.url(READER, name)),
    ):
        monkeypatch.setenv(variable, value)
    yield fresh_runtime
    take_keys(settings)


def test_the_command_needs_no_more_than_the_reader_and_ends_with_one_on_drift(
    house: Runtime, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(house, clock)
    a_decision(stage, Point.CHECK_IN, drunk())
    assert command.main([]) == 0
    assert "1 decisions: 0 drift, 1 same, 0 unknown, 0 unreadable" in capsys.readouterr().out

    drifted = a_decision(stage, Point.CHECK_IN, drunk(), codes=["acute_illness"])
    assert command.main([]) == 1
    assert f"drift {drifted}" in capsys.readouterr().out
    assert command.main(["--current"]) == 0
    assert f"codes {drifted}" in capsys.readouterr().out


def test_the_command_refuses_a_rule_set_that_nobody_kept(
    house: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--with", "1999.1.1"]) == 1
    assert "1999.1.1: there is no archive" in capsys.readouterr().err


def test_the_command_can_write_nothing(house: Runtime) -> None:
    with house.bind.connect() as opened:
        connection = opened.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(command.READ_ONLY)
        with pytest.raises(InternalError, match="read-only"):
            connection.execute(text("UPDATE patient SET safety_version = 1"))
