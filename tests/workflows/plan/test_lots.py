"""Does a recall stop every dose of a lot at once, and reach everybody who holds some?"""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance
from models.plan.treatment_plans import Lot
from models.platform.trail import AuditEvent, Notification
from rules.terms import SessionState, SubjectKind
from tests.factories.clinic import Clinic
from tests.factories.people import a_sitter
from tests.factories.plan import a_kept_decision, a_lot, a_received_shipment, the_product, what_of
from workflows.plan import lots
from workflows.platform.errors import NotFound, NotPermitted, RecordForbids


def _cleared(clinic: Clinic, lot: Lot) -> Clearance:
    plan = clinic.signed_plan()
    a_received_shipment(clinic.session, clinic.now, clinic.patient, plan, lot=lot)
    sitter = a_sitter(clinic.session, clinic.now, clinic.patient)
    dose = DoseSession(
        **what_of(the_product(clinic.session)),
        patient_id=clinic.patient.id,
        plan_id=plan.id,
        number=1,
        dose_mg_hundredths=10_000,
        scheduled_at=clinic.now,
        time_zone="America/Denver",
        state=SessionState.CLEARED,
        created_by=clinic.prescriber.id,
        created_at=clinic.now,
    )
    clinic.session.add(dose)
    clinic.session.flush()
    decision = a_kept_decision(
        clinic.session, clinic.now, clinic.patient, (SubjectKind.DOSE_SESSION, dose.id)
    )
    clearance = Clearance(
        patient_id=clinic.patient.id,
        dose_session_id=dose.id,
        decision_id=decision.id,
        lot_id=lot.id,
        dose_mg_hundredths=10_000,
        sitter_id=sitter.id,
        inputs_hash=b"\0",
        safety_version=1,
        epoch=1,
        issued_at=clinic.now,
        expires_at=clinic.now + timedelta(minutes=30),
    )
    clinic.session.add(clearance)
    clinic.session.commit()
    return clearance


def test_a_recall_voids_every_open_clearance_in_one_statement(clinic: Clinic) -> None:
    lot = a_lot(clinic.session, clinic.now)
    clearance = _cleared(clinic, lot)
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(clinic.runtime.bind, "before_cursor_execute", note)
    with clinic.acting(clinic.officer) as work:
        recalled = lots.recall_lot(work, lot.id)
    event.remove(clinic.runtime.bind, "before_cursor_execute", note)
    assert sum(statement.startswith("UPDATE clearance") for statement in seen) == 1
    assert recalled.recalled_at == clinic.now
    clinic.session.expire_all()
    assert clinic.session.get_one(Clearance, clearance.id).void_reason == "lot_recalled"


def test_everybody_who_holds_some_is_told_and_noted(clinic: Clinic) -> None:
    lot = a_lot(clinic.session, clinic.now)
    _cleared(clinic, lot)
    with clinic.acting(clinic.officer) as work:
        lots.recall_lot(work, lot.id)
    told = clinic.session.scalars(
        select(Notification.user_id).where(Notification.template == lots.TEMPLATE)
    ).all()
    assert {clinic.patient.user_id, clinic.prescriber.id, clinic.second.id} == set(told)
    listed = clinic.session.scalars(
        select(AuditEvent.patient_id).where(AuditEvent.outcome == "listed")
    ).all()
    assert listed == [clinic.patient.id]


def test_a_clearance_of_another_lot_stays(clinic: Clinic) -> None:
    clearance = _cleared(clinic, a_lot(clinic.session, clinic.now))
    other = a_lot(clinic.session, clinic.now)
    clinic.session.commit()
    with clinic.acting(clinic.officer) as work:
        lots.recall_lot(work, other.id)
    clinic.session.expire_all()
    assert clinic.session.get_one(Clearance, clearance.id).voided_at is None


def test_a_lot_is_recalled_once_and_by_a_safety_officer(clinic: Clinic) -> None:
    lot = a_lot(clinic.session, clinic.now)
    clinic.session.commit()
    with pytest.raises(NotPermitted), clinic.acting() as work:
        lots.recall_lot(work, lot.id)
    with clinic.acting(clinic.officer) as work:
        lots.recall_lot(work, lot.id)
        assert [found.id for found in lots.read_lots(work)] == [lot.id]
    with pytest.raises(RecordForbids), clinic.acting(clinic.officer) as work:
        lots.recall_lot(work, lot.id)
    with pytest.raises(NotFound), clinic.acting(clinic.officer) as work:
        lots.recall_lot(work, clinic.patient.id)
