"""How does a patient come to the first dose, told through HTTP by the people who prepare it?"""

from datetime import datetime, timedelta
from typing import Any

import pyotp

from rules.preparation.home_list import HomeItem
from rules.terms import Instrument
from tests.factories.intake import CLEAR_ANSWERS, CLEAR_INTAKE, answers_of
from tests.factories.people import PASSWORD
from tests.journeys.cast import Cast, ok
from workflows.people.sitter_training import QUESTIONS as SITTER_QUESTIONS
from workflows.preparation.module_texts import MODULES

LOT = "KT-2611-04"
PRODUCT = "ket-rdt-100"
STATE, ZONE = "CO", "America/Denver"
REASON = "Seen and talked over today; the benefit outweighs the risk."
MONTHS = timedelta(days=180)


class Preparing:
    """The way from the first question to readiness; each step uses what the earlier ones left."""

    def __init__(self, cast: Cast) -> None:
        """Take the people; nothing has happened yet."""
        self.cast = cast
        self.ids = cast.ids
        self.session = ""
        self.clearance = ""

    @property
    def now(self) -> datetime:
        """Say what time it is in the story."""
        return self.cast.clock.now()

    def of_patient(self, what: str) -> str:
        """Give an address below this patient."""
        return f"/patients/{self.ids['patient']}/{what}"

    def of_session(self, what: str) -> str:
        """Give an address below the session at hand."""
        return f"/dose-sessions/{self.session}/{what}"

    def tells_history(self, **changes: Any) -> Any:
        """Answer the instruments, save the intake in two parts, and submit it."""
        patient = self.cast.patient
        for instrument, answers in CLEAR_ANSWERS.items():
            told = {"instrument": instrument, "answers": dict(answers)}
            ok(patient.post(self.of_patient("assessments"), told))
        draft = ok(patient.post(self.of_patient("intakes")))
        parts = {name: dict(part) for name, part in CLEAR_INTAKE.items()} | changes
        parts["reproduction"]["pregnancy_tested_at"] = (self.now - timedelta(days=1)).isoformat()
        first = {"conditions": parts.pop("conditions")}
        address = f"/intakes/{draft['id']}"
        saved = ok(patient.patch(address, first, version=draft["version"]), 200)
        ok(patient.patch(address, parts, version=saved["version"]), 200)
        return ok(patient.post(f"{address}/submission"))

    def answers_what_is_due(self) -> list[str]:
        """Answer every instrument that is due now and no part of another form."""
        due = ok(self.cast.patient.get(self.of_patient("instruments-due")), 200)["items"]
        names = sorted({one["instrument"] for one in due if one["part_of"] is None})
        for name in names:
            instrument = Instrument(name)
            said = CLEAR_ANSWERS.get(instrument) or answers_of(4, instrument)
            told = {"instrument": name, "answers": dict(said)}
            ok(self.cast.patient.post(self.of_patient("assessments"), told))
        return names

    def is_evaluated(self) -> Any:
        """Let the prescriber meet the patient by video, check identity and the registry."""
        address = self.of_patient("evaluations")
        made = ok(self.cast.prescriber.post(address, self.evaluation()))
        self.ids["evaluation"] = made["id"]
        return made

    def evaluation(self) -> dict[str, Any]:
        """Give what a meeting by video finds, all well."""
        return {
            "held_at": (self.now - timedelta(minutes=45)).isoformat(),
            "minutes": 40,
            "modality": "video",
            "patient_state": STATE,
            "identity_verified": True,
            "identity_method": "photo_id_on_live_video",
            "capacity": True,
            "diagnosis_documented": True,
            "diagnoses": ["major_depressive_disorder"],
            "pdmp": self.registry(),
        }

    def registry(self) -> dict[str, str]:
        """Give the outcome of a look into the registry of controlled drugs."""
        return {
            "checked_at": (self.now - timedelta(minutes=30)).isoformat(),
            "result": "nothing_of_concern",
            "reference": "PDMP-DEMO-1",
        }

    def prescriber_proves_presence(self) -> None:
        """Set up the prescriber's second factor the first time, and prove it again when it ages."""
        prescriber, about = self.cast.prescriber, "/auth/second-factor"
        if "factor" not in self.ids:
            begun = ok(prescriber.post(about, {"current_password": PASSWORD}))
            self.ids["factor"] = begun["secret"]
            way = f"{about}/confirmation"
        else:
            until = ok(prescriber.get(about), 200)["fresh_until"]
            if until is not None and datetime.fromisoformat(until) > self.now:
                return
            way = f"{about}/proofs"
        ok(prescriber.post(way, {"code": pyotp.TOTP(self.ids["factor"]).at(self.now)}))

    def is_approved(self, decision: str = "home") -> Any:
        """Let the prescriber sign the decision."""
        told = {
            "evaluation_id": self.ids["evaluation"],
            "decision": decision,
            "rationale": REASON,
            "signature": self.ids["prescriber_name"],
        }
        if decision == "home":
            told |= {"product_code": PRODUCT}
        self.prescriber_proves_presence()
        made = ok(self.cast.prescriber.post(self.of_patient("approvals"), told))
        self.ids["approval"] = made["id"]
        return made

    def consents(self) -> Any:
        """Let the patient read and sign the current consent text."""
        text = ok(self.cast.patient.get("/consent-texts/current"), 200)
        signed = {
            "sha256": text["sha256"],
            "signature": self.ids["patient_name"],
            "read_seconds": 300,
        }
        return ok(self.cast.patient.post(self.of_patient("consents"), signed))

    def is_planned(self, **changes: Any) -> Any:
        """Let the prescriber draft and sign the plan."""
        told = {
            "approval_id": self.ids["approval"],
            "product_code": PRODUCT,
            "dose_mg_hundredths": 20_000,
            "session_count": 6,
            "spacing_hours": 72,
            "weight_g": 68_000,
            "weighed_at": (self.now - timedelta(hours=2)).isoformat(),
            "end_condition": "PHQ-9 below 5 twice, or six sessions.",
        } | changes
        draft = ok(self.cast.prescriber.post(self.of_patient("treatment-plans"), told))
        self.ids["plan"] = draft["id"]
        sign = {"patient_state": STATE, "signature": self.ids["prescriber_name"]}
        address = f"/treatment-plans/{draft['id']}/signature"
        self.prescriber_proves_presence()
        return ok(self.cast.prescriber.put(address, sign, version=draft["version"]), 200)

    def is_supplied(self) -> Any:
        """Order, ship and count the tablets."""
        prescriber, patient = self.cast.prescriber, self.cast.patient
        number = f"RX-{self.ids['plan'][:13]}-{self.ids.get('units', '0')}"
        told = {"external_prescription_id": number, "patient_state": STATE}
        order = ok(prescriber.post(f"/treatment-plans/{self.ids['plan']}/orders", told))
        parcel = {
            "lot_number": LOT,
            "pharmacy": "Demo Compounding Pharmacy",
            "beyond_use_on": self.ids.setdefault("keeps", (self.now + MONTHS).date().isoformat()),
            "units": order["units"],
            "shipped_at": self.now.isoformat(),
        }
        shipped = ok(prescriber.post(f"/orders/{order['id']}/shipments", parcel))
        self.ids["units"] = str(int(self.ids.get("units", "0")) + order["units"])
        self.ids["lot"] = shipped["lot_id"]
        counted = {"units_received": order["units"]}
        return ok(patient.post(f"/shipments/{shipped['id']}/receipt", counted))

    def finds_sitter(self) -> Any:
        """Invite a sitter, who accepts from an own phone, answers a code and passes the quiz."""
        invited = ok(
            self.cast.patient.post(
                "/sitters",
                {"name": "Sid Sitter", "email": self.ids["sitter_email"], "phone": "+17205550142"},
            )
        )
        sitter_id = invited["sitter"]["id"]
        self.ids["sitter"] = sitter_id
        place, sitter = f"/sitter-places/{sitter_id}", self.cast.sitter
        ok(sitter.post("/me/invitation-acceptances", {"token": invited["invitation"]["token"]}))
        own = {"phone": "+17205550142", "born_on": "1990-05-06", "consents": True}
        ok(sitter.post(f"{place}/acceptance", own))
        ok(sitter.post(f"{place}/contact-codes"))
        ok(sitter.post(f"{place}/contact-checks", {"code": self.cast.sitter_code()}))
        training = ok(sitter.get("/sitter-training"), 200)
        right = {question.code: question.right for question in SITTER_QUESTIONS}
        quiz = {"edition": training["edition"], "answers": right}
        return ok(sitter.post(f"{place}/quiz", quiz))

    def is_prepared(self) -> Any:
        """Book and hold the preparation, pass the lessons, try the cuff, check the home."""
        self._meets_coach("preparation")
        self._passes_lessons()
        patient = self.cast.patient
        reading = {
            "systolic_mmhg": 121,
            "diastolic_mmhg": 77,
            "heart_rate_bpm": 70,
            "source": "device",
            "cuff_serial": "CUFF-DEMO-1",
        }
        ok(patient.post(self.of_patient("rehearsal-readings"), reading))
        ok(patient.post(self.of_patient("home-checks"), {"answers": self.home_answers()}))
        return ok(patient.get(self.of_patient("readiness")), 200)

    def home_answers(self) -> dict[str, bool]:
        """Answer the questions about the home, all well."""
        return dict.fromkeys(HomeItem, True)

    def is_ready_for_first_dose(self) -> None:
        """Go from nothing to the evening of the first dose."""
        self.tells_history()
        self.is_evaluated()
        self.is_approved()
        self.consents()
        self.is_planned()
        self.is_supplied()
        self.finds_sitter()
        self.is_prepared()

    def _meets_coach(self, kind: str) -> Any:
        coach, patient = self.cast.coach, self.cast.patient
        starts = self.now + timedelta(minutes=5)
        offered = {
            "kind": kind,
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(minutes=30)).isoformat(),
        }
        slot = ok(coach.post("/slots", offered))
        booked = ok(patient.post(self.of_patient("appointments"), {"slot_id": slot["id"]}))
        self.cast.clock.advance(minutes=10)
        held = f"/appointments/{booked['id']}/hold"
        return ok(coach.post(held, {"sitter_attended": True}, version=booked["version"]), 200)

    def _passes_lessons(self) -> None:
        for code, module in MODULES.items():
            right = {question.code: question.right for question in module.questions}
            told = {"edition": module.edition, "answers": right}
            ok(self.cast.patient.post(self.of_patient(f"preparation-modules/{code}/answers"), told))
