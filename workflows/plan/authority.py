"""Which law, licence, evaluation and consent stand behind an act? Read in one statement."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Label, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from models.intake.intake import Consent, ConsentText
from models.people.accounts import Credential
from models.plan.approvals import Evaluation, PdmpQuery
from models.plan.catalogue import FederalAuthority, Jurisdiction
from rules.facts import AuthorityFacts
from rules.limits import Limits
from workflows.intake.consent_texts import NAME as CONSENT_NAME
from workflows.people.signing import refuse_another_name, signer
from workflows.platform.errors import NotPermitted, RecordForbids
from workflows.platform.work import Work

__all__ = [
    "Standing",
    "Where",
    "read",
    "refuse_another_name",
    "refuse_own_record",
    "refuse_unless_director",
    "refuse_without_licence",
    "signer",
    "standing_from",
    "statement",
]

TELEMEDICINE = "telemedicine"
IN_PERSON = "in_person"


class Where(NamedTuple):
    """Whose act it is, about whom, in which state, on which local day."""

    patient_id: UUID
    prescriber_id: UUID | None
    state: str
    today: date


class Standing(NamedTuple):
    """What stands behind the act, and the limits that the state makes tighter."""

    authority: AuthorityFacts
    identity_verified: bool | None
    diagnosis_documented: bool | None
    pdmp_result: str | None
    limits: Limits


def read(work: Work, where: Where) -> Standing:
    """Read law, licence, evaluation and consent of one act."""
    row = work.session.execute(statement(where, work.now)).one()
    return standing_from(row._mapping, where, work.limits)  # noqa: SLF001 - SQLAlchemy's name for a row by name


def standing_from(row: Mapping[Any, Any], where: Where, limits: Limits) -> Standing:
    """Turn the row that `statement` reads into facts; what is not there is not known."""
    hours = row["pdmp_hours"]
    in_state = {} if hours is None else {"pdmp_life": timedelta(hours=hours)}
    return Standing(
        AuthorityFacts(
            state=where.state or None,
            state_enabled=bool(row["enabled"]) if where.state else None,
            prescriber_licensed=row["licensed"],
            dea_registered=row["dea"],
            dea_in_state=row["dea_in_state"],
            telemedicine_through=row["telemedicine_through"],
            in_person_evaluated=row["in_person"],
            in_person_required=row["in_person_required"],
            pdmp_checked_at=row["pdmp_checked_at"],
            consent_signed=row["consent"] is not None,
            consent_is_current=row["consent"] is not None and row["consent"] == row["text"],
            capacity=row["capacity"],
            contact_at=row["contact_at"],
        ),
        row["identity_verified"],
        row["diagnosis_documented"],
        row["pdmp_result"],
        limits.and_also(**in_state),
    )


def refuse_own_record(work: Work, patient_user_id: UUID) -> None:
    """Refuse to decide about oneself: nobody prescribes for their own record."""
    if work.actor.user_id == patient_user_id:
        raise NotPermitted(code="own-record")


def refuse_without_licence(work: Work, state: str, today: date) -> None:
    """Refuse a prescriber without a licence in the patient's state today."""
    licence = select(_credential(work.actor.user_id, "licence", today, state))
    if not work.session.scalar(licence):
        raise RecordForbids(code="prescriber_not_licensed_in_state")


def refuse_unless_director(work: Work, today: date) -> None:
    """Refuse anybody who is not appointed medical director today."""
    if not work.session.scalar(select(_credential(work.actor.user_id, "medical_director", today))):
        raise NotPermitted(code="medical-director-needed")


def statement(where: Where, now: datetime) -> Select[*tuple[Any, ...]]:
    """Give the one statement behind `read`, so that a larger one can carry it along."""
    prescriber, today = where.prescriber_id, where.today
    return select(
        _credential(prescriber, "licence", today, where.state).label("licensed"),
        _credential(prescriber, "dea", today).label("dea"),
        _credential(prescriber, "dea", today, where.state).label("dea_in_state"),
        *_law(where),
        _telemedicine(today),
        *_evaluations(where.patient_id),
        *_pdmp(where.patient_id, now),
        *_consent(where.patient_id, now),
    )


