"""May this person see this record? Only through a relation to the patient; else it is not there.

Which relation counts for which role is written in the access policy (`rules/access`); what each of
them means is asked in `relations`. Hidden means not found, and a kind of act that is not theirs is
refused before anything is loaded.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, true

from models.dose.dose_sessions import DoseSession, ReleaseCheck
from models.dose.office_sessions import OfficeSession
from models.dose.quarantine import QuarantinedItem
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation
from models.people.patients import Patient, Sitter
from models.plan.catalogue import SiteStaff
from models.platform.base import Base
from models.platform.fixed import Place
from rules.access.words import ANY, OFFICE, PLACE, REGISTER, REPORTED, SITE
from rules.terms import Role, SitterState
from workflows.platform.errors import NotFound
from workflows.platform.one_row import Build, locked, only
from workflows.platform.relations import (
    Asking,
    Asks,
    acting_by,
    covers,
    reach,
    sits_in,
    ways,
    works_at,
    works_there,
)

if TYPE_CHECKING:
    from workflows.platform.work import Work

T = TypeVar("T", bound=Base)
__all__ = ["reach"]  # the other conditions are asked through the doors below
_SESSION_IDS = ("id", "dose_session_id", "office_session_id", "subject_id")
CARE_ROLES = frozenset({Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER})


def patient(work: "Work", patient_id: UUID, *, lock: bool = False) -> Patient:
    """Load one patient; with `lock`, nobody else decides about them until this act is done."""
    return only(work, _patient, Patient, lock=lock, wanted=patient_id)


def _patient(asks: Asking, wanted: Place, _model: Any) -> Select[Patient]:
    return select(Patient).where(Patient.id == wanted, reach(asks))


def own_patient(work: "Work", *, lock: bool = False) -> Patient:
    """Load the acting patient's own record."""
    return only(work, _own_patient, Patient, lock=lock, wanted=None)


def _own_patient(asks: Asking, _wanted: Place, _model: Any) -> Select[Patient]:
    return select(Patient).where(Patient.user_id == asks.user_id, reach(asks))


def record(work: "Work", model: type[T], record_id: UUID, *, lock: bool = False) -> T:
    """Load one row of a patient's record, of any table that carries `patient_id`."""
    return only(work, _row, model, lock=lock, wanted=record_id)


def _row(asks: Asking, wanted: Place, model: type[T]) -> Select[T]:
    columns = cast("Any", model)
    mine = select(model).join(Patient, Patient.id == columns.patient_id)
    return mine.where(columns.id == wanted, reach(asks))


def dose_session(work: "Work", dose_session_id: UUID, *, lock: bool = False) -> DoseSession:
    """Load one dose session; its own sitter sees it too, and no other session."""
    return only(work, _dose_session, DoseSession, lock=lock, wanted=dose_session_id)


def _dose_session(asks: Asking, wanted: Place, _model: Any) -> Select[DoseSession]:
    return (
        select(DoseSession)
        .join(Patient, Patient.id == DoseSession.patient_id)
        .where(DoseSession.id == wanted, or_(reach(asks), sits_in(asks)))
    )


def release_check(work: "Work", release_check_id: UUID) -> ReleaseCheck:
    """Load one last look; a second question about those of others would tell that they exist."""
    return only(work, _release_check, ReleaseCheck, lock=False, wanted=release_check_id)


def _release_check(asks: Asking, wanted: Place, _model: Any) -> Select[ReleaseCheck]:
    return (
        select(ReleaseCheck)
        .join(DoseSession, DoseSession.id == ReleaseCheck.dose_session_id)
        .join(Patient, Patient.id == DoseSession.patient_id)
        .where(ReleaseCheck.id == wanted, or_(reach(asks), sits_in(asks)))
    )


def patient_unread(work: "Work", patient_id: UUID) -> UUID:
    """Lock a patient for an act of the office that reads nothing about them."""
    if not acting_by(work, OFFICE):
        raise NotFound
    query = select(Patient.id).where(Patient.id == patient_id)
    if work.session.scalar(query.with_for_update(key_share=True)) is None:
        raise NotFound
    see(work, patient_id)
    return patient_id


def own_sitter(
    work: "Work", sitter_id: UUID, *, lock: bool = False, state: SitterState = SitterState.ACCEPTED
) -> Sitter:
    """Load the acting person's own place as a sitter; before accepting it only by that name."""
    if not acting_by(work, PLACE):
        raise NotFound
    return only(work, _own_sitter_who_is(state), Sitter, lock=lock, wanted=sitter_id)


@cache
def _own_sitter_who_is(state: SitterState) -> Build:
    def build(asks: Asking, wanted: Place, _model: Any) -> Select[Sitter]:
        return (
            select(Sitter)
            .join(Patient, Patient.id == Sitter.patient_id)
            .where(Sitter.id == wanted, Sitter.user_id == asks.user_id, Sitter.state == state)
        )

    return build


def office_session(work: "Work", office_session_id: UUID, *, lock: bool = False) -> OfficeSession:
    """Load one in-office session; staff see those of their own site and no others."""
    return only(work, _office_session, OfficeSession, lock=lock, wanted=office_session_id)


