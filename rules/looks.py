"""How does a rule look at one fact? Always with three answers: met, not met, nobody knows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from rules.core import Check
from rules.facts import Facts

NOT_ANSWERED = "not answered"

Read = Callable[[Facts], bool | None]
Look = Callable[[Facts], Check]


def absent(read: Read, what: str) -> Look:
    """Make a look that is met when somebody said that this is not so."""
    words: Mapping[bool | None, str] = {None: NOT_ANSWERED, True: what, False: f"no {what}"}

    def look(facts: Facts) -> Check:
        answer = read(facts)
        return Check(None if answer is None else not answer, words[answer], f"no {what}")

    return look


def present(read: Read, what: str) -> Look:
    """Make a look that is met when somebody said that this is so."""
    words: Mapping[bool | None, str] = {None: NOT_ANSWERED, True: what, False: f"not: {what}"}

    def look(facts: Facts) -> Check:
        answer = read(facts)
        return Check(answer, words[answer], what)

    return look


def all_true(answers: Iterable[bool | None]) -> bool | None:
    """Join answers that must all be yes; one no decides, then one silence."""
    known = tuple(answers)
    if False in known:
        return False
    return None if None in known else True


def any_true(answers: Iterable[bool | None]) -> bool | None:
    """Join answers of which one yes decides, then one silence."""
    known = tuple(answers)
    if True in known:
        return True
    return None if None in known else False


def check_all(items: Mapping[str, bool | None], limit: str = "") -> Check:
    """Check that every named item is yes, and name the ones that are not."""
    wrong = [name for name, answer in items.items() if answer is False]
    unknown = [f"{name}: {NOT_ANSWERED}" for name, answer in items.items() if answer is None]
    return Check(all_true(items.values()), "; ".join(wrong + unknown), limit or "; ".join(items))


def age_on(born_on: date, day: date) -> int:
    """Count full years; who was born on 29 February has the birthday on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
