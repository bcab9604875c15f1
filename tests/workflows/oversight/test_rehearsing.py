"""Do kept facts give the same answer again, and another one only under other limits?"""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from rules.core import Point
from rules.facts import Facts
from rules.gates import evaluate
from rules.limits import LIMITS, Pressure
from tests.rules.facts_factory import NOW, clear_facts
from workflows.oversight.rehearsing import rejudged
from workflows.platform.gatekeeping import written, written_facts


def kept(facts: Facts):
    """Give facts as they come back out of the database."""
    return orjson.loads(orjson.dumps(written_facts(facts)))


@pytest.mark.parametrize("point", Point)
@pytest.mark.parametrize("known", [True, False], ids=["clear", "nothing known"])
def test_kept_facts_give_the_same_answer_again(point: Point, known: bool) -> None:
    facts = clear_facts(point) if known else Facts(now=NOW)
    before, again = evaluate(point, facts), rejudged(point.name.lower(), kept(facts))

    assert again == before
    assert [written(one) for one in again.findings] == [written(one) for one in before.findings]


def test_a_tighter_limit_stops_what_was_clear() -> None:
    facts = kept(clear_facts(Point.CHECK_IN))
    assert rejudged("check_in", facts, LIMITS).outcome == "clear"

    draft = LIMITS.tightened(bp_stop_from=Pressure(100, 60), bp_review_above=Pressure(90, 50))
    decision = rejudged("check_in", facts, draft)

    assert decision.outcome == "stop"
    assert decision.codes[0] == "bp_too_high"


def test_what_the_law_of_a_state_tightened_stays_tight() -> None:
    facts = clear_facts(Point.ORDER)
    looked = replace(facts.authority, pdmp_checked_at=NOW - timedelta(hours=5))
    tight = facts.limits.tightened(pdmp_life=timedelta(hours=4))

    decision = rejudged("order", kept(replace(facts, authority=looked, limits=tight)), LIMITS)

    assert decision.codes[0] == "pdmp_stale"
