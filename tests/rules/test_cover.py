"""How long must a human be on call?"""

from datetime import timedelta

from rules.dose.cover import cover_needed_until
from rules.limits import LIMITS
from tests.rules.facts_factory import NOW


def test_cover_goes_on_for_hours_after_the_session() -> None:
    assert cover_needed_until(NOW, LIMITS) == NOW + timedelta(hours=4)
