"""Does what binds for longer than tonight wait, from the dose until the morning, and no more?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.patients import Patient
from models.platform.trail import AuditEvent
from rules.access.impaired import PASSES
from rules.terms import OfficeState, Role, SessionState
from tests.clock import HandClock
from tests.factories import intake, oversight
from tests.factories.evening import Evening
from tests.races import House
from tests.workflows.dose.conftest import Ask
from tests.workflows.dose.test_start import take
from workflows.dose import emergencies, start
from workflows.dose.emergencies import CallForHelp
from workflows.dose.start import TakenDose
from workflows.intake import consent
from workflows.intake.consent_texts import CONSENT_TEXTS
from workflows.oversight import holds
from workflows.people import password_change, patients, sitters
from workflows.plan import treatment_plans
from workflows.plan.treatment_plans import NewDose
from workflows.platform.actor import Actor
from workflows.platform.errors import ImpairedWindow, Refusal
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work

MORNING = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # six in Denver, on the day after
UNIT = 10_000  # a tablet
TEXT = CONSENT_TEXTS[-1]
Act = Callable[[Work], Any]


def does(runtime: Runtime, actor: Actor, act: Act) -> Any:
    with runtime.begin(actor) as work:
        return act(work)


def consents(made: Evening) -> Act:
    return lambda work: consent.sign(
        work, made.patient.id, TEXT.sha256, "Pat Ient", read_seconds=300
    )


def opens_at(runtime: Runtime, made: Evening, act: Act | None = None) -> datetime | None:
    """Let the patient decide, see it refused, and give when it would not be."""
    with pytest.raises(ImpairedWindow) as refused:
        does(runtime, made.as_patient, act or consents(made))
    assert refused.value.code == "impaired_window"
    until: datetime | None = refused.value.more.get("retry_at")
    return until


def let_go(session: Session, made: Evening) -> None:
    """End the watch."""
    session.refresh(made.session)
    made.session.state = SessionState.RELEASED
    session.commit()


@pytest.fixture
def dosed(runtime: Runtime, ask: Ask, ready: Evening, session: Session) -> Evening:
    """Give an evening on which the dose was taken just now."""
    take(runtime, ready, ask().clearance_id)
    return ready


# He was asked for his signature while the room still moved.
@pytest.mark.asvs("2.3.1")
def test_consent_waits_from_the_dose_until_the_morning(
    runtime: Runtime, dosed: Evening, session: Session, clock: HandClock
) -> None:
    assert opens_at(runtime, dosed) == MORNING
    let_go(session, dosed)
    clock.set(MORNING - timedelta(seconds=1))
    assert opens_at(runtime, dosed) == MORNING
    clock.set(MORNING)
    assert does(runtime, dosed.as_patient, consents(dosed)).kind == "given"


def test_a_refusal_is_in_the_trail_of_the_patient(
    runtime: Runtime, dosed: Evening, session: Session
) -> None:
    opens_at(runtime, dosed)
    last = select(AuditEvent.action, AuditEvent.outcome, AuditEvent.reason, AuditEvent.patient_id)
    kept = session.execute(last.order_by(AuditEvent.id.desc()).limit(1)).one()
    assert kept == ("consent.signed", "refused", "impaired_window", dosed.patient.id)


def test_sharing_waits(runtime: Runtime, dosed: Evening) -> None:
    me = dosed.patient.id
    invited: Act = lambda work: sitters.invite(work, "A friend", "friend@example.org")  # noqa: E731
    moved: Act = lambda work: patients.amend_identity(  # noqa: E731
        work, me, {"contact": {"phone": "+13035550142"}}, version=None
    )
    assert opens_at(runtime, dosed, invited) == opens_at(runtime, dosed, moved) == MORNING


def test_the_keys_to_the_account_wait(runtime: Runtime, dosed: Evening) -> None:
    changed: Act = lambda work: password_change.change(  # noqa: E731
        work, "what it was before", "something made up tonight"
    )
    assert opens_at(runtime, dosed, changed) == MORNING


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(lambda made, now: TakenDose(now, 10_000, made.session.id), id="in a session"),
        pytest.param(lambda _made, now: TakenDose(now, 10_000), id="in no session"),
        pytest.param(lambda _made, _now: TakenDose(), id="when and how much not known"),
    ],
)
def test_a_dose_that_nobody_cleared_counts_as_well(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock, told: Any
) -> None:
    if told(ready, clock.now()).dose_session_id is None:
        ready.session.state = SessionState.CANCELLED
        session.commit()
    does(runtime, ready.as_patient, lambda work: start.report_taken(work, told(ready, clock.now())))
    assert opens_at(runtime, ready) == MORNING


# The phone had no network for an hour: the dose counts from when it was taken.
def test_a_dose_told_late_counts_from_when_it_was_taken(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    ready.session.state = SessionState.CANCELLED
    session.commit()
    told = TakenDose(clock.now() - timedelta(days=2), 10_000)
    does(runtime, ready.as_patient, lambda work: start.report_taken(work, told))
    assert does(runtime, ready.as_patient, consents(ready))


def test_while_the_watch_goes_on_the_morning_opens_nothing(
    runtime: Runtime, dosed: Evening, clock: HandClock
) -> None:
    clock.set(MORNING + timedelta(hours=1))
    assert opens_at(runtime, dosed) is None


# She was cleared, and never heard of again that evening.
def test_a_clearance_after_which_nobody_spoke_counts_as_a_dose(
    runtime: Runtime, ask: Ask, ready: Evening, session: Session, clock: HandClock
) -> None:
    ask()
    session.refresh(ready.session)
    ready.session.state = SessionState.UNACCOUNTED
    session.commit()
    assert opens_at(runtime, ready) == MORNING
    clock.set(MORNING)
    assert does(runtime, ready.as_patient, consents(ready))


def test_a_dose_at_a_site_counts_by_its_clock_and_until_the_discharge(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    visit = oversight.an_office_session(session, clock.now(), ready.patient)
    visit.state, visit.first_device_at = OfficeState.MONITORING, clock.now()
    session.get_one(Patient, ready.patient.id).time_zone = "Pacific/Honolulu"
    session.commit()
    assert opens_at(runtime, ready) == MORNING
    clock.set(MORNING)
    assert opens_at(runtime, ready) is None, "nobody has discharged them"
    visit.state = OfficeState.PMF_DUE
    session.commit()
    assert does(runtime, ready.as_patient, consents(ready))


def test_a_place_whose_clock_nobody_knows_stays_closed(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    ready.session.state = SessionState.CANCELLED
    session.commit()
    does(runtime, ready.as_patient, lambda work: start.report_taken(work, TakenDose()))
    session.get_one(Patient, ready.patient.id).time_zone = "Mars/Olympus"
    session.commit()
    clock.set(MORNING)
    assert opens_at(runtime, ready) is None


def test_more_is_not_planned_for_who_cannot_agree_and_no_more_is(
    runtime: Runtime, dosed: Evening, session: Session
) -> None:
    def changes(to_mg_hundredths: int) -> Any:
        change = NewDose(
            to_mg_hundredths=to_mg_hundredths, rationale="What was seen.", patient_state="CO"
        )
        return does(
            runtime,
            dosed.as_prescriber,
            lambda work: treatment_plans.change_dose(work, dosed.plan.id, None, change),
        )

    before = dosed.plan.dose_mg_hundredths
    with pytest.raises(ImpairedWindow):
        changes(before + UNIT)
    assert changes(before).dose_mg_hundredths == before


def test_no_plan_is_signed_for_who_cannot_agree(
    runtime: Runtime, dosed: Evening, session: Session
) -> None:
    with pytest.raises(ImpairedWindow):
        does(
            runtime,
            dosed.as_prescriber,
            lambda work: treatment_plans.sign_plan(work, dosed.plan.id, None, "CO", "Paula"),
        )


@pytest.mark.asvs("2.3.1")
def test_what_is_told_and_what_stops_never_waits(
    runtime: Runtime, dosed: Evening, session: Session
) -> None:
    intake.a_consent(session, runtime.clock.now() - timedelta(days=1), dosed.patient)
    session.commit()
    me, patient_id = dosed.as_patient, dosed.patient.id
    assert does(runtime, me, lambda w: emergencies.raise_for_patient(w, patient_id, CallForHelp()))
    assert does(runtime, me, lambda w: holds.place_hold(w, patient_id, words="No more."))
    assert does(runtime, me, lambda w: consent.withdraw(w, patient_id, "Pat Ient"))
    assert does(runtime, me, lambda w: sitters.tell_concern(w, dosed.sitter.id, unsafe=True))


# What a table forgot was done at night, because nothing had been said about it.
def test_what_the_table_forgot_waits(
    runtime: Runtime, dosed: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {name: why for name, why in PASSES.items() if name != "sitter.removed"}
    monkeypatch.setattr("workflows.platform.impaired.PASSES", left)
    assert opens_at(runtime, dosed, lambda work: sitters.remove(work, dosed.sitter.id)) == MORNING


def test_somebody_elses_dose_stops_nobody(runtime: Runtime, dosed: Evening) -> None:
    colleague = Actor(dosed.prescriber.id, frozenset({Role.PRESCRIBER, Role.PATIENT}))
    with pytest.raises(Refusal) as refused:
        does(runtime, colleague, consents(dosed))
    assert refused.value.code == "not-found"


# Both were pressed at once, and the signature was kept a moment after the dose.
@pytest.mark.asvs("15.4.2")
@pytest.mark.parametrize("dose_first", [True, False])
def test_a_signature_behind_a_dose_is_refused_and_one_before_it_is_kept(
    house: House, *, dose_first: bool
) -> None:
    made = house.an_evening()
    clearance_id = UUID(house.a_clearance(made))
    acts = {
        "dose": lambda: came_of(lambda: take(house.runtime, made, clearance_id)),
        "consent": lambda: came_of(lambda: does(house.runtime, made.as_patient, consents(made))),
    }
    names = ["dose", "consent"] if dose_first else ["consent", "dose"]
    came = dict(zip(names, house.in_order(made.patient.id, [acts[n] for n in names]), strict=True))
    house.engine.dispose()
    assert came["consent"] == ("impaired_window" if dose_first else "done")
    assert came["dose"] == "done" or not dose_first


def came_of(act: Callable[[], Any]) -> str:
    """Do it, and give what came of it."""
    try:
        act()
    except Refusal as refused:
        return refused.code
    return "done"
