"""What do helpers who come to the door need to know? As the record says it at this minute.

What the record lacks is named: a helper must not take silence for a no.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession, EmergencyCall, MonitoringCheck, VitalSigns
from models.dose.predose import DoseTaken, PredoseCheck
from models.intake.intake import Intake
from models.people.patients import Patient, Sitter
from models.plan.catalogue import Product
from rules.looks import age_on
from workflows.intake import intake_facts
from workflows.platform.work import Work

Packet = dict[str, Any]
NEWEST = 3
ALLERGIC = "ketamine_hypersensitivity"
ALLERGIES_NOTE = "This record asks about ketamine and the tablet alone. Ask about other allergies."
READING = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent")


def put_together(work: Work, patient_id: UUID, dose_session_id: UUID | None) -> Packet:
    """Put the card together from the record as it stands (a step)."""
    patient = work.session.scalars(select(Patient).where(Patient.id == patient_id)).one()
    dose_session = _session(work, patient, dose_session_id)
    told = intake_facts.newest_submitted(work, patient.id)
    packet: Packet = {
        "written_at": _at(work.now),
        "person": _person(patient, work.now),
        "place": _place(work, patient, dose_session),
        "taken": _taken(work, patient, dose_session),
        **_health(told),
        "emergency_contact": _named(patient, "emergency_contact"),
        "sitter": _sitter(work, dose_session),
        "vital_signs": _vital_signs(work, patient),
        "looks": _looks(work, dose_session),
        "calls": _calls(work, patient),
    }
    return packet | {"missing": missing(packet)}


def missing(packet: Mapping[str, Any]) -> list[str]:
    """Name what the record lacks, in the order in which a helper asks for it."""
    lacks = {
        "address": packet["place"]["address"] is None,
        "address confirmed today": packet["place"]["confirmed_at"] is None,
        "what was taken": not packet["taken"],
        "medicines": not packet["medicines_complete"],
        "other allergies": True,
        "emergency contact": packet["emergency_contact"] is None,
        "phone of the sitter": not (packet["sitter"] or {}).get("phone"),
    }
    return [what for what, is_missing in lacks.items() if is_missing]


def as_told(kept: Any) -> Any:
    """Give what was kept with its instants as instants again, however deep."""
    if isinstance(kept, dict):
        return {
            name: datetime.fromisoformat(one)
            if name.endswith("_at") and isinstance(one, str)
            else as_told(one)
            for name, one in kept.items()
        }
    return [as_told(one) for one in kept] if isinstance(kept, list) else kept


def without_phone_of_sitter(packet: Packet) -> Packet:
    """Give the card as it is shown again later: how the sitter is reached stays with us."""
    sitter = packet.get("sitter")
    return packet | {"sitter": sitter and {"name": sitter.get("name"), "phone": None}}


def _session(work: Work, patient: Patient, named: UUID | None) -> DoseSession | None:
    """Give the session the card was made for, else the newest in which a dose was taken."""
    query = select(DoseSession).where(DoseSession.patient_id == patient.id)
    if named is not None:
        return work.session.scalars(query.where(DoseSession.id == named)).one()
    since = work.now - work.limits.packet_looks_back
    newest = query.where(DoseSession.dosed_at >= since).order_by(DoseSession.dosed_at.desc())
    return work.session.scalars(newest.limit(1)).first()


def _person(patient: Patient, now: datetime) -> Packet:
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    return {
        "name": f"{patient.given_name} {patient.family_name}",
        "age_years": age_on(date.fromisoformat(patient.born_on), today),
        "sex_at_birth": patient.sex_at_birth,
        "language": str(patient.preferred_language),
        "phone": (patient.contact or {}).get("phone"),
    }


def _place(work: Work, patient: Patient, dose_session: DoseSession | None) -> Packet:
    address = (patient.contact or {}).get("address")
    zone = dose_session.time_zone if dose_session else patient.time_zone
    return {
        "address": address if isinstance(address, dict) and address.get("line") else None,
        "confirmed_at": _confirmed_at(work, dose_session),
        "time_zone": zone,
    }


def _confirmed_at(work: Work, dose_session: DoseSession | None) -> str | None:
    """Say when the patient said, for this session, that this is where they are."""
    if dose_session is None:
        return None
    newest = (
        select(PredoseCheck)
        .where(PredoseCheck.dose_session_id == dose_session.id)
        .order_by(PredoseCheck.submitted_at.desc(), PredoseCheck.id.desc())
    )
    check = work.session.scalars(newest.limit(1)).first()
    if check is None or check.answers.get("home", {}).get("address_confirmed") is not True:
        return None
    return _at(check.submitted_at)


def _taken(work: Work, patient: Patient, dose_session: DoseSession | None) -> list[Packet]:
    """Give every dose of the last day, a second part too, whoever cleared it or nobody."""
    since = work.now - work.limits.packet_looks_back
    rows = work.session.execute(
        select(DoseTaken, Product)
        .outerjoin(DoseSession, DoseSession.id == DoseTaken.dose_session_id)
        .outerjoin(Product, Product.id == DoseSession.product_id)
        .where(DoseTaken.patient_id == patient.id, DoseTaken.taken_at >= since)
        .order_by(DoseTaken.taken_at, DoseTaken.id)
    ).all()
    told = [_dose(dose, product) for dose, product in rows]
    if told or dose_session is None or dose_session.dosed_at is None:
        return told
    what = select(Product).where(Product.id == dose_session.product_id)
    product = work.session.scalars(what).one()
    return [_what(product, dose_session.dose_mg_hundredths, dose_session.dosed_at)]


def _dose(dose: DoseTaken, product: Product | None) -> Packet:
    what = _what(product, dose.dose_mg_hundredths, dose.taken_at)
    return what | {"second_part": dose.booster_of is not None, "as_planned": dose.cleared}


def _what(product: Product | None, mg_hundredths: int | None, taken_at: datetime) -> Packet:
    return {
        "product": product.display if product else None,
        "molecule": str(product.molecule) if product else None,
        "route": str(product.route) if product else None,
        "dose_mg_hundredths": mg_hundredths,
        "taken_at": _at(taken_at),
        "second_part": False,
        "as_planned": True,
    }


def _health(told: Intake | None) -> Packet:
    answers = told.answers if told else {}
    conditions = answers.get("conditions", {})
    medicines = answers.get("medicines", {})
    allergic = {True: "yes", False: "no"}.get(conditions.get(ALLERGIC), "not known")
    return {
        "medicines": [_medicine(one) for one in medicines.get("list", [])],
        "medicines_complete": medicines.get("complete") is True,
        "allergic_to_ketamine": allergic,
        "allergies_note": ALLERGIES_NOTE,
        "conditions": sorted(code for code, said in conditions.items() if said is True),
    }


def _medicine(one: Mapping[str, Any]) -> str:
    return " ".join(part for part in (one["name"], one.get("dose") or "") if part)


def _named(patient: Patient, part: str) -> Packet | None:
    named = (patient.contact or {}).get(part)
    if not isinstance(named, dict) or not named.get("phone"):
        return None
    return {"name": named.get("name"), "phone": named["phone"], "relation": named.get("relation")}


def _sitter(work: Work, dose_session: DoseSession | None) -> Packet | None:
    if dose_session is None or dose_session.sitter_id is None:
        return None
    theirs = select(Sitter).where(Sitter.id == dose_session.sitter_id)
    sitter = work.session.scalars(theirs).one()
    return {"name": sitter.name, "phone": sitter.phone}


def _vital_signs(work: Work, patient: Patient) -> list[Packet]:
    newest = (
        select(VitalSigns)
        .where(
            VitalSigns.patient_id == patient.id,
            VitalSigns.measured_at >= work.now - work.limits.packet_looks_back,
        )
        .order_by(VitalSigns.measured_at.desc(), VitalSigns.id.desc())
    )
    return [
        {name: getattr(row, name) for name in READING} | {"measured_at": _at(row.measured_at)}
        for row in work.session.scalars(newest.limit(NEWEST))
    ]


def _looks(work: Work, dose_session: DoseSession | None) -> list[Packet]:
    if dose_session is None:
        return []
    newest = (
        select(MonitoringCheck)
        .where(MonitoringCheck.dose_session_id == dose_session.id)
        .order_by(MonitoringCheck.checked_at.desc(), MonitoringCheck.id.desc())
    )
    return [
        {"moaas": row.moaas, "symptoms": list(row.symptoms), "checked_at": _at(row.checked_at)}
        for row in work.session.scalars(newest.limit(NEWEST))
    ]


def _calls(work: Work, patient: Patient) -> list[Packet]:
    newest = (
        select(EmergencyCall)
        .where(
            EmergencyCall.patient_id == patient.id,
            EmergencyCall.raised_at >= work.now - work.limits.packet_looks_back,
        )
        .order_by(EmergencyCall.raised_at.desc(), EmergencyCall.id.desc())
    )
    return [
        {"code": row.code, "words": row.words, "raised_at": _at(row.raised_at)}
        for row in work.session.scalars(newest.limit(NEWEST))
    ]


def _at(moment: datetime) -> str:
    return moment.isoformat()
