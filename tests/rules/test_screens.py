"""Do the screening scores allow treatment at home?"""

import pytest

from rules.core import Point
from rules.gates import evaluate
from rules.terms import Outcome
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import Row, met, not_met, params, unknown

MAN = {"person__drinks_like": "man"}
UNSAID = {"person__drinks_like": None}


def scores(**values: int | bool | tuple[str, ...] | None) -> dict[str, object]:
    """Change scores."""
    return {f"instruments__{name}": value for name, value in values.items()}


ROWS: tuple[Row, ...] = (
    met("audit_c_positive", **scores(audit_c=2)),
    not_met("audit_c_positive", **scores(audit_c=3)),
    not_met("audit_c_positive", **scores(audit_c=3), **UNSAID),
    met("audit_c_positive", **scores(audit_c=3), **MAN),
    not_met("audit_c_positive", **scores(audit_c=4), **MAN),
    unknown("audit_c_positive", **scores(audit_c=None)),
    met("audit_c_high", **scores(audit_c=7)),
    not_met("audit_c_high", **scores(audit_c=8)),
    not_met("audit_c_high", **scores(audit_c=8, audit_c_assessed=None)),
    met("audit_c_high", **scores(audit_c=8, audit_c_assessed=True)),
    unknown("audit_c_high", **scores(audit_c=None)),
    met("dast10_positive", **scores(dast10=2)),
    not_met("dast10_positive", **scores(dast10=3)),
    unknown("dast10_positive", **scores(dast10=None)),
    met("dast10_high", **scores(dast10=5)),
    not_met("dast10_high", **scores(dast10=6)),
    unknown("dast10_high", **scores(dast10=None)),
    not_met("instrument_incomplete", **scores(incomplete=("phq9",))),
    unknown("instrument_incomplete", **scores(incomplete=None)),
    met("instrument_incomplete", **scores(answered=None)),
    *(
        Row("instrument_incomplete", found, change, point)
        for point in (Point.CHECK_IN, Point.DOSE)
        for found, change in (
            (True, {}),
            (False, scores(incomplete=("phq9",))),
            (False, scores(answered=(), incomplete=None)),
            (None, scores(incomplete=None)),
            (None, scores(answered=None)),
            (None, {"course__sessions_at": None}),
            (None, {"person__local_date": None}),
        )
    ),
    met("severity_below_threshold", **scores(phq9=10, gad7=0)),
    met("severity_below_threshold", **scores(phq9=0, gad7=10)),
    met("severity_below_threshold", **scores(phq9=0, gad7=0, pcl5=33)),
    met("severity_below_threshold", **scores(phq9=None, gad7=10)),
    not_met("severity_below_threshold", **scores(phq9=9, gad7=9, pcl5=32)),
    not_met("severity_below_threshold", **scores(phq9=9, gad7=9, pcl5=None)),
    unknown("severity_below_threshold", **scores(phq9=9, gad7=None)),
    unknown(
        "severity_below_threshold",
        **scores(phq9=9, gad7=9, pcl5=None),
        intake__indications=("post_traumatic_stress_disorder",),
    ),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


def test_a_high_score_stops_even_where_a_positive_one_is_overridden() -> None:
    drinker = but(
        clear_facts(Point.APPROVAL),
        **scores(audit_c=9),
        overridden=frozenset({"audit_c_positive", "audit_c_high"}),
    )
    assert evaluate(Point.APPROVAL, drinker).outcome is Outcome.STOP
