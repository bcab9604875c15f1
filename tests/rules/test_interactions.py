"""What does each medicine on the list do together with ketamine?"""

import pytest

from rules.core import Point
from rules.facts import MedicineFact
from rules.gates import evaluate
from rules.intake.interactions import INTERACTIONS, Action, interaction_for, interaction_of
from rules.intake.medicines import BRANDS, INGREDIENTS, Kind
from rules.terms import Outcome
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import Row, conditions, met, not_met, params, unknown


def takes(*names: str, lorazepam_hundredths: int | None = None) -> dict[str, object]:
    """Change the list of medicines."""
    return {
        "intake__medicines": tuple(
            MedicineFact(name=name, lorazepam_equivalent_mg_hundredths=lorazepam_hundredths)
            for name in names
        )
    }


CODES = (
    "medication_unmapped",
    "interaction_block",
    "opioid_concurrent",
    "benzodiazepine_high_dose",
    "interaction_review",
    "concomitant_nmda_antagonist",
    "polypharmacy_interaction",
    "interaction_warn",
)
ROWS: tuple[Row, ...] = (
    *(met(code, **takes("Sertraline", "Wellbutrin XL 150 mg")) for code in CODES),
    *(met(code, **takes()) for code in CODES),
    *(unknown(code, intake__medicines=None) for code in CODES),
    not_met("medication_unmapped", **takes("Sertraline", "my blue pill")),
    not_met("medication_unmapped", **takes("")),
    not_met("opioid_concurrent", **takes("Tramadol 50 mg")),
    not_met("opioid_concurrent", **takes("Percocet")),
    not_met("opioid_concurrent", intake__conditions=conditions(opioid_concurrent=True)),
    unknown("opioid_concurrent", intake__conditions=conditions(opioid_concurrent=None)),
    unknown("opioid_concurrent", intake__conditions={}),
    met("interaction_block", **takes("tramadol")),  # it has a code of its own
    not_met("interaction_block", **takes("Spravato")),
    not_met("interaction_block", **takes("Nardil")),
    not_met("interaction_block", **takes("theophylline")),
    met("interaction_block", **takes("Synthroid")),
    not_met(
        "interaction_block",
        **takes("Synthroid"),
        intake__conditions=conditions(hyperthyroidism_controlled=True),
    ),
    unknown(
        "interaction_block",
        **takes("Synthroid"),
        intake__conditions=conditions(hyperthyroidism_controlled=None),
    ),
    met(
        "interaction_block",
        **takes("sertraline"),
        intake__conditions=conditions(hyperthyroidism_controlled=None),
    ),
    met("benzodiazepine_high_dose", **takes("Ativan", lorazepam_hundredths=300)),
    not_met("benzodiazepine_high_dose", **takes("Ativan", lorazepam_hundredths=301)),
    not_met("benzodiazepine_high_dose", **takes("Ativan", "Xanax", lorazepam_hundredths=200)),
    met("benzodiazepine_high_dose", **takes("sertraline", lorazepam_hundredths=900)),
    unknown("benzodiazepine_high_dose", **takes("Ativan")),
    not_met("interaction_review", **takes("Ativan", lorazepam_hundredths=100)),
    not_met("interaction_review", **takes("Neurontin")),
    met("interaction_review", **takes("memantine")),  # it has a code of its own
    not_met("concomitant_nmda_antagonist", **takes("Auvelity")),
    met("polypharmacy_interaction", **takes("gabapentin", "sertraline")),
    not_met("polypharmacy_interaction", **takes("gabapentin", "quetiapine")),
    not_met("interaction_warn", **takes("Lamictal")),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sertraline", Kind.ANTIDEPRESSANT),
        ("  Sertraline   HCl 100 mg tablet ", Kind.ANTIDEPRESSANT),
        ("Effexor XR 75mg", Kind.ANTIDEPRESSANT),
        ("lithium carbonate 300 mg", Kind.LITHIUM_OR_ANTIPSYCHOTIC),
        ("magnesium", Kind.NO_KNOWN_INTERACTION),
        ("oxycodone/acetaminophen 5/325", Kind.OPIOID),
        ("acetaminophen and oxycodone", Kind.OPIOID),
        ("dextromethorphan-bupropion", Kind.NMDA_ANTAGONIST),
        ("mystery herb + tramadol", Kind.OPIOID),
        ("St John's wort", Kind.INDUCER),
        ("Ozempic", Kind.SLOWS_STOMACH),
        ("sodium oxybate", Kind.OXYBATE),
    ],
)
def test_a_name_is_found(name: str, kind: Kind) -> None:
    found = interaction_for(name)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize("name", ["", "my blue pill", "mystery herb + sertraline", "sertralin"])
def test_an_unknown_name_is_unmapped(name: str) -> None:
    assert interaction_for(name) is None


@pytest.mark.parametrize(
    ("medicine", "kind"),
    [
        (MedicineFact(name="blue pill", ingredient="oxycodone"), Kind.OPIOID),
        (MedicineFact(name="oxycodone", ingredient="sertraline"), Kind.OPIOID),
        (MedicineFact(name="x", interaction="opioid"), Kind.OPIOID),
        (MedicineFact(name="oxycodone", interaction="allow"), Kind.OPIOID),
    ],
)
def test_the_worst_that_is_known_counts(medicine: MedicineFact, kind: Kind) -> None:
    found = interaction_of(medicine)
    assert found is not None
    assert found.kind is kind


def test_a_stored_word_alone_maps_nothing_unknown() -> None:
    assert interaction_of(MedicineFact(name="x", interaction="allow")) is None


@pytest.mark.parametrize("kind", Kind)
def test_every_class_has_an_action_and_a_member(kind: Kind) -> None:
    assert INTERACTIONS[kind].effect
    assert kind in INGREDIENTS.values()


def test_every_brand_leads_to_a_known_ingredient() -> None:
    assert {ingredient for ingredient in BRANDS.values() if ingredient not in INGREDIENTS} == set()
    assert len(INGREDIENTS) > 120


def test_an_antidepressant_is_allowed_and_maoi_is_not() -> None:
    assert INTERACTIONS[Kind.ANTIDEPRESSANT].action is Action.ALLOW
    assert INTERACTIONS[Kind.MAO_INHIBITOR].action is Action.BLOCK


def test_tramadol_since_the_approval_stops_the_dose_twice() -> None:
    facts = but(
        clear_facts(Point.DOSE), **takes("sertraline", "tramadol"), course__material_change=True
    )
    decision = evaluate(Point.DOSE, facts)
    assert decision.outcome is Outcome.STOP
    assert set(decision.codes) == {"material_change_unreviewed", "opioid_concurrent"}
