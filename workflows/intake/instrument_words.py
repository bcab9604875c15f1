"""How are the instruments worded in English, as far as the wording may be published?

A validated instrument is worded exactly as it was validated. The rest comes with a licence.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rules.terms import Instrument
from workflows.intake.wording import ALL, Wording

_HOW_OFTEN = ("Not at all", "Several days", "More than half the days", "Nearly every day")

ENGLISH: Mapping[Instrument, Wording] = MappingProxyType(
    {
        Instrument.PHQ9: Wording(
            title="Patient Health Questionnaire (PHQ-9)",
            instruction=(
                "Over the last 2 weeks, how often have you been bothered by any of the following "
                "problems?"
            ),
            items={
                "q1": "Little interest or pleasure in doing things",
                "q2": "Feeling down, depressed, or hopeless",
                "q3": "Trouble falling or staying asleep, or sleeping too much",
                "q4": "Feeling tired or having little energy",
                "q5": "Poor appetite or overeating",
                "q6": (
                    "Feeling bad about yourself - or that you are a failure or have let yourself "
                    "or your family down"
                ),
                "q7": (
                    "Trouble concentrating on things, such as reading the newspaper or watching "
                    "television"
                ),
                "q8": (
                    "Moving or speaking so slowly that other people could have noticed. Or the "
                    "opposite - being so fidgety or restless that you have been moving around a "
                    "lot more than usual"
                ),
                "q9": (
                    "Thoughts that you would be better off dead, or of hurting yourself in some way"
                ),
                "difficulty": (
                    "If you checked off any problems, how difficult have these problems made it "
                    "for you to do your work, take care of things at home, or get along with "
                    "other people?"
                ),
            },
            choices={
                ALL: _HOW_OFTEN,
                "difficulty": (
                    *("Not difficult at all", "Somewhat difficult"),
                    *("Very difficult", "Extremely difficult"),
                ),
            },
        ),
        Instrument.GAD7: Wording(
            title="Generalized Anxiety Disorder 7-item scale (GAD-7)",
            instruction=(
                "Over the last 2 weeks, how often have you been bothered by the following problems?"
            ),
            items={
                "q1": "Feeling nervous, anxious, or on edge",
                "q2": "Not being able to stop or control worrying",
                "q3": "Worrying too much about different things",
                "q4": "Trouble relaxing",
                "q5": "Being so restless that it is hard to sit still",
                "q6": "Becoming easily annoyed or irritable",
                "q7": "Feeling afraid, as if something awful might happen",
            },
            choices={ALL: _HOW_OFTEN},
        ),
        Instrument.PCL5: Wording(
            title="PTSD Checklist for DSM-5 (PCL-5)",
            instruction=(
                "Below is a list of problems that people sometimes have in response to a very "
                "stressful experience. Please read each problem carefully and then choose the "
                "answer that says how much you have been bothered by that problem in the past "
                "month. In the past month, how much were you bothered by:"
            ),
            items={
                "q1": "Repeated, disturbing, and unwanted memories of the stressful experience?",
                "q2": "Repeated, disturbing dreams of the stressful experience?",
                "q3": (
                    "Suddenly feeling or acting as if the stressful experience were actually "
                    "happening again (as if you were actually back there reliving it)?"
                ),
                "q4": (
                    "Feeling very upset when something reminded you of the stressful experience?"
                ),
                "q5": (
                    "Having strong physical reactions when something reminded you of the "
                    "stressful experience (for example, heart pounding, trouble breathing, "
                    "sweating)?"
                ),
                "q6": (
                    "Avoiding memories, thoughts, or feelings related to the stressful experience?"
                ),
                "q7": (
                    "Avoiding external reminders of the stressful experience (for example, "
                    "people, places, conversations, activities, objects, or situations)?"
                ),
                "q8": "Trouble remembering important parts of the stressful experience?",
                "q9": (
                    "Having strong negative beliefs about yourself, other people, or the world "
                    "(for example, having thoughts such as: I am bad, there is something "
                    "seriously wrong with me, no one can be trusted, the world is completely "
                    "dangerous)?"
                ),
                "q10": (
                    "Blaming yourself or someone else for the stressful experience or what "
                    "happened after it?"
                ),
                "q11": (
                    "Having strong negative feelings such as fear, horror, anger, guilt, or shame?"
                ),
                "q12": "Loss of interest in activities that you used to enjoy?",
                "q13": "Feeling distant or cut off from other people?",
                "q14": (
                    "Trouble experiencing positive feelings (for example, being unable to feel "
                    "happiness or have loving feelings for people close to you)?"
                ),
                "q15": "Irritable behavior, angry outbursts, or acting aggressively?",
                "q16": "Taking too many risks or doing things that could cause you harm?",
                "q17": 'Being "superalert" or watchful or on guard?',
                "q18": "Feeling jumpy or easily startled?",
                "q19": "Having difficulty concentrating?",
                "q20": "Trouble falling or staying asleep?",
            },
            choices={ALL: ("Not at all", "A little bit", "Moderately", "Quite a bit", "Extremely")},
        ),
        Instrument.AUDIT_C: Wording(
            title="Alcohol Use Disorders Identification Test, short form (AUDIT-C)",
            instruction="About your use of alcoholic drinks during the past year:",
            items={
                "q1": "How often do you have a drink containing alcohol?",
                "q2": (
                    "How many drinks containing alcohol do you have on a typical day when you are "
                    "drinking?"
                ),
                "q3": "How often do you have six or more drinks on one occasion?",
            },
            choices={
                "q1": (
                    *("Never", "Monthly or less", "2 to 4 times a month"),
                    *("2 to 3 times a week", "4 or more times a week"),
                ),
                "q2": ("1 or 2", "3 or 4", "5 or 6", "7 to 9", "10 or more"),
                "q3": (
                    *("Never", "Less than monthly", "Monthly"),
                    *("Weekly", "Daily or almost daily"),
                ),
            },
        ),
        Instrument.PGI_I: Wording(
            title="Patient Global Impression of Improvement (PGI-I)",
            instruction="Compared with how you were before treatment began:",
            items={"q1": "How are you now?"},
            choices={
                ALL: (
                    *("Very much improved", "Much improved", "Minimally improved", "No change"),
                    *("Minimally worse", "Much worse", "Very much worse"),
                )
            },
        ),
        Instrument.USC6: Wording(
            title="Urinary safety check",
            instruction="In the last 4 weeks:",
            items={
                "q1": "Did you pass urine more often than is usual for you?",
                "q2": "Did you suddenly have to go at once?",
                "q3": "Did you wake at night to pass urine?",
                "q4": "Did it hurt or burn to pass urine?",
                "q5": "Did you have pain low in the belly that got better after you went?",
                "blood": "Did you see blood in your urine?",
            },
            choices={ALL: ("Never", "On some days", "On most days", "Every day")},
        ),
        Instrument.CCC4: Wording(
            title="Memory and thinking check",
            instruction="In the last 2 weeks:",
            items={
                "q1": "Did you lose the thread of conversations?",
                "q2": "Did you forget plans you had just made?",
                "q3": "Were you slower to think than usual?",
                "q4": "Did others notice any of this?",
            },
            choices={ALL: ("Never", "Sometimes", "Often", "Almost always")},
        ),
        Instrument.SDC4: Wording(
            title="How it is right now",
            instruction="At this moment, the person who took the dose:",
            items={
                "q1": "Feels unreal, or outside the body",
                "q2": "Finds time or the surroundings distorted",
                "q3": "Is frightened",
                "q4": "Cannot answer simple questions",
            },
            choices={ALL: ("Not at all", "A little", "Clearly", "Very strongly")},
        ),
        Instrument.MOAAS: Wording(
            title="How awake the person is",
            instruction="Say the name in a normal voice, then louder, then touch the shoulder.",
            items={"q1": "What does it take to get an answer?"},
            choices={
                ALL: (
                    "Nothing gets any reaction",
                    "Only something painful gets a reaction",
                    "A gentle push or shake is needed",
                    "The name has to be said loudly or again and again",
                    "Answers to the name, but slowly and drowsily",
                    "Answers to the name at once",
                )
            },
        ),
    }
)
