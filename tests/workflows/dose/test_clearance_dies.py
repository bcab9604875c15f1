"""Does a clearance survive anything that happens between the green light and the dose? Nothing."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance, DoseTaken
from models.oversight.holds import OnCallShift
from models.people.accounts import Credential
from models.people.patients import Patient, Sitter
from models.plan.law import Jurisdiction
from models.plan.treatment_plans import TreatmentPlan
from models.platform.decisions import GateDecision
from rules.terms import EnrolmentState, Instrument, Role, SessionState, VitalSource
from tests.clock import HandClock
from tests.factories import people
from tests.factories.evening import CLEAR_WORD, Evening
from tests.factories.oversight import an_office_session
from tests.workflows.dose.conftest import Ask
from workflows.dose import dose_sessions, predose, start, vital_signs
from workflows.dose.start import TakenDose
from workflows.dose.vital_signs import Measured
from workflows.intake import assessments, changes, consent
from workflows.oversight import adverse_events, holds, on_call
from workflows.oversight.harm_reports import HarmReport
from workflows.people import credentials, sitters
from workflows.plan import approvals, evaluations, lots, treatment_plans
from workflows.platform.actor import Actor
from workflows.platform.errors import HardStop, Refusal
from workflows.platform.runtime import Runtime

Change = Callable[[Runtime, Session, Evening], object]


def named(value: object) -> str:
    """Name a row of the table."""
    return getattr(value, "__name__", str(value))


def as_(role: Role) -> Actor:
    """Act as somebody of the house."""
    return Actor(uuid4(), frozenset({role}), uuid4())


def measured(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """Take one more reading, a good one."""
    reading = Measured(
        source=VitalSource.DEVICE, systolic_mmhg=121, diastolic_mmhg=77, heart_rate_bpm=70
    )
    with runtime.begin(made.as_patient) as work:
        vital_signs.record_vitals(work, made.session.id, reading)


def measured_too_high(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """Take one more reading at once, so high that the day is over."""
    reading = Measured(
        source=VitalSource.DEVICE, systolic_mmhg=186, diastolic_mmhg=97, heart_rate_bpm=70
    )
    with runtime.begin(made.as_patient) as work:
        vital_signs.record_vitals(work, made.session.id, reading)


def sitter_changed(runtime: Runtime, rows: Session, made: Evening) -> None:
    """Choose somebody else."""
    other = people.a_sitter(rows, runtime.clock.now(), made.patient, phone="+1 720 555 0177")
    rows.commit()
    with runtime.begin(made.as_patient) as work:
        dose_sessions.change_sitter(work, made.session.id, other.id, None)


def sitter_removed(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """Let the sitter go."""
    with runtime.begin(made.as_patient) as work:
        sitters.remove(work, made.sitter.id)


def address_taken_out(_runtime: Runtime, rows: Session, made: Evening) -> None:
    """What the patient sends anew as contact has no address any more."""
    _without(rows, made, "address")


def contact_taken_out(_runtime: Runtime, rows: Session, made: Evening) -> None:
    """What the patient sends anew as contact names nobody to call."""
    _without(rows, made, "emergency_contact")


def _without(rows: Session, made: Evening, part: str) -> None:
    patient = rows.get_one(Patient, made.patient.id)
    patient.contact = {name: one for name, one in (patient.contact or {}).items() if name != part}
    rows.commit()


def sitters_phone_taken_out(_runtime: Runtime, rows: Session, made: Evening) -> None:
    """The phone of the sitter is not in the record any more."""
    rows.get_one(Sitter, made.sitter.id).phone = None
    rows.commit()


def sitter_drank(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The sitter speaks again."""
    with runtime.begin(made.as_sitter) as work:
        predose.attest(work, made.session.id, CLEAR_WORD | {"sober_24h": False})


