"""Has the patient gone through the safety list for the place of the dose?"""

from collections.abc import Mapping
from uuid import UUID

from models.preparation.appointments import HomeCheck
from rules.permissions import Permission
from rules.preparation.home_list import home_is_ready
from workflows.people import safety_version
from workflows.platform import access
from workflows.platform.work import Work, record


@record(permit=Permission.COMPLETE_MODULE, audit="home_check.recorded", once=True)
def check(work: Work, patient_id: UUID, answers: Mapping[str, bool | None]) -> HomeCheck:
    """Keep the answers; the list is passed when every line is a yes."""
    patient = access.patient(work, patient_id, lock=True)
    safety_version.rise(work, patient.id)
    checked = HomeCheck(
        patient_id=patient.id,
        answers=dict(answers),
        passed=home_is_ready(answers),
        checked_at=work.now,
    )
    work.session.add(checked)
    return checked
