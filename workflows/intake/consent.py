"""Which text did the patient agree to, and is it still the one in force?"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import aliased

from models.intake.intake import Consent, ConsentText
from models.people.patients import Patient
from models.plan.law import Jurisdiction
from models.platform.base import new_id
from models.platform.fixed import At
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import EnrolmentState, Role, SubjectKind
from workflows.intake.consent_texts import NAME
from workflows.platform import access, notifications
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading, record

GIVEN, WITHDRAWN = "given", "withdrawn"
TEMPLATE = "consent_changed"


@reading(permit=Permission.READ_CONSENT, audit="consent_text.read")
def current_text(work: Work, language: str = "en", name: str = NAME) -> ConsentText:
    """Give the text in force, in this language: our own, or one that a state adds to it."""
    access.see(work, None)
    found = _in_force(work, language, name)
    if found is None:
        raise NotFound
    return found


@command(permit=Permission.SIGN_CONSENT, audit="consent.signed", once=True)
def sign(
    work: Work, patient_id: UUID, sha256: str, signature: str, *, read_seconds: int
) -> Consent:
    """Sign exactly the text in force; an older one is asked again."""
    patient = access.patient(work, patient_id, lock=True)
    if not signature.strip():
        raise InvalidContent(errors={"signature": ["Write your full name."]})
    text = work.session.scalars(select(ConsentText).where(ConsentText.sha256 == sha256)).first()
    newest = _in_force(work, text.language, text.name) if text else None
    if newest is None or newest.sha256 != sha256:
        raise RecordForbids(code="consent_outdated")
    if newest.name == NAME and may_move(patient.enrolment, EnrolmentState.CONSENTED):
        patient.enrolment = EnrolmentState.CONSENTED
    return _keep(work, patient, sha256, GIVEN, signature, read_seconds)


@record(permit=Permission.SIGN_CONSENT, audit="consent.withdrawn", once=True)
def withdraw(work: Work, patient_id: UUID, signature: str) -> Consent:
    """Take it back, with what a state added, at any time and for no reason; no dose follows."""
    patient = access.patient(work, patient_id, lock=True)
    last = _last(work, patient.id)
    if last is None:
        raise NotFound
    for other in _texts_beside(work, patient.id):
        _keep(work, patient, other, WITHDRAWN, signature, 0)
    return _keep(work, patient, last.text_sha256, WITHDRAWN, signature, 0)


@reading(permit=Permission.READ_CONSENT, audit="consent.listed")
def list_of_patient(work: Work, patient_id: UUID) -> Sequence[Consent]:
    """List every signature and withdrawal of one patient, newest first."""
    patient = access.patient(work, patient_id)
    every = select(Consent).where(Consent.patient_id == patient.id)
    return work.session.scalars(every.order_by(Consent.signed_at.desc(), Consent.id.desc())).all()


class OfState(NamedTuple):
    """Whether the patient agreed to the text that a state adds, and to its edition in force."""

    signed: bool
    is_current: bool


def newest_signed(patient_id: ColumnElement[Any], *outer: Any) -> ColumnElement[Any]:
    """Give, for one patient, the edition that stands of each text: null where it was taken back."""
    last = (
        select(
            ConsentText.name,
            case((Consent.kind == GIVEN, ConsentText.edition)).label("edition"),
        )
        .ext(distinct_on(ConsentText.name))
        .select_from(Consent)
        .join(ConsentText, ConsentText.sha256 == Consent.text_sha256)
        .where(Consent.patient_id == patient_id)
        .order_by(ConsentText.name, Consent.signed_at.desc(), Consent.id.desc())
        .correlate(*outer)
        .subquery("last_word")
    )
    editions = func.jsonb_object_agg(last.c.name, last.c.edition)
    return select(func.coalesce(editions, literal({}, type_=JSONB))).scalar_subquery()


def to_state_text(editions: Mapping[str, int | None], law: Jurisdiction | None) -> OfState:
    """Compare what was signed with what the state's row asks for beside our own text."""
    if law is None or law.extra_consent_name is None:
        return OfState(signed=True, is_current=True)
    edition = editions.get(law.extra_consent_name)
    return OfState(edition is not None, (edition or 0) >= (law.extra_consent_edition or 1))


def consent_state(work: Work, patient_id: UUID) -> tuple[bool, bool]:
    """Say whether a consent stands, and whether it is to the edition in force; one statement."""
    found = work.session.execute(
        select(stands(), stands_as_in_force(work.now)).where(Patient.id == patient_id)
    ).one()
    return found[0], found[1]


def stands() -> ColumnElement[bool]:
    """Say, beside `patient`, whether the patient's last word was a yes."""
    return _of_last_word(Consent.kind == GIVEN)


def stands_as_in_force(now: At) -> ColumnElement[bool]:
    """Say, beside `patient`, whether the last word was a yes to the text now in force."""
    newest = aliased(ConsentText)
    in_force = (
        select(newest.sha256)
        .where(
            newest.name == NAME,
            newest.language == ConsentText.language,
            newest.effective_from <= now,
        )
        .order_by(newest.edition.desc())
        .limit(1)
        .correlate(ConsentText)
        .scalar_subquery()
    )
    return _of_last_word(and_(Consent.kind == GIVEN, Consent.text_sha256 == in_force))


def _of_last_word(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    last = (
        select(condition)
        .select_from(Consent)
        .join(ConsentText, ConsentText.sha256 == Consent.text_sha256)
        .where(Consent.patient_id == Patient.id, ConsentText.name == NAME)
        .order_by(Consent.signed_at.desc(), Consent.id.desc())
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )
    return func.coalesce(last, false())


def _keep(
    work: Work, patient: Patient, sha256: str, kind: str, signature: str, read_seconds: int
) -> Consent:
    kept = Consent(
        id=new_id(),
        patient_id=patient.id,
        text_sha256=sha256,
        kind=kind,
        signature=signature,
        signed_at=work.now,
        read_seconds=read_seconds,
    )
    work.session.add(kept)
    patient.safety_version += 1
    subject = (SubjectKind.PATIENT, patient.id)
    notifications.tell_care_team(work, Role.PRESCRIBER, TEMPLATE, subject=subject)
    return kept


def _in_force(work: Work, language: str, name: str) -> ConsentText | None:
    query = (
        select(ConsentText)
        .where(
            ConsentText.name == name,
            ConsentText.language == language,
            ConsentText.effective_from <= work.now,
        )
        .order_by(ConsentText.edition.desc())
    )
    return work.session.scalars(query.limit(1)).first()


def _texts_beside(work: Work, patient_id: UUID) -> Sequence[str]:
    """Give the texts of states that the patient ever signed; taking back twice is no harm."""
    query = (
        select(Consent.text_sha256)
        .distinct()
        .join(ConsentText, ConsentText.sha256 == Consent.text_sha256)
        .where(Consent.patient_id == patient_id, ConsentText.name != NAME)
        .order_by(Consent.text_sha256)
    )
    return work.session.scalars(query).all()


def _last(work: Work, patient_id: UUID) -> Consent | None:
    query = (
        select(Consent)
        .join(ConsentText, ConsentText.sha256 == Consent.text_sha256)
        .where(Consent.patient_id == patient_id, ConsentText.name == NAME)
    )
    return work.session.scalars(
        query.order_by(Consent.signed_at.desc(), Consent.id.desc()).limit(1)
    ).first()
