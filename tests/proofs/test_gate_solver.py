"""If a gate answers "clear", is esketamine at home impossible, whatever all other rules say?

The rule is run for every input, and the table of its answers is given to Z3 as the function, and so
is the table of what a finding comes to. What every other rule finds is left open: any answer.
"""

from itertools import product

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.core import Check, Finding, Point, Rule
from rules.facts import ProductFacts
from rules.gates import RULES, evaluate, rule_for
from rules.terms import Force, Molecule, Outcome, Setting
from tests.proofs.products import ANSWERS, MOLECULE_SETS, SETTINGS
from tests.rules.facts_factory import but, clear_facts

H1 = rule_for("esketamine_home_prohibited")
Table = dict[tuple[int, ...], int]


def answers_of(rule: Rule) -> Table:
    """Run the rule for every set of molecules, every place and every answer about the name."""
    start = clear_facts(Point.DOSE)
    return {
        (molecules, setting, alias): ANSWERS.index(
            rule.find(
                but(
                    start,
                    product=ProductFacts(
                        molecules=MOLECULE_SETS[molecules],
                        setting=SETTINGS[setting],
                        blocked_alias=ANSWERS[alias],
                    ),
                )
            ).check.met
        )
        for molecules, setting, alias in product(
            range(len(MOLECULE_SETS)), range(len(SETTINGS)), range(len(ANSWERS))
        )
    }


def comes_to() -> Table:
    """Run `Finding.outcome` for every force, answer and mark of an override."""
    return {
        (force, met, overridden): Finding(
            _with_force(tuple(Force)[force]), Check(ANSWERS[met]), bool(overridden)
        ).outcome.rank
        for force, met, overridden in product(range(len(Force)), range(3), range(2))
    }


def as_function(name: str, table: Table) -> tuple[z3.FuncDeclRef, list[z3.BoolRef]]:
    """Give a function of the solver that answers as the table does."""
    function = z3.Function(name, *[z3.IntSort()] * (len(next(iter(table))) + 1))
    return function, [function(*key) == value for key, value in table.items()]


def gate(rule: Rule) -> tuple[z3.Solver, z3.ArithRef, z3.ArithRef, z3.ArithRef]:
    """Model a gate: this rule, and a second finding that stands for all others, worst of them."""
    answer, answers = as_function("met", answers_of(rule))
    outcome, outcomes = as_function("outcome", comes_to())
    molecules, setting, alias, overridden, others, decided = z3.Ints(
        "molecules setting alias overridden others decided"
    )
    force = tuple(Force).index(rule.force)
    own = outcome(force, answer(molecules, setting, alias), overridden)
    solver = z3.Solver()
    solver.add(*answers, *outcomes)
    solver.add(molecules >= 0, molecules < len(MOLECULE_SETS))
    solver.add(setting >= 0, setting < len(SETTINGS), alias >= 0, alias < len(ANSWERS))
    solver.add(overridden >= 0, overridden < 2, others >= 0, others < len(Outcome))
    solver.add(decided == z3.If(own > others, own, others))
    return solver, molecules, setting, decided


def with_esketamine(molecules: z3.ArithRef) -> z3.BoolRef:
    """Any ingredient is esketamine."""
    return z3.Or(
        *[
            molecules == number
            for number, chosen in enumerate(MOLECULE_SETS)
            if Molecule.ESKETAMINE in (chosen or ())
        ]
    )


def test_clear_means_no_esketamine_outside_a_certified_site() -> None:
    solver, molecules, setting, decided = gate(H1)
    solver.add(with_esketamine(molecules), setting != SETTINGS.index(Setting.CERTIFIED_SITE))
    solver.add(decided != Outcome.STOP.rank)
    assert solver.check() == z3.unsat


def test_clear_means_that_the_molecule_is_known() -> None:
    solver, molecules, _, decided = gate(H1)
    unresolved = [number for number, chosen in enumerate(MOLECULE_SETS) if not chosen]
    assert len(unresolved) == 2
    alias = z3.Int("alias")
    solver.add(z3.Or(*[molecules == number for number in unresolved]))
    solver.add(alias != ANSWERS.index(True))  # a barred name is esketamine, and known
    solver.add(decided == Outcome.CLEAR.rank)
    assert solver.check() == z3.unsat


@pytest.mark.parametrize(
    ("chosen", "place"),
    [(Molecule.ESKETAMINE, Setting.CERTIFIED_SITE), (Molecule.KETAMINE, Setting.HOME)],
)
def test_the_proof_is_not_empty(chosen: Molecule, place: Setting) -> None:
    solver, molecules, setting, decided = gate(H1)
    solver.add(molecules == MOLECULE_SETS.index((chosen,)), setting == SETTINGS.index(place))
    solver.add(decided == Outcome.CLEAR.rank)
    assert solver.check() == z3.sat


@pytest.mark.parametrize("force", [Force.SOFT, Force.ADVISORY])
def test_a_softer_rule_would_be_found_out(force: Force) -> None:
    solver, molecules, setting, decided = gate(_with_force(force))
    solver.add(with_esketamine(molecules), setting == SETTINGS.index(Setting.HOME))
    solver.add(decided == Outcome.CLEAR.rank)
    assert solver.check() == z3.sat


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_gate_answers_with_the_worst_of_its_findings(data: st.DataObject) -> None:
    """The one thing that the model above takes for granted."""
    point = data.draw(st.sampled_from(list(Point)))
    facts = clear_facts(point)
    for part in data.draw(st.lists(st.sampled_from(["course", "day", "product"]), unique=True)):
        facts = but(facts, **{part: type(getattr(facts, part))()})
    overridden = data.draw(st.frozensets(st.sampled_from([rule.code for rule in RULES])))
    decision = evaluate(point, but(facts, overridden=overridden))

    assert decision.outcome.rank == max(one.outcome.rank for one in decision.findings)
    assert {one.rule for one in decision.findings} == {rule for rule in RULES if rule.at & point}


def _with_force(force: Force) -> Rule:
    parts = (H1.says, H1.clinician, H1.remedy, H1.cite, H1.look)
    return Rule(H1.code, force, H1.at, *parts)
