"""What hangs on the patient of the world? One row of everything that an address can name."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.aftercare.aftercare import Goal, PrivateNote
from models.dose.dose_sessions import DoseSession, ReleaseCheck
from models.dose.predose import Clearance
from models.oversight.holds import Escalation
from models.people.patients import CareTeamMember, SitterConcern
from models.people.rights import LegalHold, RightsRequest
from models.platform.base import Base, new_id
from models.platform.decisions import Override
from models.platform.trail import Event
from rules.terms import (
    EnrolmentState,
    Instrument,
    NoteState,
    RequestKind,
    SitterState,
    SubjectKind,
)
from tests.factories import aftercare, intake, oversight, plan, preparation, quarantine
from tests.factories import evening as evenings
from tests.factories import people as folk
from tests.factories.evening import Evening
from tests.matrix import canaries
from tests.matrix.canaries import WORDS

M = TypeVar("M", bound=Base)
Rows = dict[str, UUID]


def of_everything(session: Session, now: datetime, mine: Evening, ids: Rows) -> Rows:
    """Add one row of each, and name them as the addresses do."""
    mine.patient.contact = {**dict(folk.CONTACT), "address": canaries.ADDRESS}
    rows = {
        "patient_id": mine.patient.id,
        "sitter_id": mine.sitter.id,
        "dose_session_id": mine.session.id,
        "plan_id": mine.plan.id,
        "approval_id": mine.approval.id,
        "lot_id": mine.lot.id,
        "member_id": _the_coachs_place(session, mine),
    }
    rows |= _of_the_gate(session, now, mine, ids)
    rows |= _of_the_supply(session, now, mine)
    rows |= _of_the_coach(session, now, mine)
    rows |= _of_harm(session, now, mine, rows, ids)
    rows |= _of_the_intake(session, now, mine)
    rows |= _of_sitters(session, now, mine, ids)
    rows |= _of_rights(session, now, mine)
    rows |= _of_the_quarantine(session, now, mine, ids)
    mine.patient.enrolment = EnrolmentState.COURSE_ACTIVE
    session.flush()
    return rows


def _of_rights(session: Session, now: datetime, mine: Evening) -> Rows:
    """Add what the patient says is wrong in the record, and a matter that keeps it."""
    asked = RightsRequest(
        patient_id=mine.patient.id,
        kind=RequestKind.AMENDMENT,
        subject_type="dose_session",
        subject_id=mine.session.id,
        words="It was in May.",
        asked_by=mine.patient.user_id,
        asked_at=now,
        due_at=now + timedelta(days=60),
    )
    held = LegalHold(
        patient_id=mine.patient.id,
        matter="A letter of a court.",
        placed_by=mine.coach.id,
        placed_at=now,
    )
    return {"request_id": kept(session, asked).id, "legal_hold_id": kept(session, held).id}


def _of_the_quarantine(session: Session, now: datetime, mine: Evening, ids: Rows) -> Rows:
    """Add what the phone of a sitter handed in who was taken off."""
    author, seen = ids["sitter taken off"], {"subject_id": str(mine.session.id)}
    row = quarantine.a_handed_in_item(
        session, now, author, mine.patient.id, content={"moaas": 5}, **seen
    )
    return {"queue_id": row.queue_id, "quarantined_item_id": row.id}


def kept(session: Session, row: M) -> M:
    """Add a row."""
    session.add(row)
    session.flush()
    return row


def _the_coachs_place(session: Session, mine: Evening) -> UUID:
    return session.scalars(
        select(CareTeamMember.id).where(
            CareTeamMember.patient_id == mine.patient.id, CareTeamMember.user_id == mine.coach.id
        )
    ).one()


def _of_the_gate(session: Session, now: datetime, mine: Evening, ids: Rows) -> Rows:
    """Add a decision that holds, what a prescriber let pass, and a clearance nobody has spent."""
    patient, subject = mine.patient, (SubjectKind.DOSE_SESSION, mine.session.id)
    held: dict[str, Any] = {"outcome": "hold", "codes": ["liver_disease"]}
    held |= {"point": "check_in", "findings": [canaries.FINDING]}
    decision = plan.a_kept_decision(session, now, patient, subject, **held)
    override = Override(
        patient_id=patient.id,
        decision_id=decision.id,
        subject_type=SubjectKind.DOSE_SESSION,
        subject_id=mine.session.id,
        code="liver_disease",
        rationale=WORDS["dosing"],
        finding_hash=b"\0" * 32,
        overridden_by=ids["prescriber on the team"],
        overridden_at=now,
        expires_at=now + timedelta(hours=1),
        factor_proved_at=now,
        needs_cosigner=True,
    )
    clear = plan.a_kept_decision(session, now, patient, subject, point="check_in")
    clearance = Clearance(
        patient_id=patient.id,
        dose_session_id=mine.session.id,
        decision_id=clear.id,
        lot_id=mine.lot.id,
        dose_mg_hundredths=mine.session.dose_mg_hundredths,
        sitter_id=mine.sitter.id,
        inputs_hash=b"\0" * 32,
        safety_version=patient.safety_version,
        epoch=1,
        issued_at=now,
        expires_at=now + timedelta(minutes=30),
    )
    check = ReleaseCheck(
        patient_id=patient.id,
        dose_session_id=mine.session.id,
        answers={},
        decision_id=decision.id,
        checked_by=mine.sitter.user_id or patient.user_id,
        checked_at=now,
    )
    return {
        "decision_id": decision.id,
        "override_id": kept(session, override).id,
        "clearance": kept(session, clearance).id,
        "release_check_id": kept(session, check).id,
    }


def _of_the_supply(session: Session, now: datetime, mine: Evening) -> Rows:
    order = plan.an_order(session, now, mine.patient, mine.plan)
    shipment = plan.a_shipment(session, now, mine.patient, order)
    office = oversight.an_office_session(session, now, mine.patient)
    return {"order_id": order.id, "shipment_id": shipment.id, "office_session_id": office.id}


def _of_the_coach(session: Session, now: datetime, mine: Evening) -> Rows:
    """Add meetings, notes of every kind and a goal."""
    patient, coach = mine.patient, mine.coach
    days = [now + timedelta(days=day) for day in (1, 2, 3)]
    first, second, _ = (preparation.a_slot(session, coach, day) for day in days)
    signed = {"state": NoteState.SIGNED, "signed_at": now, "signed_by": coach.id}
    private = PrivateNote(
        patient_id=patient.id,
        author_id=coach.id,
        body=WORDS["private"],
        mentions_harm=False,
        written_at=now,
    )
    draft = aftercare.a_draft_note(session, patient, coach, now, summary=WORDS["coaching"])
    goal = Goal(patient_id=patient.id, words="Walk.", set_by=patient.user_id, set_at=now)
    due = aftercare.a_follow_up(session, mine.session, now - timedelta(hours=24))
    return {
        "appointment_id": preparation.an_appointment(session, patient, first).id,
        "slot_id": second.id,
        "note_id": draft.id,
        "signed note": aftercare.a_draft_note(session, patient, coach, now, **signed).id,
        "private note": kept(session, private).id,
        "goal_id": kept(session, goal).id,
        "follow_up_id": due.id,
    }


def _of_harm(session: Session, now: datetime, mine: Evening, rows: Rows, ids: Rows) -> Rows:
    """Add harm at the site, told by somebody who has left the team since, a hold and a call."""
    told: dict[str, Any] = {
        "own_words": WORDS["harm"],
        "reporter_id": ids["coach who left the team"],
    }
    patient = mine.patient
    told |= {"office_session_id": rows["office_session_id"]}
    event = oversight.an_adverse_event(session, now, patient, **told)
    hold = oversight.a_hold(session, now, patient, words=WORDS["harm"])
    placed = Event(
        id=new_id(),
        kind="hold.placed",
        patient_id=patient.id,
        object_type="hold",
        object_id=hold.id,
        occurred_at=now,
    )
    session.add(placed)
    return {
        "adverse_event_id": event.id,
        "hold_id": hold.id,
        "escalation_id": _a_call(session, now, mine.session).id,
    }


def _of_the_intake(session: Session, now: datetime, mine: Evening) -> Rows:
    patient = mine.patient
    submitted = intake.a_submitted_intake(session, now, patient)
    screened = {"point": "screen", "suitability": "candidate"}
    plan.a_kept_decision(session, now, patient, (SubjectKind.INTAKE, submitted.id), **screened)
    seen = {"diagnoses": [canaries.DIAGNOSIS], "findings": {"words": WORDS["diagnosis"]}}
    evaluation = plan.an_evaluation(session, now, patient, mine.prescriber, **seen)
    return {
        "intake_id": submitted.id,
        "assessment_id": intake.an_assessment(session, now, patient, Instrument.PHQ9).id,
        "evaluation_id": evaluation.id,
    }


def _of_sitters(session: Session, now: datetime, mine: Evening, ids: Rows) -> Rows:
    """Add what was said of the sitter, a place that is only offered, and one that is over."""
    patient, sitter = mine.patient, mine.sitter
    concern = {"unsafe": True, "words": WORDS["concern"], "told_at": now}
    session.add(SitterConcern(patient_id=patient.id, sitter_id=sitter.id, **concern))
    offered = {"state": SitterState.INVITED, "accepted_at": None, "consented_at": None}
    place = folk.a_sitter(
        session, now, patient, trained=False, user_id=ids["sitter of this session"], **offered
    )
    over = {"state": SitterState.REMOVED, "removed_at": now, "phone": "+1 720 555 0143"}
    former = folk.a_sitter(session, now, patient, user_id=ids["sitter taken off"], **over)
    before = evenings.a_session(
        session, now, mine.plan, former, mine.lot, number=2, state="scheduled"
    )
    return {
        "place offered": place.id,
        "session before": before.id,
        "call before": _a_call(session, now, before).id,
    }


def _a_call(session: Session, now: datetime, dose_session: DoseSession) -> Escalation:
    row = Escalation(
        patient_id=dose_session.patient_id,
        code="emergency_unresponsive",
        subject_type=SubjectKind.DOSE_SESSION,
        subject_id=dose_session.id,
        opened_at=now,
        climbed_at=now,
    )
    return kept(session, row)
