"""Does the house see every end coming, tell each once, and fall silent when it is renewed?"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from models.people.accounts import Credential
from models.plan.catalogue import CertifiedSite
from models.platform.trail import Deadline, Notification
from rules.terms import DeadlineKind, EndingKind, Role
from tests.clock import HandClock
from tests.factories.clinic import Clinic
from tests.factories.law import enacted, of_state, telemedicine
from tests.factories.people import a_credential, a_patient, a_user
from tests.factories.plan import an_evaluation
from workflows.plan import endings, forecast
from workflows.plan.endings import Ending
from workflows.plan.forecast import Forecast
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import NotFound, NotPermitted
from workflows.platform.templates import template_for

K = EndingKind
ENDS = date(2026, 12, 31)
A_MONTH = timedelta(days=30)


def _read(clinic: Clinic, role: Role = Role.SAFETY_OFFICER, days: int = 90) -> list[Forecast]:
    who = clinic.prescriber if role is Role.PRESCRIBER else clinic.officer
    with clinic.runtime.begin(Actor(who.id, frozenset({role}))) as work:
        return forecast.read_forecast(work, days)


def _one(clinic: Clinic, kind: EndingKind, **more: Any) -> Forecast:
    (found,) = [one for one in _read(clinic, **more) if one.kind is kind]
    return found


def _touched(clinic: Clinic, ending: Forecast, role: Role = Role.SAFETY_OFFICER) -> set[Any]:
    who = clinic.prescriber if role is Role.PRESCRIBER else clinic.officer
    with clinic.runtime.begin(Actor(who.id, frozenset({role}))) as work:
        return {one.patient_id for one in forecast.read_touched(work, ending.id, None, 25)}


def _days_pass(clinic: Clinic, days: int = 1) -> None:
    clock = clinic.runtime.clock
    assert isinstance(clock, HandClock)
    for passed in range(days + 1):
        clock.advance(days=min(passed, 1))
        endings.look_ahead(clinic.runtime)
        sweep.run_once(clinic.runtime)


def _told(clinic: Clinic, user_id: Any) -> int:
    query = select(Notification).where(
        Notification.template == endings.TEMPLATE, Notification.user_id == user_id
    )
    return len(clinic.session.scalars(query).all())


def test_the_end_of_telemedicine_is_seen_with_who_was_never_seen_in_person(clinic: Clinic) -> None:
    other = a_patient(clinic.session, clinic.now)
    clinic.session.commit()
    ending = _one(clinic, K.TELEMEDICINE)
    assert (ending.ends_on, ending.days_left, ending.patients) == (ENDS, 38, 2)
    assert _touched(clinic, ending) == {clinic.patient.id, other.id}
    an_evaluation(
        clinic.session, clinic.now, clinic.patient, clinic.prescriber, modality="in_person"
    )
    clinic.session.commit()
    assert _touched(clinic, ending) == {other.id}


def test_30_days_ahead_it_is_not_seen_yet_and_after_a_renewal_not_any_more(clinic: Clinic) -> None:
    assert _read(clinic, days=30) == []
    assert _one(clinic, K.TELEMEDICINE, days=60).ends_on == ENDS
    enacted(clinic.runtime, telemedicine(ENDS + timedelta(days=1), date(2027, 12, 31)))
    assert _read(clinic) == []


def test_a_renewal_with_a_gap_still_ends(clinic: Clinic) -> None:
    enacted(clinic.runtime, telemedicine(ENDS + timedelta(days=2), date(2027, 12, 31)))
    assert _one(clinic, K.TELEMEDICINE).ends_on == ENDS


def test_a_state_ends_with_its_review_or_its_law(clinic: Clinic) -> None:
    today = clinic.now.date()
    enacted(clinic.runtime, of_state(clinic.runtime, valid_until=today + timedelta(days=20)))
    elsewhere = a_patient(clinic.session, clinic.now, state="NY", time_zone="America/New_York")
    clinic.session.commit()
    ending = _one(clinic, K.JURISDICTION, days=30)
    assert (ending.name, ending.days_left) == ("CO", 20)
    assert _touched(clinic, ending) == {clinic.patient.id}
    assert elsewhere.id not in _touched(clinic, ending)


def test_a_licence_ends_unless_another_one_follows(clinic: Clinic) -> None:
    soon = clinic.now.date() + timedelta(days=10)
    papers = update(Credential).where(Credential.user_id == clinic.prescriber.id)
    clinic.session.execute(papers.values(expires_on=soon))
    clinic.session.commit()
    assert {one.kind for one in _read(clinic, days=30)} == {K.LICENCE, K.DEA}
    ending = _one(clinic, K.LICENCE)
    assert (ending.holder_id, ending.name, ending.patients) == (clinic.prescriber.id, "CO", 1)
    a_credential(clinic.session, clinic.prescriber, valid_from=soon)
    clinic.session.commit()
    assert {one.kind for one in _read(clinic, days=30)} == {K.DEA}


def test_a_withdrawal_on_a_day_to_come_is_an_end(clinic: Clinic) -> None:
    papers = update(Credential).where(Credential.user_id == clinic.second.id)
    day = clinic.now.date() + timedelta(days=5)
    clinic.session.execute(papers.values(revoked_on=day))
    clinic.session.commit()
    assert _one(clinic, K.LICENCE).ends_on == day - timedelta(days=1)


def test_who_left_the_programme_is_not_counted(clinic: Clinic) -> None:
    clinic.patient.enrolment = clinic.patient.enrolment.DISCHARGED
    clinic.session.commit()
    assert _one(clinic, K.TELEMEDICINE).patients == 0


def test_a_prescriber_sees_own_patients_and_the_papers_of_nobody_else(clinic: Clinic) -> None:
    a_patient(clinic.session, clinic.now)
    soon = clinic.now.date() + timedelta(days=10)
    papers = update(Credential).where(Credential.user_id == clinic.second.id)
    clinic.session.execute(papers.values(expires_on=soon))
    clinic.session.commit()
    of_another = _one(clinic, K.LICENCE)
    seen = _read(clinic, Role.PRESCRIBER)
    assert [(one.kind, one.patients) for one in seen] == [(K.TELEMEDICINE, 1)]
    assert _touched(clinic, seen[0], Role.PRESCRIBER) == {clinic.patient.id}
    with pytest.raises(NotFound):
        _touched(clinic, of_another, Role.PRESCRIBER)


def test_however_many_rights_end_the_patients_are_counted_in_one_statement(clinic: Clinic) -> None:
    for state in ("OR", "WA", "TX"):
        a_credential(
            clinic.session, clinic.prescriber, state=state, expires_on=clinic.now.date() + A_MONTH
        )
    clinic.session.commit()
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(clinic.runtime.bind, "before_cursor_execute", note)
    found = _read(clinic)
    event.remove(clinic.runtime.bind, "before_cursor_execute", note)
    assert len(found) > 3
    assert len([one for one in sent if "count(patient.id)" in one]) == 1


def test_a_coach_and_a_patient_see_no_forecast(clinic: Clinic) -> None:
    with pytest.raises(NotPermitted), clinic.acting(clinic.coach) as work:
        forecast.read_forecast(work, 90)
    with pytest.raises(NotPermitted), clinic.as_patient() as work:
        forecast.read_forecast(work, 90)


def test_a_site_whose_certification_ends_is_an_ending() -> None:
    ending = Ending(kind=K.SITE, name="demo-site", ends_on=ENDS)
    again = Ending(kind=K.SITE, name="demo-site", ends_on=ENDS + timedelta(days=365))
    assert ending.id == again.id
    assert ending.id != Ending(kind=K.SITE, name="other", ends_on=ENDS).id
    assert CertifiedSite.__tablename__ in str(endings.touches(ending))


def test_each_notice_is_told_once_until_the_end(clinic: Clinic) -> None:
    admin = a_user(clinic.session, clinic.now, Role.ADMIN)
    clinic.session.commit()
    seen = []
    for _ in range(40):
        _days_pass(clinic)
        seen.append(_told(clinic, admin.id))
    # 38 days are left: one for being below 60, and then at 30, 14, 7 and 1.
    assert [1 + seen.index(count) for count in (1, 2, 3, 4, 5)] == [1, 8, 24, 31, 37]
    assert seen[-1] == 5
    assert _told(clinic, clinic.officer.id) == 5
    assert _told(clinic, clinic.prescriber.id) == 0


def test_a_holder_is_told_about_an_own_licence(clinic: Clinic) -> None:
    papers = update(Credential).where(
        Credential.user_id == clinic.prescriber.id, Credential.kind == "licence"
    )
    clinic.session.execute(papers.values(expires_on=clinic.now.date() + timedelta(days=8)))
    clinic.session.commit()
    _days_pass(clinic, 2)
    assert _told(clinic, clinic.prescriber.id) == 2


def test_a_renewal_strikes_off_what_was_due(clinic: Clinic) -> None:
    endings.look_ahead(clinic.runtime)
    sweep.run_once(clinic.runtime)
    assert _told(clinic, clinic.officer.id) == 1
    enacted(clinic.runtime, telemedicine(ENDS + timedelta(days=1), date(2027, 12, 31)))
    kept = clinic.session.scalars(
        select(Deadline).where(Deadline.kind == DeadlineKind.RIGHT_ENDS)
    ).all()
    assert len(kept) == 5
    assert all(one.settled_at or one.missed_at for one in kept)
    _days_pass(clinic, 30)
    assert _told(clinic, clinic.officer.id) == 1


def test_a_notice_that_comes_due_after_a_renewal_says_nothing(clinic: Clinic) -> None:
    endings.look_ahead(clinic.runtime)
    papers = telemedicine(ENDS + timedelta(days=1), date(2027, 12, 31))
    enacted(clinic.runtime, papers)
    with clinic.runtime.begin(SYSTEM) as work:
        for one in work.session.scalars(select(Deadline)):
            one.settled_at = None
    _days_pass(clinic, 1)
    assert _told(clinic, clinic.officer.id) == 0


def test_a_message_says_nothing_of_whom_or_what() -> None:
    words = str(template_for(endings.TEMPLATE))
    assert not any(word in words.lower() for word in ("patient", "dose", "ketamine", "licence"))
