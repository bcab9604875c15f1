"""What does a patient sign before treatment at home? Our own words; a new edition asks again.

A text that was in force never changes: its hash is what people signed. So its numbers are written
out, on purpose: they are the loosest ones, a floor that every parameter sheet keeps, since a sheet
only asks for more. What holds today is told beside it, by the lessons and by the app. A test
compares them with the loosest limits: a release that loosens one needs another edition.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from models.intake.intake import ConsentText
from models.platform.base import new_id

NAME = "at_home_ketamine"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEdition:
    """One edition of a consent text, and the hash it is known by."""

    edition: int
    effective_from: datetime
    body: str
    name: str = NAME
    language: str = "en"

    @property
    def sha256(self) -> str:
        """Give the fingerprint of the text."""
        return hashlib.sha256(self.body.encode()).hexdigest()


_PARTS = (
    (
        "What this treatment is",
        "You may be treated with ketamine tablets that melt in the mouth, at home, with a sitter "
        "beside you. Ketamine is approved as an injection for anesthesia. Using it for depression, "
        "anxiety, PTSD or OCD is off-label: it has not been approved for this.",
    ),
    (
        "The tablets are compounded",
        "A pharmacy makes these tablets to order. Compounded drugs are not FDA-approved. The FDA "
        "has not reviewed them for safety, for effect or for quality. In 2022 and again in 2023 "
        "the FDA warned doctors and the public about compounded ketamine, and about its use at "
        "home.",
    ),
    (
        "Other ways to get help",
        "You may choose another way at any time: other medicines, talking therapy, treatment with "
        "a magnetic coil or with electric current, Spravato (esketamine) or ketamine in a clinic, "
        "or no treatment. Spravato is never given at home, to anybody.",
    ),
    (
        "What can go wrong",
        "Common: nausea, dizziness, sleepiness, feeling unreal or outside your body, fear, "
        "headache, blurred sight, a higher blood pressure and a faster heart. Serious: very high "
        "blood pressure, weak breathing, loss of consciousness, choking on vomit, falls, seizures, "
        "mania or psychosis, thoughts of suicide. With repeated use: harm to the bladder, trouble "
        "with memory and thinking, harm to the liver, and dependence on ketamine. A serious "
        "reaction can lead to hospital or death, and we cannot foresee every risk.",
    ),
    (
        "No driving, no risks",
        "After a dose you do not drive, use machines, care for a child alone, bathe or swim alone, "
        "or decide about money or law, until the next day after a night's sleep and at least "
        "12 hours later. The app tells you the time.",
    ),
    (
        "Your sitter",
        "A trained, sober adult is with you from before the dose until you are released, and stays "
        "within reach afterwards. The sitter watches, measures and calls for help. A sitter is not "
        "a nurse, and what a sitter does is not medical care.",
    ),
    (
        "If there is an emergency",
        "Your sitter calls 911. You give an address that an ambulance can reach "
        "and a person whom we may call. We call them too when nobody answers. With thoughts of "
        "suicide, call or text 988 at any hour.",
    ),
    (
        "How you are watched, and how you are not",
        "You are watched for at least 120 minutes, with checks every 15 minutes and blood pressure "
        "before, during and after. No doctor or nurse is in the room. Nobody watches you through "
        "a camera all the time, nobody watches your heart by ECG, and at night nobody watches from "
        "afar.",
    ),
    (
        "Pregnancy and breastfeeding",
        "Ketamine may harm an unborn or a breastfed child. If you can become pregnant, you use "
        "reliable birth control and take the tests we ask for. You tell us at once if you are or "
        "may be pregnant, and you take no more doses.",
    ),
    (
        "Medicines, alcohol and other substances",
        "You tell us everything you take and every change. You never stop a medicine for a dose on "
        "your own. No opioids. No alcohol and no cannabis in the 24 hours before and after a dose. "
        "You keep the fasting times. If an answer is not true, a dose can be dangerous.",
    ),
    (
        "Care over the internet",
        "We meet you by video. A clinician cannot examine you through a screen and may miss "
        "something, and a connection can fail. You may be treated only while you are in a state "
        "where your prescriber is licensed and the programme is open. You tell us before you "
        "travel. Sometimes we will ask you to see a clinician in person.",
    ),
    (
        "A controlled substance",
        "Ketamine is a Schedule III controlled substance. We look up your prescriptions in your "
        "state's monitoring programme (PDMP), before we prescribe and later. You lock the tablets "
        "away, count them when asked, never share or sell them, and return or destroy what is "
        "left. Sharing them is a crime, and can kill.",
    ),
    (
        "Who does what",
        "Your prescriber decides about treatment and dose. Your coach prepares you and helps you "
        "afterwards. A coach is not a therapist and not a prescriber, and cannot change a dose. "
        "Everybody, also your sitter, can stop a dose. Only a prescriber lets it go on.",
    ),
    (
        "Your privacy",
        "Your record is encrypted. Your care team reads what it needs. Your coach does not read "
        "your whole history, your sitter sees only what a sitter needs, and a coach's private "
        "notes are not part of the shared record. Every look at your record is logged, and you may "
        "read that log. We pass on what the law demands, and what is needed in an emergency. "
        "Reports of harm go to the authorities without your name.",
    ),
    (
        "Recordings",
        "Video visits are not recorded unless you agree for that one visit, in writing. You do not "
        "record others without asking them.",
    ),
    (
        "What it costs",
        "Insurance often does not pay. Before you pay, you are told the price of the visits, the "
        "tablets and the sessions. Stopping early never costs a penalty.",
    ),
    (
        "Your right to stop",
        "You may say no, or stop, at any time and for any reason. You may take this consent back "
        "in the app. You keep your place with us and your record, and we help you find other care.",
    ),
    (
        "Your signature",
        "You sign for yourself. Nobody can sign for you in this programme. Your prescriber talks "
        "this text over with you and confirms it. When the text changes, we ask you again before "
        "the next dose. By signing you say that you read it, that your questions were answered, "
        "and that you agree.",
    ),
)


def _written(parts: tuple[tuple[str, str], ...]) -> str:
    return "\n\n".join(f"{title}\n{text}" for title, text in parts) + "\n"


CONSENT_TEXTS = (
    ConsentEdition(
        edition=1, effective_from=datetime(2026, 11, 1, tzinfo=UTC), body=_written(_PARTS)
    ),
)


def load(connection: Connection) -> int:
    """Publish every edition that is missing; one that was published with other words is refused."""
    for text in CONSENT_TEXTS:
        row = {
            "id": new_id(),
            "name": text.name,
            "edition": text.edition,
            "language": text.language,
            "body": text.body,
            "sha256": text.sha256,
            "effective_from": text.effective_from,
        }
        connection.execute(insert(ConsentText).values(row).on_conflict_do_nothing())
        published = connection.scalar(
            select(ConsentText.sha256).where(
                ConsentText.name == text.name,
                ConsentText.edition == text.edition,
                ConsentText.language == text.language,
            )
        )
        if published != text.sha256:
            message = f"{text.name}, edition {text.edition}: people signed other words"
            raise ValueError(message)
    return len(CONSENT_TEXTS)
