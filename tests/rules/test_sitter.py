"""May this person sit, and is this person here, sober and free for it?"""

from datetime import date

import pytest

from rules.core import Point
from rules.gates import evaluate
from tests.rules.facts_factory import TODAY, ago, but, clear_facts
from tests.rules.rows import Row, met, not_met, params, unknown

TRUE_IS_BAD = {
    "sitter_is_patient": ("is_the_patient", "shares_contact_or_device"),
    "sitter_double_booked": ("sitting_elsewhere", "dosing_today"),
    "sitter_caregiving_conflict": ("caring_for_others",),
    "sitter_unsafe": ("flagged_unsafe", "is_remote_coach"),
    "sitter_changed": ("changed_since_clearance",),
}
FALSE_IS_BAD = {
    "sitter_not_present": ("named", "present"),
    "sitter_not_sober": ("sober_24h",),
    "sitter_contact_unverified": ("phone_known", "contact_verified", "can_call_emergency"),
}
ANSWERS = {**TRUE_IS_BAD, **FALSE_IS_BAD}
ROWS: tuple[Row, ...] = (
    *(not_met(c, **{f"sitter__{f}": True}) for c, fields in TRUE_IS_BAD.items() for f in fields),
    *(not_met(c, **{f"sitter__{f}": False}) for c, fields in FALSE_IS_BAD.items() for f in fields),
    *(unknown(c, **{f"sitter__{f}": None}) for c, fields in ANSWERS.items() for f in fields),
    unknown("sitter_not_present", sitter__attested_at=None),
    met("sitter_not_present", sitter__attested_at=ago(minutes=90)),
    not_met("sitter_not_present", sitter__attested_at=ago(minutes=90, seconds=1)),
    met("sitter_under_18", sitter__born_on=date(2008, 11, 21)),
    not_met("sitter_under_18", sitter__born_on=date(2008, 11, 22)),
    unknown("sitter_under_18", sitter__born_on=None),
    unknown("sitter_under_18", person__local_date=None),
    met("sitter_untrained", sitter__trained_at=ago(days=90)),
    not_met("sitter_untrained", sitter__trained_at=ago(days=90, seconds=1)),
    unknown("sitter_untrained", sitter__trained_at=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


def test_a_sitter_who_turns_18_at_midnight_may_sit_after_it() -> None:
    facts = but(clear_facts(Point.DOSE), sitter__born_on=date(2008, 11, 22))
    assert evaluate(Point.DOSE, facts).codes == ("sitter_under_18",)
    tomorrow = but(facts, person__local_date=TODAY.replace(day=22))
    assert "sitter_under_18" not in evaluate(Point.DOSE, tomorrow).codes


def test_a_sitter_on_the_phone_of_the_patient_is_the_patient() -> None:
    shared = but(clear_facts(Point.CHECK_IN), sitter__shares_contact_or_device=True)
    assert evaluate(Point.CHECK_IN, shared).codes == ("sitter_is_patient",)
