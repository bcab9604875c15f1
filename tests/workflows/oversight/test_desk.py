"""Does the prescriber see who needs them first, one whole case, and only their own patients?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from models.dose.dose_sessions import DoseSession
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.platform.database import new_sessions
from models.platform.trail import AuditEvent
from rules.terms import AdverseEventState, HoldSource, Role, SessionState, SubjectKind
from tests.factories.clinic import Clinic, a_clinic
from tests.factories.people import a_licensed_prescriber
from tests.factories.plan import the_product, what_of
from workflows.oversight import case_packet, desk
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound, NotPermitted
from workflows.platform.runtime import Runtime


@pytest.fixture
def clinic(runtime: Runtime) -> Iterator[Clinic]:
    """Give a patient who waits for a decision, with the people who decide."""
    with new_sessions(runtime.bind)() as session:
        yield a_clinic(runtime, session)


def _event(clinic: Clinic, *, serious: bool | None, **over: Any) -> AdverseEvent:
    values: dict[str, Any] = {
        "patient_id": clinic.patient.id,
        "reporter_verified": True,
        "report": {},
        "state": AdverseEventState.REPORTED,
        "serious": serious,
        "aware_at": clinic.now,
        "triage_due_at": clinic.now + timedelta(hours=24),
    }
    return AdverseEvent(**values | over)


def _session(clinic: Clinic, number: int, state: SessionState, **over: Any) -> DoseSession:
    plan = over.pop("plan")
    return DoseSession(
        **what_of(the_product(clinic.session)),
        patient_id=clinic.patient.id,
        plan_id=plan.id,
        number=number,
        dose_mg_hundredths=10_000,
        scheduled_at=clinic.now,
        time_zone="America/Denver",
        state=state,
        created_by=clinic.prescriber.id,
        created_at=clinic.now,
        **over,
    )


def _everything(clinic: Clinic) -> None:
    """Let one of each kind wait, in no particular order."""
    plan = clinic.signed_plan(clinic.approved(expires_at=clinic.now + timedelta(days=13)))
    subject = {"subject_type": SubjectKind.PATIENT, "subject_id": clinic.patient.id}
    whose: dict[str, Any] = {"patient_id": clinic.patient.id}
    dosed: datetime = clinic.now - timedelta(days=2)
    clinic.session.add_all(
        (
            Hold(
                **whose,
                **subject,
                source=HoldSource.COACH,
                code="care_team_hold",
                placed_at=clinic.now,
            ),
            _session(clinic, 1, SessionState.CLOSED, plan=plan, dosed_at=dosed),
            _event(clinic, serious=None),
            _event(clinic, serious=True),
            _event(clinic, serious=True, state=AdverseEventState.CLOSED),
            _session(clinic, 2, SessionState.BLOCKED, plan=plan, check_in_opened_at=clinic.now),
            Escalation(
                **whose,
                **subject,
                code="monitor_check_missed",
                opened_at=clinic.now,
                climbed_at=clinic.now,
            ),
        )
    )
    clinic.session.commit()


def test_the_desk_is_ordered_nearest_to_harm_first(clinic: Clinic) -> None:
    _everything(clinic)
    with clinic.acting() as work:
        queue = desk.read_desk(work)
    assert [item.kind for item in queue] == [
        "escalation",
        "serious_adverse_event",
        "blocked_session",
        "untriaged_adverse_event",
        "hold",
        "session_review",
        "approval_expires",
    ]
    assert {(item.given_name, item.family_name) for item in queue} == {("Pat", "Ient")}


def test_who_waits_for_a_decision_is_on_the_desk(clinic: Clinic) -> None:
    with clinic.acting() as work:
        (waiting,) = desk.read_desk(work)
    assert (waiting.kind, waiting.patient_id) == ("intake_review", clinic.patient.id)


def test_the_desk_is_one_statement_however_much_waits(clinic: Clinic) -> None:
    _everything(clinic)
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with clinic.acting() as work:
        event.listen(clinic.runtime.bind, "before_cursor_execute", note)
        desk.read_desk(work)
    event.remove(clinic.runtime.bind, "before_cursor_execute", note)
    assert sum(statement.startswith(("SELECT", "WITH")) for statement in seen) == 1


def test_each_patient_on_the_desk_is_noted_once(clinic: Clinic) -> None:
    _everything(clinic)
    with clinic.acting() as work:
        desk.read_desk(work)
    listed = select(AuditEvent.patient_id).where(AuditEvent.outcome == "listed")
    assert clinic.session.scalars(listed).all() == [clinic.patient.id]


def test_another_prescriber_sees_an_empty_desk_and_no_case(clinic: Clinic) -> None:
    _everything(clinic)
    stranger = a_licensed_prescriber(clinic.session, clinic.now)
    clinic.session.commit()
    actor = Actor(stranger.id, frozenset({Role.PRESCRIBER}))
    with clinic.runtime.begin(actor) as work:
        assert desk.read_desk(work) == []
    with pytest.raises(NotFound), clinic.runtime.begin(actor) as work:
        case_packet.read_case(work, clinic.patient.id)


def test_a_coach_has_no_such_desk(clinic: Clinic) -> None:
    with pytest.raises(NotPermitted), clinic.acting(clinic.coach) as work:
        desk.read_desk(work)


def test_a_case_shows_everything_on_one_page(clinic: Clinic) -> None:
    _everything(clinic)
    with clinic.acting() as work:
        case = case_packet.read_case(work, clinic.patient.id)
    assert case.intake is not None
    assert len(case.scores) >= 8
    assert (len(case.evaluations), len(case.approvals), len(case.plans)) == (1, 1, 1)
    assert (len(case.sessions), len(case.holds), len(case.escalations)) == (2, 1, 1)
    assert len(case.adverse_events) == 3
