"""May this person see this record? Only through a relation to the patient; else it is not there.

The relations: it is my own record; I am on the care team now; I sit with the patient in this
session; the patient is treated at my site; I keep the register of harm; I am on call and somebody
does not answer. The house itself, when it sweeps, sees everybody. Which of them counts for an act
follows from the roles that its permission names, so that a coach's relation never carries a
prescriber's act.
"""

from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, OnCallShift
from models.people.patients import CareTeamMember, Patient, Sitter
from models.plan.catalogue import SiteStaff
from models.platform.base import Base
from rules.permissions import ROLES, Permission
from rules.terms import Role, SitterState
from workflows.platform import parameters
from workflows.platform.errors import NotFound

if TYPE_CHECKING:
    from workflows.platform.work import Work

T = TypeVar("T", bound=Base)
_SESSION_IDS = ("id", "dose_session_id", "office_session_id", "subject_id")
CARE_ROLES = frozenset({Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER})


def patient(work: "Work", patient_id: UUID, *, lock: bool = False) -> Patient:
    """Load one patient; with `lock`, nobody else decides about them until this act is done."""
    query = select(Patient).where(Patient.id == patient_id, reach(work))
    return _only(work, query, Patient, lock=lock)


def own_patient(work: "Work", *, lock: bool = False) -> Patient:
    """Load the acting patient's own record."""
    query = select(Patient).where(Patient.user_id == work.actor.user_id, reach(work))
    return _only(work, query, Patient, lock=lock)


def record(work: "Work", model: type[T], record_id: UUID, *, lock: bool = False) -> T:
    """Load one row of a patient's record, of any table that carries `patient_id`."""
    columns = cast("Any", model)
    mine = select(model).join(Patient, Patient.id == columns.patient_id)
    query = mine.where(columns.id == record_id, reach(work))
    return _only(work, query, model, lock=lock)


def dose_session(work: "Work", dose_session_id: UUID, *, lock: bool = False) -> DoseSession:
    """Load one dose session; its own sitter sees it too, and no other session."""
    seen = or_(reach(work), _sits_in(work))
    query = (
        select(DoseSession)
        .join(Patient, Patient.id == DoseSession.patient_id)
        .where(DoseSession.id == dose_session_id, seen)
    )
    return _only(work, query, DoseSession, lock=lock)


def patient_unread(work: "Work", patient_id: UUID) -> UUID:
    """Lock a patient for an act of the office that reads nothing about them."""
    if Role.ADMIN not in _counting(work):
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
    query = (
        select(Sitter)
        .join(Patient, Patient.id == Sitter.patient_id)
        .where(
            Sitter.id == sitter_id,
            Sitter.user_id == work.actor.user_id,
            Sitter.state == state,
        )
    )
    return _only(work, query, Sitter, lock=lock)


def office_session(work: "Work", office_session_id: UUID, *, lock: bool = False) -> OfficeSession:
    """Load one in-office session; staff see those of their own site and no others."""
    query = (
        select(OfficeSession)
        .join(Patient, Patient.id == OfficeSession.patient_id)
        .where(OfficeSession.id == office_session_id, sees_office_session(work))
    )
    return _only(work, query, OfficeSession, lock=lock)


def sees_office_session(work: "Work") -> ColumnElement[bool]:
    """Give the condition on `patient` and `office_session` under which this person sees it."""
    return or_(*_ways(work), _works_at(work, OfficeSession.site_id))


def adverse_event(work: "Work", adverse_event_id: UUID, *, lock: bool = False) -> AdverseEvent:
    """Load one harm report; a safety officer keeps the whole register, known patient or not."""
    keeps_register = true() if Role.SAFETY_OFFICER in _counting(work) else false()
    query = (
        select(AdverseEvent)
        .outerjoin(Patient, Patient.id == AdverseEvent.patient_id)
        .where(AdverseEvent.id == adverse_event_id, or_(sees_harm(work), keeps_register))
    )
    found = _only(work, query, AdverseEvent, lock=False)
    return _locked(work, AdverseEvent, found) if lock else found


def sees_harm(work: "Work") -> ColumnElement[bool]:
    """Give the condition on `patient` and `adverse_event`; a site sees the harm at that site."""
    ways = [*_ways(work), AdverseEvent.reporter_id == work.actor.user_id]
    at_my_site = exists().where(
        OfficeSession.id == AdverseEvent.office_session_id, _works_at(work, OfficeSession.site_id)
    )
    return or_(*ways, at_my_site)


def escalation(work: "Work", escalation_id: UUID, *, lock: bool = False) -> Escalation:
    """Load one call for help; besides the care team, whoever sits or is on call may answer it."""
    query = (
        select(Escalation)
        .outerjoin(Patient, Patient.id == Escalation.patient_id)
        .where(Escalation.id == escalation_id, answers(work))
    )
    found = _only(work, query, Escalation, lock=False)
    return _locked(work, Escalation, found) if lock else found


def answers(work: "Work") -> ColumnElement[bool]:
    """Give the condition on `patient` and `escalation` under which this person may answer it."""
    roles = _counting(work)
    ways: list[ColumnElement[bool]] = [reach(work)]
    if Role.SAFETY_OFFICER in roles:
        ways.append(true())
    if Role.SITTER in roles:
        ways.append(exists().where(Escalation.subject_id == DoseSession.id, _sits_in(work)))
    if Role.PRESCRIBER in roles:
        ways.append(_is_on_call(work))
    return or_(*ways)


