"""Does everybody's stop hold the next dose?"""

import pytest

from rules.dose.cover import cover_needed_until
from rules.limits import LIMITS
from rules.terms import HoldSource
from tests.rules.asking import ask
from tests.rules.facts_factory import NOW
from tests.rules.rows import Row, met, not_met, params, unknown

YES_NO = (
    ("open_adverse_event", "course__open_adverse_event"),
    ("serious_ae_unreviewed", "course__serious_event_unreviewed"),
    ("enrolment_suspended", "course__suspended"),
)

ROWS = (
    *(Row(code, True, {fact: False}) for code, fact in YES_NO),
    *(Row(code, False, {fact: True}) for code, fact in YES_NO),
    *(Row(code, None, {fact: None}) for code, fact in YES_NO),
    met("care_team_hold", course__hold_codes=()),
    *(not_met("care_team_hold", course__hold_codes=(source,)) for source in HoldSource),
    unknown("care_team_hold", course__hold_codes=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


@pytest.mark.parametrize("code", ["care_team_hold", "enrolment_suspended", "open_adverse_event"])
def test_a_hold_stops_and_nobody_overrides_it(code):
    change = {
        "course__hold_codes": ("coach",),
        "course__suspended": True,
        "course__open_adverse_event": True,
        "overridden": frozenset({code}),
    }
    found = ask(Row(code, False, change))

    assert (found.outcome, found.overridden) == ("stop", False)


def test_cover_is_needed_four_hours_longer_than_the_session():
    assert (cover_needed_until(NOW, LIMITS) - NOW).total_seconds() == 4 * 3600
