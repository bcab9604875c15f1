"""What does a patient learn before the first dose, and how do we see that it was understood?

Our own words, for people who are not at their best: short sentences, nothing that needs a
dictionary. A change of meaning is a new edition, and a new edition is learnt again. A number that
a parameter sheet may move stands in braces: a tighter one is no other meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.limits import Limits
from rules.limits.telling import told


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question; whoever answers it wrongly reads `teaches` and tries again."""

    code: str
    text: str
    choices: tuple[tuple[str, str], ...]
    right: str
    teaches: str

    @property
    def options(self) -> tuple[Option, ...]:
        """Give the possible answers, without saying which is right."""
        return tuple(Option(code, text) for code, text in self.choices)


@dataclass(frozen=True, slots=True)
class Module:
    """One lesson with its check of understanding; `not_for` says who should leave it out."""

    code: str
    edition: int
    title: str
    minutes: int
    paragraphs: tuple[str, ...]
    questions: tuple[Question, ...]
    not_for: str = ""


WHAT_TO_EXPECT = Module(
    code="what_to_expect",
    edition=1,
    title="What to expect",
    minutes=8,
    paragraphs=(
        "You let the tablets dissolve in your mouth. You may feel the first effects within about"
        " a quarter of an hour. They are strongest in the first hour and fade after that.",
        "You may feel far away from your body, time may seem to stretch, and music or pictures"
        " in your mind may be vivid. This can be pleasant, strange or frightening. It passes.",
        "Dizziness, nausea, blurred sight and a higher blood pressure are common for a while."
        " That is why you lie down, why you have not eaten, and why somebody sits with you.",
        "Your sitter watches for at least {monitoring}, and longer if you need it. You do not"
        " decide yourself when the watching ends: your sitter's last look and our safety check do.",
        "If you swallow a tablet too early, drop one or vomit, tell us. Never take another one.",
    ),
    questions=(
        Question(
            "no_second_dose",
            "You feel almost nothing after 40 minutes. What do you do?",
            (
                ("more", "Take another tablet."),
                ("wait", "Stay lying down and tell my care team afterwards."),
                ("leave", "End the session and go for a walk."),
            ),
            "wait",
            "Never take more than the planned dose. A weak effect is something to tell your care"
            " team, and your prescriber looks at it before the next session.",
        ),
        Question(
            "feeling_far_away",
            "You feel far away from your body and a little afraid. What is true?",
            (
                ("passes", "This can happen. It passes, and my sitter is here."),
                ("forever", "It means that something is damaged."),
                ("alone", "I should hide it from my sitter."),
            ),
            "passes",
            "Feeling far away is a common effect and fades within a few hours. Say it out loud:"
            " your sitter can help you, and can call us at any time.",
        ),
    ),
)

BREATHWORK = Module(
    code="breathwork",
    edition=1,
    title="Calm breathing, before and after",
    minutes=6,
    paragraphs=(
        "Breathe in through your nose while you count to four. Breathe out slowly while you count"
        " to six. Do this for three minutes, sitting or lying. If you feel dizzy, stop.",
        "Practise on the days before, and once while you wait for the session to begin. It can"
        " help again on the day after, when feelings come up.",
        "During the session itself do no breathing exercise: no fast breathing, no holding of the"
        " breath. The medicine can make breathing weaker and blood pressure higher, and your"
        " sitter must see how you breathe on your own.",
    ),
    questions=(
        Question(
            "never_during",
            "When do you do breathing exercises?",
            (
                ("during", "While the medicine works, to go deeper."),
                ("around", "Before the session and on other days, never while the medicine works."),
                ("always", "Whenever I like."),
            ),
            "around",
            "Breathing exercises belong before the session and on other days. While the medicine"
            " works you only breathe as your body wants to.",
        ),
    ),
    not_for="Leave the exercise out if you are pregnant, have a heart or lung disease, epilepsy"
    " or panic attacks, unless your prescriber agrees. Reading it is enough.",
)

INTENTION = Module(
    code="intention",
    edition=1,
    title="Your intention",
    minutes=5,
    paragraphs=(
        "An intention is one sentence about what matters to you, such as: I want to be kinder to"
        " myself. It is a direction and not a goal you can fail.",
        "Write it in your own words. You can change it as often as you like. Your coach can read"
        " it and will come back to it with you afterwards.",
        "During the session you do not have to think of it. Whatever comes is allowed to come.",
    ),
    questions=(
        Question(
            "direction",
            "The session had nothing to do with your intention. What does that mean?",
            (
                ("failed", "I did it wrong."),
                ("fine", "Nothing is wrong. I talk about it with my coach."),
                ("again", "I need a higher dose."),
            ),
            "fine",
            "An intention is a direction. Sessions often go elsewhere, and the talk with your"
            " coach afterwards is where both can meet.",
        ),
    ),
)

