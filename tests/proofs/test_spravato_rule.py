"""Is esketamine stopped everywhere but at a certified site, for every input that there is?

Nothing is sampled here: the inputs of H-1 are finite, and all of them are tried.
"""

from dataclasses import replace
from itertools import permutations, product

import pytest

from rules.core import Point
from rules.facts import Facts, ProductFacts
from rules.gates import RULES, evaluate
from rules.limits import LIMITS, Limits
from rules.terms import DoseForm, Force, Outcome, Route
from tests.proofs.forms import LONG
from tests.proofs.products import (
    ANSWERS,
    ESK,
    GUARDED,
    MOLECULE_SETS,
    SETTINGS,
    SITE,
    all_products,
    expected,
)
from tests.rules.facts_factory import clear_facts

CODE = "esketamine_home_prohibited"
H1 = next(rule for rule in RULES if rule.code == CODE)
EVERYTHING_OVERRIDDEN = frozenset(rule.code for rule in RULES)
# The sheet as it is, the tightest lists, and lists that no programme could ever sign.
SHEETS: tuple[Limits, ...] = (
    LIMITS,
    replace(LIMITS, home_routes=frozenset(), home_forms=frozenset()),
    replace(LIMITS, home_routes=frozenset(Route), home_forms=frozenset(DoseForm)),
)


def test_the_rule_is_asked_wherever_a_product_could_reach_somebody() -> None:
    asked = {point for rule in RULES if rule.code == CODE for point in rule.at}
    assert asked == set(GUARDED)
    assert set(Point) - asked == {Point.SCREEN, Point.RELEASE, Point.OFFICE_DISCHARGE}
    assert H1.force is Force.HARD


@pytest.mark.parametrize("overridden", [frozenset(), EVERYTHING_OVERRIDDEN], ids=["plain", "all"])
@pytest.mark.parametrize("sheet", SHEETS, ids=["signed", "tightest", "unsigned"])
def test_the_rule_answers_as_the_rulebook_says_for_every_product(
    sheet: Limits, overridden: frozenset[str]
) -> None:
    start = replace(clear_facts(Point.DOSE), limits=sheet, overridden=overridden)
    seen = 0
    for what in all_products():
        found = H1.find(replace(start, product=what))
        right = expected(what)
        assert found.check.met is right, what
        assert found.outcome is (Outcome.CLEAR if right else Outcome.STOP), what
        assert not found.overridden
        seen += 1
    assert seen == 174_960


def test_the_order_of_the_ingredients_decides_nothing() -> None:
    start = clear_facts(Point.DOSE)
    for molecules, setting in product(MOLECULE_SETS, SETTINGS):
        answers = {
            H1.find(replace(start, product=_what(start, given, setting=setting))).check.met
            for given in permutations(molecules or ())
        }
        assert len(answers) == 1


@pytest.mark.parametrize("point", GUARDED, ids=lambda point: point.name)
def test_no_gate_opens_for_esketamine_outside_a_certified_site(point: Point) -> None:
    """The whole gate, for each product and place, with nothing else in the way."""
    start = clear_facts(point)
    for what in _for_the_whole_gate(start):
        for overridden in (frozenset[str](), EVERYTHING_OVERRIDDEN):
            facts = replace(start, product=what, overridden=overridden)
            decision, right = evaluate(point, facts), expected(what)
            if right is not True:
                assert decision.outcome is Outcome.STOP, what
                assert CODE in decision.codes, what
            else:
                assert CODE not in decision.codes, what


@pytest.mark.parametrize("point", [Point.OFFICE_SCHEDULE, Point.OFFICE_START])
@pytest.mark.parametrize("certified", [False, None])
def test_a_site_without_a_valid_certificate_is_no_certified_site(
    point: Point, certified: bool | None
) -> None:
    start = clear_facts(point)
    office = replace(start.office, site_certified=certified)
    for molecules in MOLECULE_SETS:
        if ESK in (molecules or ()):
            what = _what(start, molecules, setting=SITE)
            for overridden in (frozenset[str](), EVERYTHING_OVERRIDDEN):
                facts = replace(start, product=what, office=office, overridden=overridden)
                assert evaluate(point, facts).outcome is Outcome.STOP


def test_the_proof_is_not_empty() -> None:
    """Racemic ketamine goes home and esketamine is given at its site, through the whole gate."""
    assert evaluate(Point.DOSE, clear_facts(Point.DOSE)).outcome is Outcome.CLEAR
    office = clear_facts(Point.OFFICE_START)
    assert office.product.molecules == (ESK,)
    assert evaluate(Point.OFFICE_START, office).outcome is Outcome.CLEAR


def _what(start: Facts, molecules: tuple | None, **changes: object) -> ProductFacts:
    return replace(start.product, molecules=molecules, **changes)  # type: ignore[arg-type]


def _for_the_whole_gate(start: Facts) -> list[ProductFacts]:
    if LONG:
        return list(all_products())
    # What H-1 looks at, in full; the test above shows that nothing else moves its answer.
    return [
        _what(start, molecules, setting=setting, blocked_alias=alias, setting_changed=changed)
        for molecules, setting, alias, changed in product(
            MOLECULE_SETS, SETTINGS, ANSWERS, (False, True)
        )
    ]
