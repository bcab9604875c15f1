"""What do we tell people to do, in the same answer as their report? Our own plain words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.limits import Limits
from rules.limits.telling import told
from rules.terms import HarmSignal

EMERGENCY_SERVICES = "911"
SUICIDE_AND_CRISIS_LINE = "988"
POISON_CONTROL = "1-800-222-1222"

_CALL = "Call 911 now."
_STAY = "Stay with the person. Do not give any more medicine, food or drink."
_SIDE = "Turn the person on their side and keep the mouth free."


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to do now, and whom to call, first number first."""

    code: str
    text: str
    call: tuple[str, ...]


_ENGLISH: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "emergency_unresponsive": (
        f"{_CALL} {_SIDE} If the person does not breathe normally, start CPR. "
        f"If an opioid is possible and you have naloxone, give it. {_STAY}",
        (EMERGENCY_SERVICES,),
    ),
    "emergency_respiratory": (
        f"{_CALL} {_SIDE} If the person stops breathing, start CPR. "
        f"If an opioid is possible and you have naloxone, give it. {_STAY}",
        (EMERGENCY_SERVICES,),
    ),
    "emergency_cardiac_neuro": (
        f"{_CALL} Help the person lie or sit still, with loose clothes. In a seizure, move hard "
        f"things away, hold nothing down and put nothing in the mouth. {_STAY}",
        (EMERGENCY_SERVICES,),
    ),
    "emergency_hypertensive": (
        f"{_CALL} The blood pressure is dangerously high and there are signs of harm. Keep the "
        f"person sitting up and calm. {_STAY}",
        (EMERGENCY_SERVICES,),
    ),
    "emergency_anaphylaxis": (
        f"{_CALL} Say that this may be a severe allergy. If the person has an epinephrine pen, "
        f"use it. {_STAY}",
        (EMERGENCY_SERVICES,),
    ),
    "bp_crisis_asymptomatic": (
        "The blood pressure is very high. Keep the person resting and measure again in "
        "{crisis_recheck}. If it stays, call the on-call clinician. If any new sign "
        "appears, call 911.",
        (EMERGENCY_SERVICES,),
    ),
    "bp_high_in_session": (
        "The blood pressure is high. Keep the person resting and measure again within "
        "{bp_high_recheck}, until it comes down. If any new sign appears, call 911.",
        (EMERGENCY_SERVICES,),
    ),
    "hr_critical": (
        "The heart beats much too fast or too slowly. Keep the person resting and measure again "
        "in {crisis_recheck}. With chest pain, fainting or short breath, call 911 now.",
        (EMERGENCY_SERVICES,),
    ),
    "acute_psychiatric": (
        "Keep yourself safe and stay calm. Speak slowly, use few words, keep doors and stairs in "
        "view. A clinician will call you now. If anyone is in danger, call 911.",
        (EMERGENCY_SERVICES,),
    ),
    "suicide_risk_high": (
        "Do not leave the person alone. Call or text 988 now. Put weapons and medicines out of "
        "reach. A clinician will call you now. If there is a plan or an attempt, call 911.",
        (SUICIDE_AND_CRISIS_LINE, EMERGENCY_SERVICES),
    ),
    "overdose_reported": (
        "More was taken than planned. If the person is hard to wake, breathes badly or has a "
        f"seizure, call 911 now. Otherwise call Poison Control now. {_STAY}",
        (EMERGENCY_SERVICES, POISON_CONTROL),
    ),
    "accidental_exposure": (
        "Someone else, or an animal, got the medicine. Take what is left out of the mouth. If they "
        "are hard to wake or breathe badly, call 911 now. Otherwise call Poison Control now.",
        (EMERGENCY_SERVICES, POISON_CONTROL),
    ),
    "prolonged_effect": (
        f"This lasts longer than it should. A clinician will call you now. {_STAY} If breathing, "
        "waking up or the chest gives you worry, call 911.",
        (EMERGENCY_SERVICES,),
    ),
    "sitter_left_early": (
        "Nobody should be alone after a dose. Lie down, do not use stairs or the stove, and call "
        "your sitter back. We are calling your contacts. If you feel unwell, call 911.",
        (EMERGENCY_SERVICES,),
    ),
    "monitor_check_missed": (
        "Please look at the person now and tell us how they are. If you cannot wake them, or they "
        "breathe badly, call 911 now.",
        (EMERGENCY_SERVICES,),
    ),
    "home_bp_40min_missing": (
        "Please measure the blood pressure now. If the person has chest pain, a very bad headache "
        "or cannot be woken, call 911 now.",
        (EMERGENCY_SERVICES,),
    ),
    "administration_deviation": (
        "Do not take any more medicine today. Write down what happened and stay with your sitter. "
        "If you are hard to wake or breathe badly, your sitter calls 911.",
        (EMERGENCY_SERVICES, POISON_CONTROL),
    ),
    "dosed_without_clearance": (
        "Thank you for telling us. Do not take any more. Lie down, do not be alone, and have the "
        "blood pressure measured now. A clinician will call you. If you feel ill, call 911.",
        (EMERGENCY_SERVICES, POISON_CONTROL),
    ),
    "pregnancy": (
        "Thank you for telling us. Do not take any more doses. Your care team will call you. "
        "With pain or bleeding, call 911.",
        (EMERGENCY_SERVICES,),
    ),
    "harm_reported": (
        "Thank you for telling us. We keep every word, and a clinician will look at it. If someone "
        "is hard to wake, breathes badly, or has chest pain or a seizure, call 911 now. With "
        "thoughts of suicide, call or text 988.",
        (EMERGENCY_SERVICES, SUICIDE_AND_CRISIS_LINE),
    ),
    "esketamine_outside_clinic": (
        "Thank you for telling us about Spravato. Nobody is in trouble. Spravato (esketamine) is "
        "not safe at home. We know some public web pages say it is. They are wrong. Breathing can "
        "stop and blood pressure can jump, so trained staff must watch for "
        "{office_monitoring}. Do not drive until tomorrow, after a night's sleep. Do not take "
        "any ketamine. Your home doses stop until your prescriber has talked with you. If someone "
        "is hard to wake, breathes badly or has chest pain, call 911 now.",
        (EMERGENCY_SERVICES,),
    ),
}
# Worst first: what is said first is what is done first.
_BY_SIGNAL: Mapping[HarmSignal, str] = {
    HarmSignal.RESPIRATORY_DEPRESSION: "emergency_respiratory",
    HarmSignal.LOSS_OF_CONSCIOUSNESS: "emergency_unresponsive",
    HarmSignal.SEIZURE: "emergency_cardiac_neuro",
    HarmSignal.HYPERTENSIVE_CRISIS: "emergency_hypertensive",
    HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK: "suicide_risk_high",
    HarmSignal.EXPOSURE_OF_ANOTHER_PERSON: "accidental_exposure",
    HarmSignal.PSYCHOSIS_OR_MANIA: "acute_psychiatric",
    HarmSignal.PREGNANCY_EXPOSURE: "pregnancy",
    HarmSignal.ESKETAMINE_OUTSIDE_CLINIC: "esketamine_outside_clinic",
}
_ANY_EMERGENCY = (f"{_CALL} Say what you see and give the address. {_STAY}", (EMERGENCY_SERVICES,))

