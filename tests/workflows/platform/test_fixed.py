"""Is what is only looked at the same as the ORM would give, and is it asked in one go?"""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance
from models.oversight.holds import Hold
from models.people.patients import Patient
from models.platform.base import Base
from models.platform.fixed import Place, fixed
from models.platform.together import together
from rules.terms import HoldSource, SubjectKind
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.round_trips import counted
from tests.workflows.dose.conftest import make_ready
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

TABLES = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if "id" in mapper.columns),
    key=lambda model: model.__tablename__,
)


@pytest.fixture
def ready(session: Session, clock: HandClock) -> Evening:
    return make_ready(session, clock)


@fixed
def every(model: type[Any]) -> Any:
    return select(model).select_from(model).order_by(model.id)


@fixed
def one_patient(*, wanted: Place) -> Any:
    return select(Patient, Patient.time_zone).select_from(Patient).where(Patient.id == wanted)


def test_every_column_of_every_table_reads_as_the_orm_reads_it(
    runtime: Runtime, ready: Evening
) -> None:
    seen = set()
    with runtime.begin(SYSTEM) as work:
        for model in TABLES:
            rows = [row for (row,) in every.rows(work.session, model)]
            known = work.session.scalars(select(model).order_by(model.id)).all()
            names = [column.key for column in sa.inspect(model).column_attrs]
            assert [[getattr(row, name) for name in names] for row in rows] == [
                [getattr(row, name) for name in names] for row in known
            ]
            seen |= {model} if rows else set()
    assert {Patient, DoseSession} < seen
    assert len(seen) > 20


def test_what_is_only_looked_at_cannot_be_written_to(session: Session, ready: Evening) -> None:
    [(patient, _)] = one_patient.rows(session, wanted=ready.patient.id)
    with pytest.raises(AttributeError):
        patient.enrolment = "active"


def test_a_row_that_is_not_there_is_none(session: Session, ready: Evening) -> None:
    @fixed
    def cleared(*, wanted: Place) -> Any:
        joined = select(DoseSession.id, Clearance).select_from(DoseSession)
        mine = joined.outerjoin(Clearance, Clearance.dose_session_id == DoseSession.id)
        return mine.where(DoseSession.id == wanted)

    assert cleared.rows(session, wanted=ready.session.id) == [(ready.session.id, None)]


def test_it_is_put_together_once_for_each_shape_and_answers_for_each_value(
    session: Session, ready: Evening
) -> None:
    built: list[bool] = []

    @fixed
    def known(with_zone: bool, *, wanted: Place) -> Any:
        built.append(with_zone)
        columns = [Patient.id, Patient.time_zone] if with_zone else [Patient.id]
        return select(*columns).select_from(Patient).where(Patient.id == wanted)

    mine, nobody = ready.patient.id, uuid4()
    zone = ready.patient.time_zone
    assert [known.rows(session, True, wanted=one) for one in (mine, nobody, mine)] == [
        [(mine, zone)],
        [],
        [(mine, zone)],
    ]
    assert known.rows(session, False, wanted=mine) == [(mine,)]
    assert built == [True, False]
    statement, values = known(True, wanted=mine)
    assert session.execute(statement, values).one() == (mine, zone)


def test_a_value_of_a_kind_that_nobody_knows_is_refused() -> None:
    @fixed
    def heavy(*, grams: Place) -> Any:
        return select(grams)

    with pytest.raises(KeyError):
        heavy(grams=1.5)


def test_a_place_without_a_value_is_refused_and_never_empty(session: Session) -> None:
    one_patient.rows(session, wanted=uuid4())
    with pytest.raises(KeyError):
        one_patient.rows(session)


def test_several_questions_are_one_way_there_and_back(
    runtime: Runtime, session: Session, ready: Evening
) -> None:
    asked = [one_patient.asked(wanted=one) for one in (ready.patient.id, uuid4())]
    with counted(runtime) as sent:
        found = together(session, *asked)
    assert [len(rows) for rows in found] == [1, 0]
    assert (sent.trips, len(sent)) == (1, 2)


def test_what_the_act_has_said_so_far_is_read(
    session: Session, ready: Evening, clock: HandClock
) -> None:
    @fixed
    def holds(*, patient_id: Place) -> Any:
        return select(Hold.code).select_from(Hold).where(Hold.patient_id == patient_id)

    whose = ready.patient.id
    session.add(
        Hold(
            patient_id=whose,
            source=HoldSource.COACH,
            code="care_team_hold",
            subject_type=SubjectKind.PATIENT,
            placed_at=clock.now(),
        )
    )
    assert holds.rows(session, patient_id=whose) == [("care_team_hold",)]


@pytest.mark.parametrize("place", [0, 1])
def test_an_error_in_any_of_them_is_told_and_tells_nothing_of_the_record(
    session: Session, ready: Evening, place: int
) -> None:
    @fixed
    def divided(*, words: Place) -> Any:
        return select(sa.cast(words, sa.Integer))

    secret = "she slept well"
    asked = [one_patient.asked(wanted=ready.patient.id)]
    asked.insert(place, divided.asked(words=secret))
    with session.begin_nested() as inner:
        with pytest.raises(DBAPIError) as error:
            together(session, *asked)
        inner.rollback()
    assert not isinstance(error.value, IntegrityError)
    assert error.value.statement is None
    assert error.value.params is None
    assert [len(rows) for rows in together(session, asked[1 - place])] == [1]


def test_whoever_listens_to_what_is_sent_hears_it(
    runtime: Runtime, session: Session, ready: Evening
) -> None:
    heard: list[UUID] = []

    def listen(_c: Any, _cursor: Any, _sql: str, values: Any, *_: Any) -> None:
        heard.extend(values)

    event.listen(runtime.bind, "before_cursor_execute", listen)
    try:
        one_patient.rows(session, wanted=ready.patient.id)
    finally:
        event.remove(runtime.bind, "before_cursor_execute", listen)
    assert ready.patient.id in heard
