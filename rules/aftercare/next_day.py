"""What in the answers after a dose has to reach a human, and how soon?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.intake.outcomes import Answers, suicide_risk
from rules.limits import LIMITS, Limits
from rules.terms import FollowUpKind, HarmSignal, SuicideRisk, Symptom

_CRISIS = "Call or text 988 now, or 911 if you are in danger. Stay with someone you trust."


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDay:
    """What the patient says after a dose; None means not answered."""

    side_effects: frozenset[Symptom] | None = None
    global_change: int | None = None
    suicide: Answers = field(default_factory=dict)
    urinary_trouble: bool | None = None
    urinary_blood: bool | None = None
    urinary_pain: int | None = None
    fall_or_injury: bool | None = None
    drove: bool | None = None
    took_more: bool | None = None
    medical_help: bool | None = None
    unreal_or_racing: bool | None = None


@dataclass(frozen=True, slots=True)
class NextDayAlarm:
    """One thing to look at: `harm` makes it a harm report, `holds` also calls a clinician."""

    code: str
    says: str
    harm: bool = True
    holds: bool = False
    signals: tuple[HarmSignal, ...] = ()


# The answers to the suicide questions hold and call by themselves; here is only what is said.
_RISKS: Mapping[SuicideRisk, NextDayAlarm] = MappingProxyType(
    {
        SuicideRisk.HIGH: NextDayAlarm(
            "suicide_risk_high",
            f"You may be in danger. You deserve help right now. {_CRISIS}",
            signals=(HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK,),
        ),
        SuicideRisk.MODERATE: NextDayAlarm(
            "suicide_risk_moderate", f"A clinician will call you today. {_CRISIS}", harm=False
        ),
        SuicideRisk.LOW: NextDayAlarm(
            "suicide_risk_low",
            "Your prescriber looks at this within {suicide_risk_review}. " + _CRISIS,
            harm=False,
        ),
    }
)
_MIND = NextDayAlarm(
    "acute_psychiatric",
    "A clinician will call you. Until then stay with someone you trust; call 911 in danger.",
    holds=True,
    signals=(HarmSignal.PSYCHOSIS_OR_MANIA,),
)
_HELP = NextDayAlarm(
    "medical_help_needed",
    "We are sorry. A clinician looks at what happened.",
    signals=(HarmSignal.EMERGENCY_DEPARTMENT_VISIT,),
)
_MORE = NextDayAlarm(
    "overdose_reported",
    "Take nothing more. A clinician will call you. Call 911 if you feel very sleepy or unwell.",
    holds=True,
    signals=(HarmSignal.MISUSE_OR_DIVERSION,),
)
_URINARY_HARM = NextDayAlarm(
    "urinary_symptoms_hold",
    "This has to be looked at before any further dose. A clinician will call you.",
    holds=True,
    signals=(HarmSignal.URINARY_HARM,),
)
_FALL = NextDayAlarm("fall_or_injury", "A clinician looks at this. Call 911 if it gets worse.")
_SIDE_EFFECT = NextDayAlarm("side_effect_lasting", "A clinician looks at what you still feel.")
_URINARY = NextDayAlarm("urinary_symptoms_review", "Your prescriber looks at this.")
_DROVE = NextDayAlarm(
    "drove_too_early",
    "Please never drive before the time we show. Your care team will talk with you.",
    harm=False,
)
_ALL = (*_RISKS.values(), _MIND, _HELP, _MORE, _URINARY_HARM, _FALL, _SIDE_EFFECT, _URINARY, _DROVE)
WORDS: Mapping[str, str] = MappingProxyType({alarm.code: alarm.says for alarm in _ALL})


def does_its_work(kind: FollowUpKind, said: NextDay) -> bool:
    """Say whether enough was answered; the check that opens the next dose needs every answer."""
    return kind is not FollowUpKind.HOURS_24 or is_complete(said)


def is_complete(said: NextDay) -> bool:
    """Say whether everything was answered."""
    answers = (
        said.side_effects,
        said.global_change,
        said.urinary_trouble,
        said.fall_or_injury,
        said.drove,
        said.took_more,
        said.medical_help,
        said.unreal_or_racing,
    )
    return None not in answers and suicide_risk(said.suicide) is not SuicideRisk.INCOMPLETE


def next_day_alarms(said: NextDay, limits: Limits = LIMITS) -> tuple[NextDayAlarm, ...]:
    """Give everything alarming, worst first; what was not answered alarms nobody here."""
    risk = _RISKS.get(suicide_risk(said.suicide))
    told = (
        (said.unreal_or_racing, _MIND),
        (said.took_more, _MORE),
        (_urinary_harm(said, limits), _URINARY_HARM),
        (said.medical_help, _HELP),
        (said.fall_or_injury, _FALL),
        (bool(said.side_effects), _SIDE_EFFECT),
        (said.urinary_trouble, _URINARY),
        (said.drove, _DROVE),
    )
    found = tuple(alarm for happened, alarm in told if happened)
    return (risk, *found) if risk else found


def _urinary_harm(said: NextDay, limits: Limits) -> bool:
    pain = said.urinary_pain
    return said.urinary_blood is True or (
        pain is not None and pain >= limits.urinary_pain_hold_from
    )
