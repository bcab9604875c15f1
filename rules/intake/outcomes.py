"""How is the person, in numbers? A question without an answer is never counted as zero."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.intake.instrument_shape import Questionnaire
from rules.intake.instruments import QUESTIONNAIRES, edition_of
from rules.limits import LIMITS, Limits
from rules.looks import any_true
from rules.terms import Instrument, SuicideRisk

Answer = int | bool | None
Answers = Mapping[str, Answer]
URINARY_PAIN_ITEMS = ("q4", "q5")


@dataclass(frozen=True, slots=True)
class Score:
    """What an instrument says; `total` is None unless every required item was answered."""

    total: int | None
    band: str | None
    complete: bool
    alarms: tuple[str, ...] = ()


def score(
    instrument: Instrument,
    answers: Answers,
    limits: Limits = LIMITS,
    edition: str | None = None,
) -> Score:
    """Score the answers, and name what they alarm about even when some are missing.

    They are scored by the edition they answered; an edition that nobody knows scores nothing.
    """
    if instrument is Instrument.CSSRS:
        return _cssrs(answers)
    shape = edition_of(instrument, edition)
    if shape is None:
        return Score(None, None, complete=False)
    points = [_points(shape, item, answers.get(item)) for item in shape.items]
    known = [point for point in points if point is not None]
    complete = len(known) == len(points)
    total = sum(known) if complete else None
    alarms = _ALARMS.get(instrument, _nothing)(answers, sum(known), limits)
    return Score(total, None if total is None else shape.band(total, limits), complete, alarms)


def suicide_risk(answers: Answers) -> SuicideRisk:
    """Triage a C-SSRS screener; a danger that is known outranks an answer that is missing."""
    said = {item: _yes(answers.get(item)) for item in QUESTIONNAIRES[Instrument.CSSRS].items}
    attempt, recent = said["q6"], said["q6_recent"]
    if said["q4"] or said["q5"] or (attempt and recent):
        return SuicideRisk.HIGH
    required = ["q1", "q2", "q6"]
    required += ["q3", "q4", "q5"] if said["q2"] else []
    required += ["q6_recent"] if attempt else []
    if any(said[item] is None for item in required):
        return SuicideRisk.INCOMPLETE
    if said["q3"] or attempt:
        return SuicideRisk.MODERATE
    return SuicideRisk.LOW if said["q1"] or said["q2"] else SuicideRisk.NONE


def is_positive(
    instrument: Instrument,
    total: int | None,
    *,
    drinks_like_a_man: bool = False,
    limits: Limits = LIMITS,
) -> bool | None:
    """Say whether a total reaches the cut-off; None where there is no total, or no cut-off."""
    shape = QUESTIONNAIRES[instrument]
    name = shape.cut_off_men if drinks_like_a_man and shape.cut_off_men else shape.cut_off
    return None if total is None or name is None else total >= getattr(limits, name)


def cluster_sums(
    instrument: Instrument, answers: Answers, edition: str | None = None
) -> Mapping[str, int | None]:
    """Add up the items of each cluster; one with a missing answer has no sum."""
    shape = edition_of(instrument, edition)
    if shape is None:
        return {}
    sums: dict[str, int | None] = {}
    for cluster in shape.clusters:
        points = [_points(shape, item, answers.get(item)) for item in cluster.items]
        known = [point for point in points if point is not None]
        sums[cluster.name] = sum(known) if len(known) == len(points) else None
    return sums


def urinary_worst_pain(answers: Answers) -> int | None:
    """Give the worse of the two pain items of USC-6."""
    shape = QUESTIONNAIRES[Instrument.USC6]
    pains = [_points(shape, item, answers.get(item)) for item in URINARY_PAIN_ITEMS]
    known = [pain for pain in pains if pain is not None]
    return max(known) if len(known) == len(pains) else None


def urinary_blood(answers: Answers) -> bool | None:
    """Say whether blood was seen in the urine."""
    return _yes(answers.get("blood"))


def state_check_worst(answers: Answers) -> int | None:
    """Give the worst of the four state items; None unless all are answered."""
    shape = QUESTIONNAIRES[Instrument.SDC4]
    points = [_points(shape, item, answers.get(item)) for item in shape.items]
    known = [point for point in points if point is not None]
    return max(known) if len(known) == len(points) else None


def _points(shape: Questionnaire, item: str, answer: Answer) -> int | None:
    """Give the points of one answer; what is out of range was not answered."""
    if item in shape.yes_no:
        said = _yes(answer)
        if said is None:
            return None
        counts = said is not (item in shape.reversed_items)
        return 0 if item in shape.not_counted else int(counts)
    if answer is None or isinstance(answer, bool) or not shape.lowest <= answer <= shape.highest:
        return None
    return answer


def _yes(answer: Answer) -> bool | None:
    """Read a yes or a no; a number is neither."""
    return answer if isinstance(answer, bool) else None


def _cssrs(answers: Answers) -> Score:
    risk = suicide_risk(answers)
    complete = risk is not SuicideRisk.INCOMPLETE
    return Score(None, risk.value, complete, _CSSRS_ALARMS[risk])


_CSSRS_ALARMS: Mapping[SuicideRisk, tuple[str, ...]] = MappingProxyType(
    {
        SuicideRisk.NONE: (),
        SuicideRisk.LOW: ("suicide_risk_low",),
        SuicideRisk.MODERATE: ("suicide_risk_moderate",),
        SuicideRisk.HIGH: ("suicide_risk_high",),
        SuicideRisk.INCOMPLETE: ("cssrs_incomplete",),
    }
)


def _nothing(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:  # noqa: ARG001
    return ()


def _phq9(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:  # noqa: ARG001
    """Any thought of death in item 9 calls for the C-SSRS screener, at once."""
    last = _points(QUESTIONNAIRES[Instrument.PHQ9], "q9", answers.get("q9"))
    return ("cssrs_needed",) if last else ()


def _usc6(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:
    pains = [answers.get(item) for item in URINARY_PAIN_ITEMS]
    hurts = any(isinstance(pain, int) and pain >= limits.urinary_pain_hold_from for pain in pains)
    if any_true((urinary_blood(answers), hurts, so_far >= limits.urinary_hold_from)):
        return ("urinary_symptoms_hold",)
    return ("urinary_symptoms_review",) if so_far >= limits.urinary_review_from else ()


def _from(line: Callable[[Limits], int], code: str) -> "_Alarm":
    def alarm(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:  # noqa: ARG001
        return (code,) if so_far >= line(limits) else ()

    return alarm


def _mdq(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:
    """Enough symptoms, at the same time, that were a problem: all three, or no alarm."""
    problem = _points(QUESTIONNAIRES[Instrument.MDQ], "problem", answers.get("problem"))
    hurts = problem is not None and problem >= limits.mdq_problem_from
    together = _yes(answers.get("same_time")) is True
    return ("mdq_positive",) if so_far >= limits.mdq_positive_from and together and hurts else ()


def _moaas(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:
    shown = _points(QUESTIONNAIRES[Instrument.MOAAS], "q1", answers.get("q1"))
    emergency = shown is not None and so_far <= limits.emergency_moaas
    return ("emergency_unresponsive",) if emergency else ()


def _sdc4(answers: Answers, so_far: int, limits: Limits) -> tuple[str, ...]:  # noqa: ARG001
    shape = QUESTIONNAIRES[Instrument.SDC4]
    points = (_points(shape, item, answers.get(item)) for item in shape.items)
    bad = any(point is not None and point >= limits.state_check_release_below for point in points)
    return ("release_criteria_unmet",) if bad else ()


_Alarm = Callable[[Answers, int, Limits], tuple[str, ...]]
_ALARMS: Mapping[Instrument, _Alarm] = MappingProxyType(
    {
        Instrument.PHQ9: _phq9,
        Instrument.USC6: _usc6,
        Instrument.MOAAS: _moaas,
        Instrument.MDQ: _mdq,
        Instrument.SDC4: _sdc4,
        Instrument.ASRM: _from(lambda limits: limits.asrm_positive_from, "mania_active"),
        Instrument.AUDIT_C: _from(lambda limits: limits.audit_c_high_from, "audit_c_high"),
        Instrument.DAST10: _from(lambda limits: limits.dast10_high_from, "dast10_high"),
        Instrument.CCC4: _from(
            lambda limits: limits.cognitive_review_from, "cognitive_complaint_review"
        ),
    }
)
