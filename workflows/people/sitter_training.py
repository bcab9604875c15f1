"""What must a sitter know before the first evening, and have they understood it?

The course is ours, in plain words; the emergency texts themselves come from the rulebook. A wrong
answer is not a mark against anybody: the answer teaches, and the sitter tries again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from models.people.patients import Sitter
from rules.limits import Limits
from rules.limits.telling import told
from rules.permissions import Permission
from workflows.people import safety_version
from workflows.platform import access
from workflows.platform.errors import RecordForbids
from workflows.platform.work import Work, command

EDITION = "2026-11"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One page to read, a minute long."""

    code: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the quiz; `teaches` is said again when the answer is wrong."""

    code: str
    asks: str
    choices: Mapping[str, str]
    right: str
    teaches: str


@dataclass(frozen=True, slots=True)
class QuizResult:
    """What was not yet understood; nothing left means trained."""

    sitter: Sitter
    wrong: tuple[Question, ...]

    @property
    def passed(self) -> bool:
        """Say whether every answer was right."""
        return not self.wrong


LESSONS = (
    Lesson(
        "being_there",
        "You are the one in the room",
        "You stay in the same home, awake and free for this one person, from before the dose until"
        " the app says that the watch is over. No alcohol, cannabis or calming pills in the 24"
        " hours before. Somebody else looks after children and pets. If you must leave, call"
        " another adult in first and tell us.",
    ),
    Lesson(
        "what_is_usual",
        "What you will probably see",
        "The person lies or sits still, eyes often closed, and may speak slowly, feel far away,"
        " dizzy or sick, laugh or cry. That is usual and passes. Keep it quiet, say little, do not"
        " lead the experience. Help them to sit before they stand; they do not walk alone.",
    ),
    Lesson(
        "looking",
        "Look every {check_every}",
        "The app asks you to look and tap: breathing, colour, can they be woken, how they feel."
        " Measure the blood pressure when it asks. If you miss a look we call you, then others. It"
        " takes half a minute, and it is the most important thing you do.",
    ),
    Lesson(
        "calling",
        "When to call 911, without asking anybody",
        "Cannot be woken. Breathing stops, is very slow or sounds like choking. Blue lips. A"
        " seizure. Chest pain. Face, arm or speech suddenly wrong. Danger to anyone. Call 911"
        " first, give the address on your card, turn the person on their side, stay. Then press"
        " the red button. You never need our permission, and you cannot call too often.",
    ),
    Lesson(
        "not_helping",
        "What you never do",
        "Never give more of the medicine, any other medicine, alcohol or food during the watch."
        " Never hold the person down unless they would be hurt. Never let them drive, cook or sign"
        " anything until the next day after a night's sleep. Never touch them in a way you did not"
        " agree on before.",
    ),
    Lesson(
        "afterwards",
        "Long enough, and the night",
        "The watch ends when the app says so, not before {monitoring} and not while the person is"
        " drowsy, unsteady or has high blood pressure. Stay in the house, or ten minutes away, for"
        " {sitter_stays} after the dose. If anyone speaks of wanting to die, do not leave; call or"
        " text 988.",
    ),
)

QUESTIONS = (
    Question(
        "cannot_wake",
        "You shake their shoulder and speak loudly, and they do not wake. What comes first?",
        {
            "call_coach": "I write to the coach and wait for the answer.",
            "call_911": "I call 911, turn them on their side and stay.",
            "let_sleep": "I let them sleep; the medicine makes people sleepy.",
        },
        "call_911",
        "Sleepy people can be woken. Somebody who cannot be woken needs 911 at once.",
    ),
    Question(
        "glass_of_wine",
        "You had a glass of wine at lunch, six hours ago. May you sit tonight?",
        {
            "yes": "Yes, that is long gone.",
            "no": "No. Another adult sits, or the session moves.",
            "half": "Yes, if a neighbour is at home too.",
        },
        "no",
        "A sitter had no alcohol, cannabis or calming pills for 24 hours.",
    ),
    Question(
        "short_errand",
        "After an hour all is calm, and the shop is two minutes away. What do you do?",
        {
            "stay": "I stay in the home until the app ends the watch.",
            "go_quick": "I go quickly and take my phone.",
            "ask_patient": "I ask the patient whether it is fine.",
        },
        "stay",
        "Trouble comes without notice. Nobody is alone before the watch is over.",
    ),
    Question(
        "more_medicine",
        "They say it does not work and ask you for the second tablet. What do you do?",
        {
            "half": "I give a half.",
            "give": "I give it; it is their medicine.",
            "refuse": "I give nothing, and tell the care team.",
        },
        "refuse",
        "Nobody takes more during a session, whoever asks.",
    ),
    Question(
        "missed_look",
        "The app asks for the next look, and they seem to sleep. What do you do?",
        {
            "skip": "I skip this one so as not to disturb.",
            "look": "I go close, watch the breathing, see that they react, and tap.",
            "door": "I look from the door; that is enough.",
        },
        "look",
        "Breathing and waking can only be seen from close by. Look every time.",
    ),
    Question(
        "chest_pain",
        "They say that their chest hurts and feels tight. What do you do?",
        {
            "wait": "I wait a quarter of an hour; it is probably fear.",
            "water": "I give water and measure the blood pressure again.",
            "call_911": "I call 911, then press the red button.",
        },
        "call_911",
        "Chest pain is never waited out. 911 first; we hear of it by the red button.",
    ),
    Question(
        "driving",
        "Four hours later they feel fine and want to drive home. What do you say?",
        {
            "drive": "You may, if you feel well.",
            "tomorrow": "No. Not before tomorrow, after a night's sleep.",
            "coffee": "Yes, after a coffee.",
        },
        "tomorrow",
        "Feeling fine comes before being fit. No driving until the next day, after sleep.",
    ),
    Question(
        "wanting_to_die",
        "They say quietly that they do not want to live any more. What do you do?",
        {
            "stay_988": "I stay, take it seriously, and call or text 988 with them.",
            "cheer_up": "I cheer them up and change the subject.",
            "promise": "I promise to tell nobody.",
        },
        "stay_988",
        "You do not leave and you do not keep it secret: 988, the red button, and 911 in danger.",
    ),
)


def lessons(limits: Limits) -> tuple[Lesson, ...]:
    """Give the pages to read, with the numbers in force."""
    return tuple(
        replace(page, title=told(page.title, limits), words=told(page.words, limits))
        for page in LESSONS
    )


@command(permit=Permission.TRAIN_AS_SITTER, audit="sitter.quiz_taken")
def take_quiz(work: Work, sitter_id: UUID, edition: str, answers: Mapping[str, str]) -> QuizResult:
    """Look at the answers; all right means trained from now on, for this edition."""
    sitter = access.own_sitter(work, sitter_id, lock=True)
    if edition != EDITION:
        raise RecordForbids("Read the course again; it has changed.", code="training_outdated")
    wrong = tuple(
        question for question in QUESTIONS if answers.get(question.code) != question.right
    )
    if not wrong:
        sitter.trained_at, sitter.training_version = work.now, EDITION
        safety_version.rise(work, sitter.patient_id)
    return QuizResult(sitter, wrong)