def _credential(user_id: UUID | None, kind: str, today: date, state: str | None = None) -> Any:
    valid = and_(
        Credential.user_id == user_id,
        Credential.kind == kind,
        Credential.valid_from <= today,
        Credential.expires_on >= today,
        or_(Credential.revoked_on.is_(None), Credential.revoked_on > today),
    )
    return exists().where(valid if state is None else and_(valid, Credential.state == state))


def _law(where: Where) -> tuple[Label[Any], ...]:
    """The newest row of the state that has begun; a lapsed review opens nothing."""
    newest = (
        select(Jurisdiction.valid_from)
        .where(Jurisdiction.state == where.state, Jurisdiction.valid_from <= where.today)
        .order_by(Jurisdiction.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    of_state = and_(Jurisdiction.state == where.state, Jurisdiction.valid_from == newest)
    enabled = and_(Jurisdiction.enabled, Jurisdiction.review_expires_on >= where.today)
    return (
        select(enabled).where(of_state).scalar_subquery().label("enabled"),
        select(Jurisdiction.in_person_required)
        .where(of_state)
        .scalar_subquery()
        .label("in_person_required"),
        select(Jurisdiction.pdmp_hours).where(of_state).scalar_subquery().label("pdmp_hours"),
    )


def _telemedicine(today: date) -> Label[Any]:
    return (
        select(func.max(FederalAuthority.valid_through))
        .where(FederalAuthority.name == TELEMEDICINE, FederalAuthority.valid_from <= today)
        .scalar_subquery()
        .label("telemedicine_through")
    )


def _evaluations(patient_id: UUID) -> tuple[Label[Any], ...]:
    """The newest evaluation speaks, but a visit in person counts whenever it was."""
    of_patient = Evaluation.patient_id == patient_id

    def newest(column: Any, name: str) -> Label[Any]:
        return (
            select(column)
            .where(of_patient)
            .order_by(Evaluation.held_at.desc(), Evaluation.id.desc())
            .limit(1)
            .scalar_subquery()
            .label(name)
        )

    return (
        newest(Evaluation.held_at, "contact_at"),
        newest(Evaluation.capacity, "capacity"),
        newest(Evaluation.identity_verified, "identity_verified"),
        newest(Evaluation.diagnosis_documented, "diagnosis_documented"),
        exists().where(of_patient, Evaluation.modality == IN_PERSON).label("in_person"),
    )


def _pdmp(patient_id: UUID, now: datetime) -> tuple[Label[Any], ...]:
    """The newest query, whether it was made with an evaluation or before an order."""
    every = union_all(
        select(
            Evaluation.pdmp_checked_at.label("at"), Evaluation.pdmp_result.label("result")
        ).where(Evaluation.patient_id == patient_id, Evaluation.pdmp_checked_at <= now),
        select(PdmpQuery.checked_at, PdmpQuery.result).where(
            PdmpQuery.patient_id == patient_id, PdmpQuery.checked_at <= now
        ),
    ).subquery()
    newest = select(every).order_by(every.c.at.desc()).limit(1).subquery()
    return (
        select(newest.c.at).scalar_subquery().label("pdmp_checked_at"),
        select(newest.c.result).scalar_subquery().label("pdmp_result"),
    )


def _consent(patient_id: UUID, now: datetime) -> tuple[Label[Any], ...]:
    """What the patient signed last, if not withdrawn, and the text in force in its language."""
    signed, text = aliased(ConsentText), aliased(ConsentText)
    last = (
        select(Consent.id)
        .join(signed, signed.sha256 == Consent.text_sha256)
        .where(Consent.patient_id == patient_id, signed.name == CONSENT_NAME)
        .order_by(Consent.signed_at.desc(), Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    given = and_(Consent.id == last, Consent.kind == "given")
    current = (
        select(text.sha256)
        .where(
            text.name == CONSENT_NAME, text.language == signed.language, text.effective_from <= now
        )
        .order_by(text.edition.desc())
        .limit(1)
        .correlate(signed)
        .scalar_subquery()
    )
    return (
        select(Consent.text_sha256).where(given).scalar_subquery().label("consent"),
        select(current)
        .select_from(Consent)
        .join(signed, signed.sha256 == Consent.text_sha256)
        .where(given)
        .scalar_subquery()
        .label("text"),
    )
