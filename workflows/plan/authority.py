"""Which law, licence, evaluation and consent stand behind an act? Read in one statement."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import (
    Label,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from models.intake.intake import Consent, ConsentText
from models.people.accounts import Credential, UserAccount
from models.plan.approvals import Evaluation, PdmpQuery
from models.plan.law import FederalAuthority, Jurisdiction
from rules.facts import AuthorityFacts
from rules.limits import Limits
from rules.terms import Profession
from workflows.intake import consent
from workflows.intake.consent_texts import NAME as CONSENT_NAME
from workflows.people import credentials
from workflows.plan import law
from workflows.platform.errors import NotPermitted, RecordForbids
from workflows.platform.work import Work

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
    return standing_from(row._mapping, where, work.now, work.limits)  # noqa: SLF001 - SQLAlchemy's name for a row by name


def standing_from(row: Mapping[Any, Any], where: Where, now: datetime, limits: Limits) -> Standing:
    """Turn the row that `statement` reads into facts; what is not there is not known."""
    of_state: Jurisdiction | None = row["Jurisdiction"]
    federal: FederalAuthority | None = row["FederalAuthority"]
    extra = consent.to_state_text(row["texts"], of_state)
    given = row["consent"] is not None
    return Standing(
        AuthorityFacts(
            state=where.state or None,
            state_enabled=law.is_open(of_state, where.today) if where.state else None,
            prescriber_licensed=row["licensed"],
            dea_registered=row["dea"],
            dea_in_state=row["dea_in_state"],
            telemedicine_through=federal.valid_through if federal else None,
            in_person_evaluated=row["in_person"],
            in_person_required=of_state.in_person_required if of_state else None,
            pdmp_checked_at=row["pdmp_checked_at"],
            consent_signed=given and extra.signed,
            consent_is_current=given and row["consent"] == row["text"] and extra.is_current,
            capacity=row["capacity"],
            contact_at=row["contact_at"],
            law=law.named(of_state, federal),
            prescriber_is_physician=is_physician(row["professions"]),
            npp_prescriber_allowed=of_state.npp_prescriber_allowed if of_state else None,
            prescriber_local_date=_local_date(row["prescriber_zone"], now, where.today),
            compounding_ship_ok=of_state.compounding_ship_ok if of_state else None,
            state_days_supply_max=of_state.sch3_days_supply_max if of_state else None,
        ),
        row["identity_verified"],
        row["diagnosis_documented"],
        row["pdmp_result"],
        law.stricter(limits, of_state),
    )


def is_physician(professions: Sequence[str | None]) -> bool | None:
    """Say it of the licences that are good here today; one without a profession says nothing."""
    if Profession.PHYSICIAN in professions:
        return True
    return None if None in professions or not professions else False


def refuse_own_record(work: Work, patient_user_id: UUID) -> None:
    """Refuse to decide about oneself: nobody prescribes for their own record."""
    if work.actor.user_id == patient_user_id:
        raise NotPermitted(code="own-record")


def refuse_without_licence(work: Work, state: str, today: date) -> None:
    """Refuse a prescriber without a licence in the patient's state today."""
    licence = select(_credential(work.actor.user_id, "licence", today, state))
    if not work.session.scalar(licence):
        raise RecordForbids(code="prescriber_not_licensed_in_state")


def statement(where: Where, now: datetime) -> Select[*tuple[Any, ...]]:
    """Give the one statement behind `read`, so that a larger one can carry it along."""
    prescriber, today = where.prescriber_id, where.today
    act = select(literal(1).label("one")).subquery("act")
    zone = select(UserAccount.time_zone).where(UserAccount.id == prescriber).scalar_subquery()
    signed = consent.newest_signed(literal(where.patient_id))
    return (
        select(
            _credential(prescriber, "licence", today, where.state).label("licensed"),
            _credential(prescriber, "dea", today).label("dea"),
            _credential(prescriber, "dea", today, where.state).label("dea_in_state"),
            _professions(prescriber, today, where.state),
            zone.label("prescriber_zone"),
            *_evaluations(where),
            *_pdmp(where.patient_id, now),
            *_consent(where.patient_id, now),
            signed.label("texts"),
            Jurisdiction,
            FederalAuthority,
        )
        .select_from(act)
        .outerjoin(Jurisdiction, law.of_place(where.state, today))
        .outerjoin(FederalAuthority, law.of_authority(law.TELEMEDICINE, today))
    )


def _credential(user_id: UUID | None, kind: str, today: date, state: str | None = None) -> Any:
    return exists().where(credentials.in_force(user_id, kind, today, state))


def _professions(user_id: UUID | None, today: date, state: str) -> Label[Any]:
    held = select(func.array_agg(Credential.profession)).where(
        credentials.in_force(user_id, "licence", today, state)
    )
    return func.coalesce(held.scalar_subquery(), []).label("professions")


def _local_date(zone: str | None, now: datetime, patients: date) -> date | None:
    """Give the prescriber's day; who told no zone is where the patient is."""
    if zone is None:
        return patients
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _evaluations(where: Where) -> tuple[Label[Any], ...]:
    """The newest evaluation speaks; a visit in person counts whenever it was, to who was there."""
    of_patient = Evaluation.patient_id == where.patient_id
    by_oneself = Evaluation.prescriber_id == where.prescriber_id

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
        exists().where(of_patient, by_oneself, Evaluation.modality == IN_PERSON).label("in_person"),
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