def site(work: "Work", site_id: UUID) -> UUID:
    """Make sure that the acting person works at this site now."""
    query = select(SiteStaff.site_id).where(
        SiteStaff.site_id == site_id, _staff_row(work), SiteStaff.ended_at.is_(None)
    )
    if work.session.scalar(query.limit(1)) is None:
        raise NotFound
    return site_id


def reach(work: "Work") -> ColumnElement[bool]:
    """Give the condition on `patient` under which this person may do this act at all."""
    ways = _ways(work)
    if Role.SITE_STAFF in _counting(work):
        ways.append(_treated_at_my_site(work))
    return or_(false(), *ways)


def see(work: "Work", patient_id: UUID | None) -> None:
    """Say whose record the act is about, for its trace."""
    work.subject = patient_id


def see_again(work: "Work", kept: Base) -> None:
    """Refuse to repeat an answer about somebody with whom this person has no more to do."""
    if isinstance(kept, AdverseEvent):
        adverse_event(work, kept.id)
    elif isinstance(kept, Escalation):
        escalation(work, kept.id)
    elif isinstance(whose := getattr(kept, "patient_id", None), UUID):
        _still_near(work, kept, whose)
    elif isinstance(kept, Patient):
        _still_near(work, kept, kept.id)
    elif isinstance(event_id := getattr(kept, "adverse_event_id", None), UUID):
        adverse_event(work, event_id)


def _still_near(work: "Work", kept: Any, whose: UUID) -> None:
    """Ask for any relation there is: to the patient, to the session, or to the site of it."""
    named = [getattr(kept, name) for name in _SESSION_IDS if getattr(kept, name, None)]
    ways = [
        reach(work),
        exists().where(DoseSession.id.in_(named), _sits_in(work)),
        exists().where(OfficeSession.id.in_(named), _works_at(work, OfficeSession.site_id)),
    ]
    if Role.ADMIN in _counting(work):
        ways.append(true())
    query = select(Patient.id).where(Patient.id == whose, or_(*ways))
    if work.session.scalar(query) is None:
        raise NotFound
    see(work, whose)


def _counting(work: "Work") -> frozenset[Role]:
    named = ROLES.get(work.permit, frozenset()) if work.permit else frozenset()
    return work.actor.roles & named


def _ways(work: "Work") -> list[ColumnElement[bool]]:
    """Give every way to a patient but that of the site where they are treated."""
    if work.glass:
        return [Patient.id.in_(work.glass)]
    roles = _counting(work)
    ways: list[ColumnElement[bool]] = []
    if Role.SYSTEM in roles:
        ways.append(true())
    if Role.PATIENT in roles:
        ways.append(Patient.user_id == work.actor.user_id)
    if caring := roles & CARE_ROLES:
        ways.append(_cares(work, caring))
    return ways


def _cares(work: "Work", roles: frozenset[Role]) -> ColumnElement[bool]:
    return exists().where(
        CareTeamMember.patient_id == Patient.id,
        CareTeamMember.user_id == work.actor.user_id,
        CareTeamMember.role.in_(sorted(roles)),
        CareTeamMember.ended_at.is_(None),
    )


def _is_on_call(work: "Work") -> ColumnElement[bool]:
    return exists().where(
        OnCallShift.user_id == work.actor.user_id,
        OnCallShift.cancelled_at.is_(None),
        OnCallShift.starts_at <= work.now,
        OnCallShift.ends_at > work.now,
    )


def _treated_at_my_site(work: "Work") -> ColumnElement[bool]:
    return exists().where(
        OfficeSession.patient_id == Patient.id,
        OfficeSession.site_id == SiteStaff.site_id,
        _staff_row(work),
        SiteStaff.ended_at.is_(None),
    )


def _works_at(work: "Work", site_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    if Role.SITE_STAFF not in _counting(work):
        return false()
    return exists().where(
        SiteStaff.site_id == site_id, _staff_row(work), SiteStaff.ended_at.is_(None)
    )


def _staff_row(work: "Work") -> ColumnElement[bool]:
    return SiteStaff.user_id == work.actor.user_id


def _sits_in(work: "Work") -> ColumnElement[bool]:
    if Role.SITTER not in _counting(work):
        return false()
    mine = and_(
        DoseSession.sitter_user_id.is_not(None),
        DoseSession.sitter_user_id == work.actor.user_id,
    )
    if work.permit is not Permission.READ_DOSE_SESSION:
        return mine
    place_stands = exists().where(
        Sitter.id == DoseSession.sitter_id, Sitter.state != SitterState.REMOVED
    )
    return and_(mine, place_stands)


def _locked(work: "Work", model: type[T], found: Any) -> T:
    """Lock the patient first, if the row has one, and then the row itself."""
    whose = select(Patient.id).where(Patient.id == found.patient_id)
    work.session.execute(whose.with_for_update(key_share=True))
    again = select(model).where(cast("Any", model).id == found.id).with_for_update()
    return _only(work, again, model, lock=False)


def _only(work: "Work", query: Select[T], model: type[T], *, lock: bool) -> T:
    if lock:
        of = (Patient,) if model is Patient else (Patient, model)
        query = query.with_for_update(of=of, key_share=True)
    fresh = query.add_columns(parameters.column(work.now))  # what decides, without asking again
    row = work.session.execute(fresh, execution_options={"populate_existing": True}).first()
    if row is None:
        raise NotFound
    found: T = row[0]
    work.in_force = work.in_force or parameters.from_column(row[1])
    see(work, found.id if isinstance(found, Patient) else getattr(found, "patient_id", None))
    return found
