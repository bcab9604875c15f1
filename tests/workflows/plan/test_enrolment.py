"""Does a suspension end only when everything that stood against it was looked at?"""

import pytest

from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from rules.terms import AdverseEventState, EnrolmentState, HoldSource, SubjectKind
from tests.factories.clinic import Clinic
from workflows.plan import enrolment
from workflows.platform.errors import NotNow, RecordForbids

E = EnrolmentState


def _suspended(clinic: Clinic) -> None:
    clinic.patient.enrolment = E.SUSPENDED
    clinic.patient.suspended_for = "serious_ae_unreviewed"
    clinic.session.commit()


def _lift(clinic: Clinic) -> EnrolmentState:
    with clinic.acting() as work:
        enrolment.lift_suspension(work, clinic.patient.id)
    return clinic.fresh().enrolment


def test_a_course_that_nothing_overtook_goes_on(clinic: Clinic) -> None:
    clinic.signed_plan()
    _suspended(clinic)
    assert _lift(clinic) is E.COURSE_ACTIVE
    assert clinic.patient.suspended_for == ""


def test_after_a_material_change_the_prescriber_decides_anew(clinic: Clinic) -> None:
    clinic.signed_plan()
    _suspended(clinic)
    clinic.runtime.clock.advance(minutes=1)  # type: ignore[attr-defined]
    clinic.patient.material_change_at = clinic.runtime.clock.now()
    clinic.session.commit()
    assert _lift(clinic) is E.PENDING_REVIEW


def test_without_a_course_the_patient_waits_for_a_decision(clinic: Clinic) -> None:
    _suspended(clinic)
    assert _lift(clinic) is E.PENDING_REVIEW


def test_nobody_else_than_the_suspended_is_let_go_on(clinic: Clinic) -> None:
    with pytest.raises(NotNow):
        _lift(clinic)


def test_an_open_hold_keeps_the_suspension(clinic: Clinic) -> None:
    _suspended(clinic)
    clinic.session.add(
        Hold(
            patient_id=clinic.patient.id,
            source=HoldSource.PATIENT,
            code="care_team_hold",
            subject_type=SubjectKind.PATIENT,
            placed_at=clinic.now,
        )
    )
    clinic.session.commit()
    with pytest.raises(RecordForbids) as refused:
        _lift(clinic)
    assert refused.value.code == "care_team_hold"


@pytest.mark.parametrize(
    ("state", "triaged", "code"),
    [
        (AdverseEventState.REPORTED, False, "open_adverse_event"),
        (AdverseEventState.TRIAGED, True, "serious_ae_unreviewed"),
    ],
)
def test_harm_that_nobody_assessed_keeps_the_suspension(
    clinic: Clinic, state: AdverseEventState, code: str, *, triaged: bool
) -> None:
    _suspended(clinic)
    clinic.session.add(
        AdverseEvent(
            patient_id=clinic.patient.id,
            reporter_verified=True,
            report={},
            state=state,
            serious=True,
            aware_at=clinic.now,
            triage_due_at=clinic.now,
            triaged_at=clinic.now if triaged else None,
        )
    )
    clinic.session.commit()
    with pytest.raises(RecordForbids) as refused:
        _lift(clinic)
    assert refused.value.code == code
