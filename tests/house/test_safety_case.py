"""Is every hazard held by a control, and was every control's test seen to fail without it?"""

import pytest

from tests.safety import page
from tests.safety.case import CASE, KINDS, ROOT, controls, hazards, record, source_of, unproved

HAZARDS = hazards()
CONTROLS = list(controls())


# A hazard that nobody holds is a sentence in a file.
@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
def test_every_hazard_has_a_control(hazard) -> None:
    assert hazard.controls
    assert 1 <= hazard.severity <= 5
    assert 1 <= hazard.likelihood_before <= 5
    assert hazard.says
    assert hazard.owner


def test_hazards_are_numbered_in_one_line() -> None:
    assert [hazard.id for hazard in HAZARDS] == [f"H{n:02}" for n in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) >= 30


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_every_control_has_tests_and_can_be_taken_away(control) -> None:
    assert control.kind in KINDS
    assert control.tests
    assert all(source_of(test) for test in control.tests)
    assert control.taken_from(ROOT) != (ROOT / control.file).read_text(encoding="utf-8")


# A test that passes with and without the control says nothing about it.
@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_every_control_was_seen_to_be_missed(control) -> None:
    assert not unproved(control), "changed since its tests were seen to fail: `make safety-case`"


def test_the_case_is_written_as_it_stands() -> None:
    seen = record()
    assert CASE.read_text(encoding="utf-8") == page.data(seen), "stale: run `make safety-case`"
    assert page.PAGE.read_text(encoding="utf-8") == page.words(seen)
