"""What would somebody answer who has read the document and not the rules?

Written from the clinical document alone. One pass a section fills in what each code says; the
moment then picks the codes it asks, and the worst answer decides. Numbers are typed here on
purpose: sharing them with the rules would share their mistakes.
"""

from rules.facts import Facts
from tests.proofs.oracle.around import around
from tests.proofs.oracle.authority import authority
from tests.proofs.oracle.clearance import clearance
from tests.proofs.oracle.course import course
from tests.proofs.oracle.dose import dose
from tests.proofs.oracle.eligibility import eligibility
from tests.proofs.oracle.freshness import freshness
from tests.proofs.oracle.instruments import instruments
from tests.proofs.oracle.interactions import interactions
from tests.proofs.oracle.office import office
from tests.proofs.oracle.product import product
from tests.proofs.oracle.registry import AT, HARD, LETTERS, SOFT
from tests.proofs.oracle.release import release
from tests.proofs.oracle.session_day import session_day
from tests.proofs.oracle.three import Verdict
from tests.proofs.oracle.vitals import vitals

SECTIONS = (
    ("SAOCDIB", product),
    ("AOCD", authority),
    ("EACD", eligibility),
    ("EACD", instruments),
    ("EACD", freshness),
    ("EACD", interactions),
    ("SOCDI", course),
    ("OCD", dose),
    ("CD", session_day),
    ("CD", vitals),
    ("ESACD", around),
    ("CD", clearance),
    ("R", release),
    ("IXB", office),
)


def judge(point: str, facts: Facts) -> dict[str, Verdict]:
    """Say for every code that is asked at this moment: True violated, False fine, None unknown."""
    at = LETTERS[point]
    says: dict[str, Verdict] = {}
    for letters, section in SECTIONS:
        if at in letters:
            section(facts, at, says)
    return {code: says[code] for code in AT[at]}


def outcome(verdicts: dict[str, Verdict], overridden: frozenset[str]) -> str:
    """Stop for the hard and the unknown, hold for the soft that nobody let pass."""
    if any(verdicts[code] is not False for code in verdicts.keys() & HARD.keys()):
        return "stop"
    soft = verdicts.keys() & SOFT.keys()
    if any(verdicts[code] is None for code in soft):
        return "stop"
    if any(verdicts[code] and code not in overridden for code in soft):
        return "hold"
    return "clear"
