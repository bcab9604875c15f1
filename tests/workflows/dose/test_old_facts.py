"""Does anything old, borrowed or from elsewhere count as tonight's?"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.dose.predose import DoseTaken, SitterAttestation
from models.intake.intake import Assessment
from models.people.accounts import LoginSession
from models.people.patients import Sitter
from models.plan.approvals import Approval
from models.plan.treatment_plans import TreatmentPlan
from rules.terms import EnrolmentState, Instrument, OfficeState, Outcome, PlanState, Setting
from tests.clock import HandClock
from tests.factories import evening, intake, plan
from tests.factories.evening import CLEAR_WORD, Evening
from tests.factories.oversight import an_office_session
from tests.workflows.dose.conftest import Ask
from workflows.dose import dose_sessions
from workflows.dose.dose_sessions import Arrival
from workflows.platform.runtime import Runtime

MODERATE = {"q1": True, "q2": True, "q3": True, "q4": False, "q5": False, "q6": False}


def attest(session: Session, made: Evening, at: Any, login_id: UUID) -> None:
    """Let the sitter speak again, from some sign-in."""
    session.add(
        SitterAttestation(
            patient_id=made.patient.id, dose_session_id=made.session.id,
            sitter_id=made.sitter.id, login_id=login_id, answers=CLEAR_WORD, attested_at=at,
        )
    )  # fmt: skip
    session.commit()


def open_again(runtime: Runtime, made: Evening) -> None:
    """Open the check-in of the same session anew."""
    told = Arrival("CO", "America/Denver", made.lot.number)
    with runtime.begin(made.as_patient) as work:
        dose_sessions.open_check_in(work, made.session.id, told)


def measure(session: Session, made: Evening, at: Any, systolic: int, diastolic: int = 78) -> None:
    """Add a reading at some time."""
    evening.a_reading(session, at, made.session, systolic, diastolic)
    session.commit()


def took(session: Session, made: Evening, days_ago: float, now: Any, **over: Any) -> None:
    """Add a dose of some days ago, outside any session if no other is named."""
    at = now - timedelta(days=days_ago)
    values: dict[str, Any] = {"cleared": False, "dose_mg_hundredths": 10_000}
    session.add(
        DoseTaken(
            patient_id=made.patient.id, taken_at=at, local_date=at.date().isoformat(),
            received_at=at, recorded_by=uuid4(), **values | over,
        )
    )  # fmt: skip
    session.commit()


@pytest.mark.parametrize(("minutes", "codes"), [(90, []), (91, ["sitter_not_present"])])
def test_the_sitters_word_of_this_morning_is_not_tonights(
    session: Session, ready: Evening, ask: Ask, clock: HandClock, minutes: int, codes: list[str]
) -> None:
    clock.advance(minutes=minutes)
    measure(session, ready, clock.now(), 121)
    assert ask().codes == codes


def test_a_word_from_the_patients_own_phone_is_not_the_sitters(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    now = clock.now()
    logins = [
        LoginSession(
            user_id=user_id, device_key="same-phone", started_at=now, last_used_at=now,
            idle_expires_at=now + timedelta(hours=1), expires_at=now + timedelta(days=1),
        )
        for user_id in (ready.patient.user_id, ready.sitter.user_id)
        if user_id is not None
    ]  # fmt: skip
    session.add_all(logins)
    session.flush()
    attest(session, ready, now, logins[1].id)
    assert set(ask().codes) == {"sitter_is_patient", "sitter_not_present"}


@pytest.mark.parametrize("minutes", [1, 10])
def test_a_reading_that_ends_the_day_ends_it_counted_or_not(
    runtime: Runtime, session: Session, ready: Evening, ask: Ask, clock: HandClock, minutes: int
) -> None:
    measure(session, ready, clock.now() - timedelta(minutes=5 - minutes / 10), 186, 97)
    assert "vitals_repeat_limit" in ask().codes
    clock.advance(minutes=30)
    open_again(runtime, ready)
    clock.advance(minutes=1)
    measure(session, ready, clock.now(), 121)
    attest(session, ready, clock.now(), uuid4())
    again = ask()
    assert again.codes == ["vitals_repeat_limit"]
    found = again.findings[0]
    assert "ended the day" in found["observed"]


def test_the_end_of_the_day_ends_with_the_day(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    measure(session, ready, clock.now() - timedelta(hours=20), 186, 97)
    assert ask().outcome is Outcome.CLEAR


def test_opening_the_check_in_again_gives_no_fourth_try(
    runtime: Runtime, session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    for minutes, systolic in ((12, 150), (18, 148)):
        measure(session, ready, clock.now() - timedelta(minutes=minutes), systolic)
    ask()
    clock.advance(minutes=40)
    open_again(runtime, ready)
    clock.advance(minutes=1)
    measure(session, ready, clock.now(), 121)
    attest(session, ready, clock.now(), uuid4())
    assert "vitals_repeat_limit" in ask().codes


@pytest.mark.parametrize(("days", "clear"), [(6, False), (7, True)])
def test_our_own_spravato_counts_as_a_course_for_a_week(
    session: Session, ready: Evening, ask: Ask, clock: HandClock, days: int, *, clear: bool
) -> None:
    given = clock.now() - timedelta(days=days)
    an_office_session(
        session, given, ready.patient, state=OfficeState.CLOSED, first_device_at=given,
        last_device_at=given,
    )  # fmt: skip
    session.commit()
    assert ask().codes == ([] if clear else ["concurrent_esketamine_course"])


def test_ketamine_at_our_clinic_yesterday_counts(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    given = clock.now() - timedelta(days=1)
    an_office_session(
        session, given, ready.patient, code="ket-iv-50", setting=Setting.CLINIC,
        dose_mg_hundredths=4_000, state=OfficeState.CLOSED, first_device_at=given,
        last_device_at=given,
    )  # fmt: skip
    session.commit()
    assert ask().codes == ["concurrent_ketamine_elsewhere"]


def test_a_moderate_risk_talked_over_at_noon_is_for_the_prescriber_in_the_evening(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    assert "suicide_risk_moderate_unassessed" in ask(screen=MODERATE).codes
    told = session.scalars(
        select(Assessment)
        .where(Assessment.instrument == Instrument.CSSRS)
        .order_by(Assessment.taken_at.desc())
    ).first()
    assert told is not None
    intake.a_review(session, clock.now(), told)
    session.commit()
    clock.advance(seconds=1)
    later = ask(screen=MODERATE)
    assert (later.outcome, later.codes) == (Outcome.HOLD, ["suicide_risk_moderate"])


def test_a_talk_about_a_lower_risk_does_not_cover_a_moderate_one(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    low = intake.an_assessment(
        session, clock.now() - timedelta(hours=1), ready.patient, Instrument.CSSRS,
        {"q1": True, "q2": False, "q6": False},
    )  # fmt: skip
    intake.a_review(session, clock.now(), low)
    session.commit()
    assert "suicide_risk_moderate_unassessed" in ask(screen=MODERATE).codes


def test_a_first_dose_outside_any_session_is_a_first_session_too(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    took(session, ready, 1, clock.now())
    assert "post_first_session_review_missing" in ask().codes
    plan.an_evaluation(session, clock.now(), ready.patient, ready.prescriber, held_at=clock.now())
    session.commit()
    assert "post_first_session_review_missing" not in ask().codes


def test_doses_without_a_session_use_the_course_up(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    for number in range(6):
        took(session, ready, 1 + number / 10, clock.now())
    assert "course_session_limit" in ask().codes


@pytest.mark.parametrize(
    ("gap", "codes"),
    [
        ((10, 5_000), set()),
        ((11, 20_000), {"course_gap_exceeded"}),
        ((11, 10_000), {"course_gap_exceeded"}),
        ((11, 5_000), {"course_gap_exceeded", "dose_raised_after_gap"}),
        ((29, 10_000), {"course_gap_exceeded"}),
    ],
)
def test_an_eleventh_day_needs_a_reason_and_never_a_higher_dose(
    session: Session, ready: Evening, ask: Ask, clock: HandClock, gap: tuple[int, int],
    codes: set[str],
) -> None:  # fmt: skip
    days, mg = gap
    took(session, ready, days, clock.now(), dose_mg_hundredths=mg)
    assert set(ask(day={"units_left": 4 - -(-mg // 10_000)}).codes) == codes


def test_after_twelve_weeks_an_old_approval_is_no_evaluation(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    took(session, ready, 85, clock.now())
    signed = clock.now() - timedelta(days=85)
    session.execute(update(Approval).values(ended_at=clock.now(), end_reason="superseded"))
    old = plan.an_approval(
        session, signed, ready.patient, ready.prescriber, expires_at=signed + timedelta(days=90)
    )
    ready.patient.enrolment = EnrolmentState.COURSE_ACTIVE
    session.execute(update(TreatmentPlan).values(approval_id=old.id))
    session.commit()
    assert "reevaluation_required" in ask(day={"units_left": 3}).codes


def test_tablets_of_another_product_are_not_counted(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    other = plan.a_signed_plan(
        session,
        clock.now(),
        ready.patient,
        ready.approval,
        "ket-troche-100",
        state=PlanState.ENDED,
        ended_at=clock.now(),
    )
    plan.a_received_shipment(session, clock.now(), ready.patient, other, units=6)
    session.commit()
    assert ask().outcome is Outcome.CLEAR


def test_a_training_of_last_season_and_a_consent_taken_back_are_still_to_do(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    session.execute(update(Sitter).values(trained_at=clock.now() - timedelta(days=90, seconds=1)))
    intake.a_consent(session, clock.now(), ready.patient, kind="withdrawn")
    session.commit()
    decided = ask()
    assert {"sitter_untrained", "consent_missing", "prep_session_missing"} <= set(decided.codes)
    missing = next(f for f in decided.findings if f["code"] == "prep_session_missing")
    assert missing["observed"] == "consent_signed, sitter_trained"


def test_a_sitter_who_turns_eighteen_at_midnight_sits_after_it(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    """It is still the 23rd in Denver, and already the 24th in Berlin."""
    session.get_one(Sitter, ready.sitter.id).born_on = date(2008, 11, 24).isoformat()
    session.commit()
    assert ask().codes == ["sitter_under_18"]


def test_a_reading_lives_thirty_minutes_to_the_second(ask: Ask, clock: HandClock) -> None:
    clock.advance(minutes=25)  # measured five minutes before
    assert ask().outcome is Outcome.CLEAR


def test_one_second_more_and_the_reading_is_old(ask: Ask, clock: HandClock) -> None:
    clock.advance(minutes=25, seconds=1)
    assert ask().codes == ["vitals_stale"]
