"""How does the patient of a story come to the first evening? Step by step, as anybody does."""

from collections.abc import Iterator

from workflows.people.sitter_training import QUESTIONS as SITTER_QUESTIONS
from workflows.preparation.module_texts import MODULES
from workflows.sandbox import well
from workflows.sandbox.cast import SITTER, Cast
from workflows.sandbox.steps import At, Kept, Step
from workflows.sandbox.well import HOUR, MINUTE

PRODUCT = "ket-rdt-100"
DOSE_MG_HUNDREDTHS, UNITS_EACH = 20_000, 2
REASON = "Seen and talked over today; the benefit outweighs the risk."
SITTER_PHONE = "+17205550142"
PRESCRIBER, PATIENT = "prescriber", "patient"


def history() -> Iterator[Step]:
    """Answer the instruments and tell the history."""
    for instrument in well.SCORES:
        yield Step(PATIENT, "answer_instrument", well.answers(instrument))
    draft = {"intake_id": "id", "version": "version"}
    yield Step(PATIENT, "open_intake", keeps=draft)
    kept = {"version": "version"}
    yield Step(PATIENT, "save_intake", well.history(), keeps=kept, edits="version")
    yield Step(PATIENT, "submit_intake")
    yield Step(PATIENT, "list_intakes", keeps={"history_number": "items.0.number"})


def meeting() -> Step:
    """Let the prescriber meet the patient in the same room, and look into the registry."""
    found = {
        "held_at": At(-45 * MINUTE),
        "minutes": 40,
        "modality": "in_person",
        "patient_state": Kept("state"),
        "identity_verified": True,
        "identity_method": "photo_id_in_person",
        "capacity": True,
        "diagnosis_documented": True,
        "diagnoses": ["major_depressive_disorder"],
        "pdmp": {
            "checked_at": At(-30 * MINUTE),
            "result": "nothing_of_concern",
            "reference": "PDMP-DEMO-1",
        },
    }
    return Step(PRESCRIBER, "record_evaluation", found, keeps={"evaluation_id": "id"})


def decision() -> Iterator[Step]:
    """Let the prescriber say yes, the patient consent, and both have a plan."""
    signed = {"rationale": REASON, "signature": Kept("prescriber_name")}
    told = {"evaluation_id": Kept("evaluation_id"), "decision": "home", "product_code": PRODUCT}
    keeps = {"approval_id": "id"}
    yield Step(PRESCRIBER, "decide_eligibility", told | signed, keeps=keeps, present=True)
    yield Step(PATIENT, "read_consent_text", keeps={"sha256": "sha256"})
    read = {"sha256": Kept("sha256"), "signature": Kept("patient_name"), "read_seconds": 300}
    yield Step(PATIENT, "sign_consent", read)
    planned = {
        "approval_id": Kept("approval_id"),
        "product_code": PRODUCT,
        "dose_mg_hundredths": DOSE_MG_HUNDREDTHS,
        "session_count": 6,
        "spacing_hours": 72,
        "weight_g": 68_000,
        "weighed_at": At(-2 * HOUR),
        "end_condition": "PHQ-9 below 5 twice, or six sessions.",
    }
    draft = {"plan_id": "id", "version": "version"}
    yield Step(PRESCRIBER, "draft_plan", planned, keeps=draft)
    sign = {"patient_state": Kept("state"), "signature": Kept("prescriber_name")}
    yield Step(PRESCRIBER, "sign_plan", sign, edits="version", present=True)


def supply(number: str, *, refused: str = "") -> Iterator[Step]:
    """Order what the next evenings need, ship it, and let the patient count it."""
    told = {"external_prescription_id": number, "patient_state": Kept("state")}
    if refused:
        yield Step(PRESCRIBER, "order_medication", told, refused=refused)
        return
    keeps = {"order_id": "id", "units": "units"}
    yield Step(PRESCRIBER, "order_medication", told, keeps=keeps)
    parcel = {
        "lot_number": Kept("lot"),
        "pharmacy": "Demo Pharmacy",
        "beyond_use_on": Kept("beyond_use_on"),
        "units": Kept("units"),
        "shipped_at": At(),
    }
    yield Step(PRESCRIBER, "record_shipment", parcel, keeps={"shipment_id": "id"})
    yield Step(PATIENT, "confirm_receipt", {"units_received": Kept("units")})


def sitter(cast: Cast) -> Iterator[Step]:
    """Invite a sitter, who comes in on an own phone, answers a code and passes the quiz."""
    told = {"name": SITTER.shown_as, "email": cast.email(SITTER), "phone": SITTER_PHONE}
    keeps = {"sitter_id": "sitter.id", "token": "invitation.token"}
    yield Step(PATIENT, "invite_sitter", told, keeps=keeps)
    yield from cast.accepts(SITTER)
    own = {"phone": SITTER_PHONE, "born_on": "1990-05-06", "consents": True}
    yield Step("sitter", "accept_sitter_place", own)
    yield Step("sitter", "send_contact_code")
    yield Step("sitter", "check_contact_code", {"code": Kept("digits")})
    yield Step("sitter", "read_sitter_training", keeps={"edition": "edition"})
    right = {question.code: question.right for question in SITTER_QUESTIONS}
    yield Step("sitter", "take_sitter_quiz", {"edition": Kept("edition"), "answers": right})


def lessons() -> Iterator[Step]:
    """Pass the lessons, try the cuff, and walk through the home."""
    for code, module in MODULES.items():
        right = {question.code: question.right for question in module.questions}
        told = {"edition": module.edition, "answers": right}
        yield Step(PATIENT, "answer_preparation_module", told, of={"module": code})
    tried = well.reading(121, 77) | {"cuff_serial": "CUFF-DEMO-1"}
    del tried["spo2_percent"]
    yield Step(PATIENT, "record_rehearsal_reading", tried)
    yield Step(PATIENT, "check_home", well.HOME_LIST)


def books_preparation() -> Iterator[Step]:
    """Let the coach offer a time, and the patient take it."""
    offered = {"kind": "preparation", "starts_at": At(5 * MINUTE), "ends_at": At(35 * MINUTE)}
    yield Step("coach", "offer_slot", offered, keeps={"slot_id": "id"})
    booked = {"appointment_id": "id", "version": "version"}
    yield Step(PATIENT, "book_appointment", {"slot_id": Kept("slot_id")}, keeps=booked)


def holds_preparation() -> Step:
    """Let the coach say that it was held, with the sitter there."""
    return Step("coach", "hold_appointment", {"sitter_attended": True}, edits="version")