def sitter_feared(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The patient says, alone, that this person is not safe."""
    with runtime.begin(made.as_patient) as work:
        sitters.tell_concern(work, made.sitter.id, unsafe=True)


def held(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """A coach says stop."""
    with runtime.begin(made.as_coach) as work:
        holds.place_hold(work, made.patient.id, None)


def harmed(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """Somebody reports harm."""
    with runtime.begin(made.as_sitter) as work:
        adverse_events.report(work, HarmReport(own_words="she fell", patient_id=made.patient.id))


def used_spravato(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The patient tells of a friend's spray."""
    with runtime.begin(made.as_patient) as work:
        adverse_events.report(work, HarmReport(own_words="I used my friend's Spravato"))


def consent_withdrawn(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The patient takes the consent back."""
    with runtime.begin(made.as_patient) as work:
        consent.withdraw(work, made.patient.id, "Pat Ient")


def licence_revoked(runtime: Runtime, rows: Session, made: Evening) -> None:
    """The board withdraws the licence, today."""
    licence = rows.scalars(
        select(Credential).where(
            Credential.user_id == made.prescriber.id, Credential.kind == "licence"
        )
    ).one()
    with runtime.begin(as_(Role.ADMIN)) as work:
        credentials.revoke_credential(work, licence.id, runtime.clock.now().date())


def place_closed(_runtime: Runtime, rows: Session, made: Evening) -> None:
    """The state the patient is in has no row."""
    here = update(DoseSession).where(DoseSession.id == made.session.id)
    rows.execute(here.values(patient_state="ZZ"))
    rows.commit()


def law_lapsed(runtime: Runtime, rows: Session, _made: Evening) -> None:
    """The review of the state's law runs out."""
    law = rows.scalars(select(Jurisdiction).where(Jurisdiction.state == "CO")).all()[-1]
    clock = runtime.clock
    assert isinstance(clock, HandClock)
    clock.advance(days=(law.review_expires_on - clock.now().date()).days + 2)


def nobody_on_call(runtime: Runtime, rows: Session, _made: Evening) -> None:
    """The shift is taken back."""
    shift = rows.scalars(select(OnCallShift)).one()
    with runtime.begin(as_(Role.ADMIN)) as work:
        on_call.cancel(work, shift.id)


def lot_recalled(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The pharmacy calls the batch back."""
    with runtime.begin(as_(Role.SAFETY_OFFICER)) as work:
        lots.recall_lot(work, made.lot.id)


def plan_suspended(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The prescriber suspends the plan."""
    with runtime.begin(made.as_prescriber) as work:
        treatment_plans.suspend_plan(work, made.plan.id, None)


def plan_ended(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The prescriber ends the plan."""
    with runtime.begin(made.as_prescriber) as work:
        treatment_plans.end_plan(work, made.plan.id, None)


def approval_ended(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The prescriber ends the approval."""
    with runtime.begin(made.as_prescriber) as work:
        approvals.end_approval(work, made.approval.id, "changed my mind")


def record_shows_ketamine(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The state's medicine record names another prescriber of ketamine."""
    query = evaluations.Query(
        checked_at=runtime.clock.now(), result="ketamine_elsewhere", reference="P-3"
    )
    with runtime.begin(made.as_prescriber) as work:
        evaluations.record_pdmp_query(work, made.patient.id, "CO", query)


def capacity_lost(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """A prescriber sees the patient again, who cannot decide any more."""
    meeting = evaluations.Meeting(
        held_at=runtime.clock.now(), minutes=20, modality="video", patient_state="CO",
        identity_verified=True, identity_method="known_to_prescriber", capacity=False,
        diagnosis_documented=True, diagnoses=("major_depressive_disorder",),
    )  # fmt: skip
    with runtime.begin(made.as_prescriber) as work:
        evaluations.record_evaluation(work, made.patient.id, meeting)


def spravato_visit(runtime: Runtime, rows: Session, made: Evening) -> None:
    """A visit for Spravato is planned at a site of ours."""
    an_office_session(rows, runtime.clock.now(), made.patient)
    rows.commit()


def new_medicine(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The patient adds tramadol to the list."""
    told = changes.Told(kind=changes.ChangeKind.MEDICINE, medicine="Tramadol")
    with runtime.begin(made.as_patient) as work:
        changes.report_change(work, made.patient.id, told)


def pregnant(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The patient tells of a pregnancy."""
    told = changes.Told(kind=changes.ChangeKind.PREGNANCY)
    with runtime.begin(made.as_patient) as work:
        changes.report_change(work, made.patient.id, told)


def suicidal(runtime: Runtime, _rows: Session, made: Evening) -> None:
    """The patient answers the screen again, with a plan."""
    said = {"q1": True, "q2": True, "q3": True, "q4": True, "q5": True, "q6": False}
    with runtime.begin(made.as_patient) as work:
        assessments.answer(work, made.patient.id, Instrument.CSSRS, said)


def suspended(_runtime: Runtime, rows: Session, made: Evening) -> None:
    """The treatment is paused."""
    rows.execute(
        update(Patient)
        .where(Patient.id == made.patient.id)
        .values(enrolment=EnrolmentState.SUSPENDED)
    )
    rows.commit()


def discharged(_runtime: Runtime, rows: Session, made: Evening) -> None:
    """The patient is no patient of ours any more."""
    rows.execute(
        update(Patient)
        .where(Patient.id == made.patient.id)
        .values(enrolment=EnrolmentState.DISCHARGED)
    )
    rows.commit()


def took_it_elsewhere(runtime: Runtime, rows: Session, made: Evening) -> None:
    """A dose outside any session is told while the clearance waits."""
    rows.add(
        DoseTaken(
            patient_id=made.patient.id, cleared=False, taken_at=runtime.clock.now(),
            local_date="2026-11-23", received_at=runtime.clock.now(), recorded_by=uuid4(),
        )
    )  # fmt: skip
    rows.commit()


CHANGES: tuple[tuple[Change, str], ...] = (
    (measured, "clearance_missing"),
    (measured_too_high, "vitals_repeat_limit"),
    (sitter_changed, "clearance_missing"),
    (sitter_removed, "no_sitter"),
    (sitter_drank, "sitter_not_sober"),
    (sitter_feared, "sitter_unsafe"),
    (held, "care_team_hold"),
    (harmed, "open_adverse_event"),
    (used_spravato, "concurrent_esketamine_course"),
    (consent_withdrawn, "consent_missing"),
    (licence_revoked, "prescriber_not_licensed_in_state"),
    (place_closed, "state_not_enabled"),
    (law_lapsed, "state_not_enabled"),
    (nobody_on_call, "oncall_unavailable"),
    (address_taken_out, "address_unconfirmed"),
    (contact_taken_out, "emergency_plan_missing"),
    (sitters_phone_taken_out, "sitter_contact_unverified"),
    (lot_recalled, "lot_recalled"),
    (plan_suspended, "plan_not_signed"),
    (plan_ended, "plan_not_signed"),
    (approval_ended, "approval_expired"),
    (record_shows_ketamine, "concurrent_ketamine_elsewhere"),
    (capacity_lost, "capacity_or_consent_absent"),
    (spravato_visit, "concurrent_esketamine_course"),
    (new_medicine, "material_change_unreviewed"),
    (new_medicine, "opioid_concurrent"),
    (pregnant, "pregnancy"),
    (suicidal, "suicide_risk_high"),
    (suspended, "enrolment_suspended"),
    (discharged, "enrolment_suspended"),
    (took_it_elsewhere, "redose_prohibited"),
)


@pytest.mark.parametrize(("change", "code"), CHANGES, ids=named)
def test_what_changes_after_the_clearance_ends_it(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session, change: Change, code: str
) -> None:
    decided = ask()
    assert decided.clearance_id is not None, decided.codes
    change(runtime, session, ready)

    with pytest.raises(HardStop) as refused, runtime.begin(ready.as_patient) as work:
        start.start(work, ready.session.id, decided.clearance_id)

    assert code in refused.value.decision.codes
    session.expire_all()
    assert session.get_one(Clearance, decided.clearance_id).voided_at is not None
    session.refresh(ready.session)
    assert ready.session.state is SessionState.BLOCKED
    assert ready.session.dosed_at is None
    kept = session.scalars(select(GateDecision).where(GateDecision.point == "dose")).one()
    assert code in kept.codes
    for finding in kept.findings:
        assert finding["says"], finding
        assert finding["remedy"], finding
        assert finding["observed"], finding


# A new reading and a new sitter are what a fresh check is for; a law that lapsed is another day.
PASSING = (measured, sitter_changed, law_lapsed)
AFTERWARDS = {suicidal: "care_team_hold"}
LASTING = [
    (change, AFTERWARDS.get(change, code)) for change, code in CHANGES if change not in PASSING
]


@pytest.mark.parametrize(("change", "code"), LASTING, ids=named)
def test_fresh_answers_do_not_undo_it(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session, change: Change, code: str
) -> None:
    change(runtime, session, ready)
    decided = ask()
    assert code in decided.codes
    assert decided.clearance_id is None


def test_a_lower_dose_is_the_dose_of_the_next_clearance(
    runtime: Runtime, session: Session, ready: Evening, ask: Ask
) -> None:
    for table in (TreatmentPlan, DoseSession):
        session.execute(update(table).values(dose_mg_hundredths=20_000))
    session.commit()
    first = ask().clearance_id
    assert first is not None
    less = treatment_plans.NewDose(
        to_mg_hundredths=10_000, rationale="Sleepy for hours.", patient_state="CO"
    )
    with runtime.begin(ready.as_prescriber) as work:
        treatment_plans.change_dose(work, ready.plan.id, None, less)
    with pytest.raises(HardStop), runtime.begin(ready.as_patient) as work:
        start.start(work, ready.session.id, first)
    again = ask().clearance_id
    assert session.get_one(Clearance, again).dose_mg_hundredths == 10_000


def test_a_dose_told_meanwhile_ends_the_clearance(
    runtime: Runtime, ready: Evening, ask: Ask, clock: HandClock, session: Session
) -> None:
    clearance_id = ask().clearance_id
    assert clearance_id is not None
    with runtime.begin(ready.as_patient) as work:
        start.report_taken(work, TakenDose(clock.now() - timedelta(minutes=1), 10_000))
    with pytest.raises(Refusal), runtime.begin(ready.as_patient) as work:
        start.start(work, ready.session.id, clearance_id)
    assert len(session.scalars(select(DoseTaken)).all()) == 1