def _office_session(asks: Asking, wanted: Place, _model: Any) -> Select[OfficeSession]:
    return (
        select(OfficeSession)
        .join(Patient, Patient.id == OfficeSession.patient_id)
        .where(OfficeSession.id == wanted, sees_office_session(asks))
    )


def sees_office_session(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `patient` and `office_session` under which this person sees it."""
    return or_(*ways(work), works_at(work, OfficeSession.site_id))


def adverse_event(work: "Work", adverse_event_id: UUID, *, lock: bool = False) -> AdverseEvent:
    """Load one harm report; a safety officer keeps the whole register, known patient or not."""
    found = only(work, _adverse_event, AdverseEvent, lock=False, wanted=adverse_event_id)
    return locked(work, AdverseEvent, found) if lock else found


def _adverse_event(asks: Asking, wanted: Place, _model: Any) -> Select[AdverseEvent]:
    seen = true() if acting_by(asks, REGISTER) else sees_harm(asks)
    return (
        select(AdverseEvent)
        .outerjoin(Patient, Patient.id == AdverseEvent.patient_id)
        .where(AdverseEvent.id == wanted, seen)
    )


def sees_harm(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `patient` and `adverse_event`; a site sees the harm at that site."""
    told_by_me = [AdverseEvent.reporter_id == work.actor.user_id]
    at_my_site = exists().where(
        OfficeSession.id == AdverseEvent.office_session_id, works_at(work, OfficeSession.site_id)
    )
    return or_(*ways(work), *(told_by_me if acting_by(work, REPORTED) else []), at_my_site)


def escalation(work: "Work", escalation_id: UUID, *, lock: bool = False) -> Escalation:
    """Load one call for help; besides the care team, whoever sits or is on call may answer it."""
    found = only(work, _escalation, Escalation, lock=False, wanted=escalation_id)
    return locked(work, Escalation, found) if lock else found


def _escalation(asks: Asking, wanted: Place, _model: Any) -> Select[Escalation]:
    return (
        select(Escalation)
        .outerjoin(Patient, Patient.id == Escalation.patient_id)
        .where(Escalation.id == wanted, answers(asks))
    )


def answers(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `patient` and `escalation` under which this person may answer it."""
    if acting_by(work, REGISTER):
        return true()
    mine = exists().where(Escalation.subject_id == DoseSession.id, sits_in(work))
    return or_(reach(work), mine, covers(work))


def quarantined(work: "Work", model: type[T], row_id: UUID, *, lock: bool = False) -> T:
    """Load a queue of an ended sign-in, or one item of it, for somebody who decides on it."""
    found = only(work, _quarantined, model, lock=False, wanted=row_id)
    return locked(work, model, found) if lock else found


def _quarantined(asks: Asking, wanted: Place, model: type[T]) -> Select[T]:
    columns = cast("Any", model)
    return (
        select(model)
        .outerjoin(Patient, Patient.id == columns.patient_id)
        .where(columns.id == wanted, decides_quarantine(asks))
    )


def decides_quarantine(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `patient`: of mine, or I am on call; who keeps the register sees all.

    What is about nobody we know is for whoever keeps the register, or is on call.
    """
    return true() if acting_by(work, REGISTER) else or_(reach(work), covers(work))


def site(work: "Work", site_id: UUID) -> UUID:
    """Make sure that the acting person works at this site now."""
    query = select(SiteStaff.site_id).where(SiteStaff.site_id == site_id, works_there(work))
    if not acting_by(work, SITE):
        raise NotFound
    if work.session.scalar(query.limit(1)) is None:
        raise NotFound
    return site_id


def see(work: "Work", patient_id: UUID | None) -> None:
    """Say whose record the act is about, for its trace."""
    work.subject = patient_id


def see_again(work: "Work", kept: Base) -> None:
    """Refuse to repeat an answer about somebody with whom this person has no more to do."""
    if isinstance(kept, AdverseEvent):
        adverse_event(work, kept.id)
    elif isinstance(kept, Escalation):
        escalation(work, kept.id)
    elif isinstance(kept, QuarantinedItem):
        quarantined(work, QuarantinedItem, kept.id)
    elif isinstance(whose := getattr(kept, "patient_id", None), UUID):
        _still_near(work, kept, whose)
    elif isinstance(kept, Patient):
        _still_near(work, kept, kept.id)
    elif isinstance(event_id := getattr(kept, "adverse_event_id", None), UUID):
        adverse_event(work, event_id)


def _still_near(work: "Work", kept: Any, whose: UUID) -> None:
    """Ask for any relation there is: to the patient, to the session, or to the site of it."""
    named = [getattr(kept, name) for name in _SESSION_IDS if getattr(kept, name, None)]
    near = [
        reach(work),
        exists().where(DoseSession.id.in_(named), sits_in(work)),
        exists().where(OfficeSession.id.in_(named), works_at(work, OfficeSession.site_id)),
    ]
    if acting_by(work, OFFICE, ANY):
        near.append(true())
    query = select(Patient.id).where(Patient.id == whose, or_(*near))
    if work.session.scalar(query) is None:
        raise NotFound
    see(work, whose)
