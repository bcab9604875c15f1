"""What follows from a clinician's answers about a harm: how probable, and how expected?"""

from datetime import timedelta
from typing import Any

from rules.limits import Limits
from rules.oversight.adverse_events import NARANJO_POINTS, naranjo
from rules.oversight.expected import REFERENCE, HarmTerm, expectedness, expedited
from rules.terms import Severity
from workflows.platform.errors import InvalidContent

NOT_A_QUESTION = "Questions are numbered 1 to 10, each answered true, false or not at all."


def weighed(
    content: dict[str, Any], severity: Severity, limits: Limits, *, serious: bool
) -> dict[str, Any]:
    """Give the answers with what the points and the reference make of them (a step).

    Points are counted only where somebody answered; the clinician's own word on whether the harm
    was expected stays beside what the reference says.
    """
    told = dict(content)
    if content.get("naranjo") is not None:
        told["naranjo_points"], told["naranjo_band"] = naranjo(_answers(content["naranjo"]))
    term = HarmTerm(content["term"]) if content.get("term") else None
    hours = content.get("hours_after_dose")
    after = None if hours is None else timedelta(hours=hours)
    found = expectedness(term, after, severity, limits)
    grave = serious or (term is not None and REFERENCE[term].always_serious)
    told["reference"], told["expedited"] = found, expedited(found, serious=grave)
    return told


def _answers(said: dict[str, Any]) -> dict[int, bool | None]:
    known = {str(question) for question in NARANJO_POINTS}
    fits = all(isinstance(answer, bool | None) for answer in said.values())
    if not (fits and known.issuperset(said)):
        raise InvalidContent(errors={"naranjo": [NOT_A_QUESTION]})
    return {int(question): answer for question, answer in said.items()}
