"""What is not settled yet, and what holds until it is? For whoever signs the manual.

Each point says why nobody could settle it, the safe default, and the reason codes or numbers that
carry that default: a test finds them, so that no default is only a promise.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """One open question of the source (protocol §9.1) and the default it has until then."""

    id: str
    asks: str
    because: str
    until_then: str
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


OPEN_POINTS = (
    OpenPoint(
        id="U1",
        asks="Is 2119365 the RxNorm ingredient id of esketamine?",
        because="No page that was read shows it.",
        until_then="It stays on the barred list; names, UNII and NDC bar the molecule without it.",
        codes=("esketamine_home_prohibited", "product_identity_unresolved"),
    ),
    OpenPoint(
        id="U2",
        asks="What authority lets us prescribe by video after 31 December 2026?",
        because="Nothing later was found; news of the autumn may be missing.",
        until_then="The authority ends in the data on that day unless two people renew it.",
        codes=("telemedicine_authority_expired",),
    ),
    OpenPoint(
        id="U3",
        asks="May a prescription issued before the end of that authority be refilled after it?",
        because="It is a question of law for counsel.",
        until_then="New orders stop; doses that were dispensed before are not stopped by it.",
        codes=("telemedicine_authority_expired",),
    ),
    OpenPoint(
        id="U4",
        asks="Is a DEA registration in the patient's state still waived?",
        because="The state of the exception in 2026 was not found.",
        until_then="The registration is asked for.",
        codes=("prescriber_dea_state_mismatch",),
    ),
    OpenPoint(
        id="U5",
        asks="Which states restrict ketamine at home?",
        because="There is no list to rely on.",
        until_then="A state that nobody reviewed is shut.",
        codes=("state_not_enabled",),
    ),
    OpenPoint(
        id="U6",
        asks="Are the numbers marked (P) right?",
        because="No authority sets them for ketamine at home.",
        until_then="They hold as the loosest values; the medical director signs or tightens them.",
        numbers=("dose_mg_max", "dose_interval", "bp_stop_from", "vitals_life", "monitoring"),
    ),
    OpenPoint(
        id="U7",
        asks="What do the sections of the Spravato label of March 2026 say word by word?",
        because="Only its header was seen; the content is from older copies and summaries.",
        until_then="The stricter reading holds: two hours count from the last device.",
        numbers=("office_monitoring", "office_bp_from", "office_bp_until"),
    ),
    OpenPoint(
        id="U8",
        asks="Did the REMS change after December 2024?",
        because="The newest official copy that was seen is of that month.",
        until_then="Every requirement known holds; a sheet can only make it stricter.",
        codes=("site_not_certified", "pmf_overdue"),
    ),
    OpenPoint(
        id="U9",
        asks="Does self-report software in care need a licence for the C-SSRS?",
        because="The licensor speaks of electronic use in general.",
        until_then="No wording is shipped; it comes with a licence when the service is set up.",
        codes=("cssrs_incomplete",),
    ),
    OpenPoint(
        id="U10",
        asks="Are the bands of DAST-10 and some codes of instruments right?",
        because="They were not verified.",
        until_then="Codes not verified are left out; no bladder score but our own decides.",
        codes=("dast10_high", "urinary_symptoms_hold"),
        numbers=("dast10_high_from",),
    ),
    OpenPoint(
        id="U11",
        asks="Have the federal rules of privacy and access changed in autumn 2026?",
        because="They were last seen in mid-2026, as proposals.",
        until_then="The house is built to the stricter proposal.",
    ),
    OpenPoint(
        id="U12",
        asks="When do drug codes get twelve digits?",
        because="The day is not known for sure.",
        until_then="Codes are kept as text, and both lengths are understood.",
        codes=("product_identity_unresolved",),
    ),
    OpenPoint(
        id="U13",
        asks="Is the company behind the programme the Spravato site itself?",
        because="It is a fact of the business.",
        until_then="Each site is certified for itself, from a day to a day.",
        codes=("site_not_certified",),
    ),
)
