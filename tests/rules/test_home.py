"""Is the place safe for a dose, and can help get in?"""

import pytest

from rules.terms import SuicideRisk
from tests.rules.rows import Row, met, not_met, params, unknown

ANSWERS = {
    "address_unconfirmed": ("address_confirmed", "state_matches_address", "address_written"),
    "emergency_plan_missing": (
        *("emergency_plan_confirmed", "emergency_contact_known", "phone_charged", "second_phone"),
    ),
    "environment_unsafe": (
        "safe_place",
        "nobody_to_care_for",
        "no_flame_or_stove",
        "nothing_scheduled",
    ),
}


def means(secured: bool | None, suicidal: bool | None) -> dict[str, bool | None]:
    """Change what was said about firearms and other means."""
    return {"home__means_secured": secured, "home__suicidal_12_months": suicidal}


ROWS: tuple[Row, ...] = (
    *(not_met(code, **{f"home__{f}": False}) for code, fields in ANSWERS.items() for f in fields),
    *(unknown(code, **{f"home__{f}": None}) for code, fields in ANSWERS.items() for f in fields),
    met("means_not_secured", **means(secured=False, suicidal=False)),
    met("means_not_secured", **means(secured=True, suicidal=True)),
    not_met("means_not_secured", **means(secured=False, suicidal=True)),
    unknown("means_not_secured", **means(secured=None, suicidal=True)),
    unknown("means_not_secured", **means(secured=False, suicidal=None)),
    *(
        not_met(
            "means_not_secured",
            **means(secured=False, suicidal=False),
            instruments__suicide_risk=risk,
        )
        for risk in (SuicideRisk.LOW, SuicideRisk.MODERATE, SuicideRisk.HIGH)
    ),
    not_met("means_unconfirmed", **means(secured=False, suicidal=False)),
    unknown("means_unconfirmed", **means(secured=None, suicidal=False)),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met
