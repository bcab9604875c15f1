"""Is this person safe from suicide today?"""

import pytest

from rules.core import Point
from rules.gates import evaluate
from rules.terms import Outcome, SuicideRisk
from tests.rules.facts_factory import ago, but, clear_facts
from tests.rules.rows import Row, met, not_met, params, unknown


def risk(level: SuicideRisk | None, **more: object) -> dict[str, object]:
    """Change the triage of the suicide questions."""
    return {"instruments__suicide_risk": level, **more}


ASSESSED = {"instruments__suicide_risk_assessed": True}
ROWS: tuple[Row, ...] = (
    not_met("suicide_risk_high", **risk(SuicideRisk.HIGH)),
    met("suicide_risk_high", **risk(SuicideRisk.MODERATE)),
    unknown("suicide_risk_high", **risk(SuicideRisk.INCOMPLETE)),
    not_met("suicide_risk_moderate", **risk(SuicideRisk.MODERATE)),
    not_met("suicide_risk_moderate", **risk(SuicideRisk.MODERATE), **ASSESSED),
    not_met("suicide_risk_moderate_unassessed", **risk(SuicideRisk.MODERATE)),
    not_met(
        "suicide_risk_moderate_unassessed",
        **risk(SuicideRisk.MODERATE, instruments__suicide_risk_assessed=None),
    ),
    met("suicide_risk_moderate_unassessed", **risk(SuicideRisk.MODERATE), **ASSESSED),
    met("suicide_risk_moderate_unassessed", **risk(SuicideRisk.HIGH)),
    not_met("suicide_risk_low", **risk(SuicideRisk.LOW)),
    met("suicide_risk_low", **risk(SuicideRisk.NONE)),
    not_met("cssrs_incomplete", **risk(SuicideRisk.INCOMPLETE)),
    unknown("cssrs_incomplete", **risk(None)),
    *(
        unknown(code, **risk(None))
        for code in (
            "suicide_risk_high",
            "suicide_risk_moderate",
            "suicide_risk_moderate_unassessed",
            "suicide_risk_low",
        )
    ),
    met("cssrs_stale", instruments__suicide_risk_answered_at=ago(hours=12)),
    not_met("cssrs_stale", instruments__suicide_risk_answered_at=ago(hours=12, seconds=1)),
    unknown("cssrs_stale", instruments__suicide_risk_answered_at=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


def test_no_override_passes_a_high_risk() -> None:
    facts = but(clear_facts(Point.DOSE), **risk(SuicideRisk.HIGH))
    overridden = but(facts, overridden=frozenset({"suicide_risk_high"}))
    assert evaluate(Point.DOSE, overridden).outcome is Outcome.STOP


def test_a_moderate_risk_becomes_soft_once_assessed() -> None:
    facts = but(clear_facts(Point.CHECK_IN), **risk(SuicideRisk.MODERATE))
    assert evaluate(Point.CHECK_IN, facts).outcome is Outcome.STOP
    assessed = but(facts, **ASSESSED, home__means_secured=True)
    decision = evaluate(Point.CHECK_IN, assessed)
    assert (decision.outcome, decision.codes) == (Outcome.HOLD, ("suicide_risk_moderate",))
