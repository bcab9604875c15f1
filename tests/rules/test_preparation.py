"""Is the patient prepared, and can readiness be ticked by hand?"""

import pytest

from rules.preparation.preparation import PreparationItem, readiness
from tests.rules.asking import ask
from tests.rules.facts_factory import ago
from tests.rules.rows import met, not_met, params, unknown

MISSING = "course__preparation_missing"

ROWS = (
    met("prep_session_missing", **{MISSING: ()}),
    *(not_met("prep_session_missing", **{MISSING: (item,)}) for item in PreparationItem),
    unknown("prep_session_missing", **{MISSING: None}),
    met("prep_session_stale", course__prepared_at=ago(days=90)),
    not_met("prep_session_stale", course__prepared_at=ago(days=90, seconds=1)),
    unknown("prep_session_stale", course__prepared_at=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


def test_readiness_lists_what_is_missing_in_the_order_of_doing():
    now = readiness(["home_checked", "consent_signed"])

    assert now.missing == (PreparationItem.CONSENT_SIGNED, PreparationItem.HOME_CHECKED)
    assert not now.ready
    assert PreparationItem.CUFF_REHEARSED in now.done


def test_nothing_missing_is_ready():
    assert readiness(()).ready
    assert readiness(()).done == tuple(PreparationItem)


def test_an_unknown_item_is_an_error():
    with pytest.raises(ValueError, match="shoes_tied"):
        readiness(["shoes_tied"])


@pytest.mark.parametrize("item", PreparationItem)
def test_every_item_can_be_said_to_the_patient(item):
    assert item.says.endswith(".")
