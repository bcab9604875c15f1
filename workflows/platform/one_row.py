"""How is one row loaded, with all that comes along in the same question?"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from models.people.patients import Patient
from models.platform import data_keys
from models.platform.base import Base
from models.platform.fixed import Place, fixed
from rules.access import policy
from rules.terms import EnrolmentState
from workflows.platform import parameters
from workflows.platform.errors import NotFound, ProgrammeEnded
from workflows.platform.relations import Asking

if TYPE_CHECKING:
    from workflows.platform.work import Work

T = TypeVar("T", bound=Base)
Build = Callable[[Asking, Place, Any], Select[Any]]
"""Put the question together: how somebody asks, the id, the table."""


class _Shape(NamedTuple):
    build: Build
    asks: Asking
    model: Any
    lock: bool
    closes: bool


def only(work: "Work", build: Build, model: type[T], *, lock: bool, wanted: UUID | None) -> T:
    """Load the one row that this person may see, fresh; whoever may not is told it is not there."""
    closes = work.action in policy.CLOSED_WITH_THE_PROGRAMME
    shape = _Shape(build, Asking.of(work), model, lock, closes)
    fresh, told = _with_all(shape, wanted=wanted, me=work.actor.user_id, now=work.now)
    row = work.session.execute(fresh, told, execution_options={"populate_existing": True}).first()
    if row is None:
        raise NotFound
    if closes:
        _refuse_after_the_end(row[3])
    found: T = row[0]
    work.in_force = work.in_force or parameters.from_column(row[1])
    work.subject = found.id if isinstance(found, Patient) else getattr(found, "patient_id", None)
    if work.subject is not None:
        data_keys.take(work.subject, row[2])
    return found


def locked(work: "Work", model: type[T], found: Any) -> T:
    """Lock the patient first, if the row has one, and then the row itself."""
    whose = select(Patient.id).where(Patient.id == found.patient_id)
    work.session.execute(whose.with_for_update(key_share=True))
    return only(work, _again, model, lock=False, wanted=found.id)


def _again(_asks: Asking, wanted: Place, model: Any) -> Select[Any]:
    return select(model).where(model.id == wanted).with_for_update()


@fixed
def _with_all(shape: _Shape, *, wanted: Place, now: Place, **_me: Place) -> Select[Any]:
    query, model = shape.build(shape.asks, wanted, shape.model), shape.model
    if shape.lock:
        of = (Patient,) if model is Patient else (Patient, model)
        query = query.with_for_update(of=of, key_share=True)
    whose = Patient.id if model is Patient else model.patient_id
    # The numbers that decide, and the key to what is sealed, without asking again.
    query = query.add_columns(parameters.column(now), data_keys.of(whose))
    return query.add_columns(Patient.enrolment) if shape.closes else query


def _refuse_after_the_end(enrolment: EnrolmentState) -> None:
    if enrolment in policy.PROGRAMME_ENDED:
        raise ProgrammeEnded(enrolment)