TEXTS: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {"en": MappingProxyType(_ENGLISH)}
)

CRISIS_RESOURCES = Instruction(
    "suicide_risk_high",
    "You matter, and help is there right now. Call or text 988, the Suicide and Crisis Lifeline, "
    "day and night. If you may act on these thoughts, or have hurt yourself, call 911. Move away "
    "from weapons and pills, and let someone you trust be with you. We are calling you too.",
    (SUICIDE_AND_CRISIS_LINE, EMERGENCY_SERVICES),
)


def instruction_for(code: str, limits: Limits, language: str = "en") -> Instruction:
    """Give the text to act on; a language or code we lack gets a safe answer, never none."""
    texts = TEXTS.get(language, TEXTS["en"])
    text, call = texts.get(code) or _ENGLISH.get(code) or _ANY_EMERGENCY
    return Instruction(code, told(text, limits, language), call)


def codes_for_harm(signals: Collection[HarmSignal]) -> list[str]:
    """Give the code of every instruction that answers a report of harm, worst first."""
    codes = [code for signal, code in _BY_SIGNAL.items() if signal in signals]
    return codes or ["harm_reported"]


def instruction_for_harm(signals: Collection[HarmSignal], limits: Limits) -> Instruction:
    """Give what to do now after a report of harm: for every sign that was told, worst first."""
    given = [instruction_for(code, limits) for code in codes_for_harm(signals)]
    numbers = dict.fromkeys(number for one in given for number in one.call)
    return Instruction(given[0].code, " ".join(one.text for one in given), tuple(numbers))