HOME = Module(
    code="home_environment",
    edition=1,
    title="The place",
    minutes=8,
    paragraphs=(
        "Choose a quiet room indoors where you can lie down, with a toilet near by. Clear the"
        " floor, close windows and balcony doors, and keep away from baths, stoves and candles.",
        "Somebody else looks after children, other people who need care, and pets. This is neither"
        " you nor your sitter: your sitter watches you and nothing else.",
        "Firearms, other weapons and spare medicines are locked away. We ask everybody.",
        "Two charged phones lie ready, yours and your sitter's. Both of you know the address and"
        " how help gets in. Nothing else is planned until the next day.",
    ),
    questions=(
        Question(
            "children",
            "Your child is at home. Who looks after the child?",
            (
                ("sitter", "My sitter, between two looks at me."),
                ("third", "A third person, somewhere else or in another room."),
                ("asleep", "Nobody, the child will be asleep."),
            ),
            "third",
            "Your sitter cannot watch two people. A third person looks after the child, also"
            " while the child sleeps.",
        ),
        Question(
            "bath",
            "A warm bath would be relaxing during the session. Is that a good idea?",
            (
                ("yes", "Yes, if my sitter is near."),
                ("no", "No. No water, no heights, no fire during a session."),
            ),
            "no",
            "People under this medicine can slip under water without a sound. Lie down in a dry"
            " room instead.",
        ),
    ),
)

DAY_AFTER = Module(
    code="day_after",
    edition=1,
    title="Driving, and the day after",
    minutes=6,
    paragraphs=(
        "After a dose you do not drive, cycle in traffic, use machines, look after a child alone,"
        " bathe or swim alone, or decide about money or contracts. This lasts until the next day,"
        " after a night's sleep, and never less than {no_driving}. The app shows you the time;"
        " it never tells you that you are fit to drive.",
        "Take no alcohol and no cannabis for a day before and a day after.",
        "On the next day we ask you some questions: how you feel, side effects, falls, passing"
        " water, thoughts of death. Please answer them all. Without these answers there is no"
        " next dose.",
        "Feelings can be close to the surface for some days. If you have thoughts of killing"
        " yourself, call or text 988 at any hour, or 911 if you are in danger.",
    ),
    questions=(
        Question(
            "driving",
            "Your session ended at three in the afternoon and you feel fine. When may you drive?",
            (
                ("evening", "In the evening."),
                ("tomorrow", "Tomorrow at the earliest, after a night's sleep."),
                ("now", "Now."),
            ),
            "tomorrow",
            "Feeling fine is not enough: reactions stay slow for longer than you notice. Sleep a"
            " night first, and wait for the time that the app shows.",
        ),
        Question(
            "dark_thoughts",
            "Two days later you think of ending your life. What do you do?",
            (
                ("wait", "I wait for the next session."),
                ("call", "I call or text 988, or 911 if I am in danger, and tell my care team."),
                ("dose", "I take a dose."),
            ),
            "call",
            "You deserve help at once, and there are people awake for you: 988 by phone or text,"
            " 911 in danger. Your care team wants to know too.",
        ),
    ),
)

YOUR_SITTER = Module(
    code="your_sitter",
    edition=1,
    title="What your sitter does",
    minutes=6,
    paragraphs=(
        "Your sitter is a grown-up you trust, awake and sober, in the same home from before the"
        " dose until we release the session. Without a sitter there is no dose.",
        "The sitter has an own log-in on an own phone, looks at you every {check_every}, takes"
        " your blood pressure with you, and can stop everything at any time.",
        "The sitter does not guide, interpret or touch you without your yes. Agree beforehand on"
        " a sign for: I want quiet, I want company, please call.",
        "In an emergency the sitter calls 911 first and us second. Nobody gets into trouble for"
        " calling too early.",
    ),
    questions=(
        Question(
            "sitter_leaves",
            "Your sitter has to leave after one hour. What happens?",
            (
                ("alone", "I stay alone, the worst is over."),
                ("call", "The sitter stays or we call the care team. I am not left alone."),
                ("message", "The sitter watches by video."),
            ),
            "call",
            "A sitter stays until the session is released. If that is impossible, call us at once;"
            " a video call is no sitter.",
        ),
        Question(
            "first_call",
            "You do not breathe normally. Whom does your sitter call first?",
            (("coach", "My coach."), ("911", "911."), ("family", "My family.")),
            "911",
            "911 first, always. We are called second and see everything your sitter has recorded.",
        ),
    ),
)

MODULES: Mapping[str, Module] = {
    module.code: module
    for module in (WHAT_TO_EXPECT, BREATHWORK, INTENTION, HOME, DAY_AFTER, YOUR_SITTER)
}
CURRENT: frozenset[tuple[str, int]] = frozenset(
    (module.code, module.edition) for module in MODULES.values()
)


def told_under(module: Module, limits: Limits) -> Module:
    """Give a lesson as it is read today: its numbers are those of the limits in force."""
    questions = tuple(replace(q, teaches=told(q.teaches, limits)) for q in module.questions)
    paragraphs = tuple(told(each, limits) for each in module.paragraphs)
    return replace(module, paragraphs=paragraphs, questions=questions)


def to_teach_again(module: Module, answers: Mapping[str, object]) -> tuple[Question, ...]:
    """Give the questions that were not answered rightly."""
    return tuple(q for q in module.questions if answers.get(q.code) != q.right)
