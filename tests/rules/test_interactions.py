"""What does each medicine on the list do together with ketamine?"""

import pytest

from rules.core import Point
from rules.facts import MedicineFact
from rules.gates import evaluate
from rules.intake.ingredients import BY_RXCUI, DATED, RELEASE, RXNORM, WITHOUT_ID
from rules.intake.interactions import INTERACTIONS, Action, interaction_for, interaction_of
from rules.intake.medicine_names import agrees
from rules.intake.medicines import BRANDS, COMBINATIONS, INGREDIENTS, Kind
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


AT_THE_LINE = MedicineFact(name="Ativan", lorazepam_equivalent_mg_hundredths=300)
MUCH = MedicineFact(name="Ativan", lorazepam_equivalent_mg_hundredths=301)
UNKNOWN_DOSE = MedicineFact(name="Xanax")
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
    not_met(
        "opioid_concurrent",
        **takes("tramadol"),
        intake__conditions=conditions(opioid_concurrent=None),
    ),
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
    not_met(
        "interaction_block",
        **takes("Synthroid"),
        intake__conditions=conditions(hyperthyroidism_uncontrolled=True),
    ),
    unknown(
        "interaction_block",
        **takes("Synthroid"),
        intake__conditions=conditions(hyperthyroidism_controlled=None),
    ),
    unknown(
        "interaction_block",
        **takes("sertraline", "Synthroid"),
        intake__conditions=conditions(hyperthyroidism_uncontrolled=None),
    ),
    not_met(
        "interaction_block",
        **takes("Nardil", "Synthroid"),
        intake__conditions=conditions(hyperthyroidism_controlled=None),
    ),
    met(
        "interaction_block",
        **takes(),
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
    not_met("benzodiazepine_high_dose", intake__medicines=(MUCH, UNKNOWN_DOSE)),
    unknown("benzodiazepine_high_dose", intake__medicines=(AT_THE_LINE, UNKNOWN_DOSE)),
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
        ("calcium", Kind.NO_KNOWN_INTERACTION),  # elsewhere the salt of something
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


# Every row of the table of interactions: who stands for it, and what follows (rules §3.3).
TABLE = (
    ("esketamine", Kind.ESKETAMINE, Action.BLOCK),
    ("oxycodone hydrocodone morphine fentanyl methadone tramadol buprenorphine",
     Kind.OPIOID, Action.BLOCK),
    ("oxybate", Kind.OXYBATE, Action.BLOCK),
    ("alprazolam lorazepam clonazepam diazepam", Kind.BENZODIAZEPINE, Action.REVIEW),
    ("zolpidem eszopiclone", Kind.HYPNOTIC, Action.REVIEW),
    ("gabapentin pregabalin", Kind.GABAPENTINOID, Action.REVIEW),
    ("cyclobenzaprine baclofen tizanidine diphenhydramine hydroxyzine",
     Kind.SEDATING, Action.REVIEW),
    ("ethanol", Kind.ALCOHOL, Action.REVIEW),
    ("dronabinol cannabis", Kind.CANNABIS, Action.REVIEW),
    ("amphetamine lisdexamfetamine methylphenidate modafinil armodafinil",
     Kind.STIMULANT, Action.REVIEW),
    ("pseudoephedrine phenylephrine", Kind.DECONGESTANT, Action.WARN),
    ("phenelzine tranylcypromine isocarboxazid selegiline", Kind.MAO_INHIBITOR, Action.BLOCK),
    ("theophylline aminophylline", Kind.XANTHINE, Action.BLOCK),
    ("ergonovine ergometrine", Kind.ERGOT, Action.BLOCK),
    ("levothyroxine liothyronine", Kind.THYROID_HORMONE, Action.WARN),
    ("ticlopidine clopidogrel", Kind.CYP2B6_INHIBITOR, Action.REVIEW),
    ("clarithromycin ketoconazole ritonavir cobicistat", Kind.CYP3A_INHIBITOR, Action.REVIEW),
    ("grapefruit", Kind.GRAPEFRUIT, Action.REVIEW),
    ("rifampin hypericum carbamazepine phenytoin phenobarbital", Kind.INDUCER, Action.REVIEW),
    ("lamotrigine", Kind.LAMOTRIGINE, Action.WARN),
    ("memantine dextromethorphan amantadine dextromethorphan-bupropion",
     Kind.NMDA_ANTAGONIST, Action.REVIEW),
    ("naltrexone", Kind.NALTREXONE, Action.WARN),
    ("sertraline venlafaxine bupropion mirtazapine amitriptyline",
     Kind.ANTIDEPRESSANT, Action.ALLOW),
    ("lithium quetiapine", Kind.LITHIUM_OR_ANTIPSYCHOTIC, Action.REVIEW),
    ("lisinopril amlodipine", Kind.ANTIHYPERTENSIVE, Action.WARN),
    ("semaglutide tirzepatide", Kind.SLOWS_STOMACH, Action.REVIEW),
)  # fmt: skip


@pytest.mark.parametrize(("names", "kind", "action"), TABLE, ids=str)
def test_every_row_of_the_table_of_interactions(names: str, kind: Kind, action: Action) -> None:
    for name in names.split():
        found = interaction_for(name)
        assert found is not None, name
        assert (found.kind, found.action) == (kind, action)


def test_the_table_leaves_out_only_what_is_not_in_it() -> None:
    """Ketamine from elsewhere has rules of its own; what has no interaction is no row."""
    assert set(Kind) - {kind for _, kind, _ in TABLE} == {
        Kind.KETAMINE_ELSEWHERE,
        Kind.NO_KNOWN_INTERACTION,
    }


@pytest.mark.parametrize("kind", [Kind.CYP2B6_INHIBITOR, Kind.LAMOTRIGINE])
def test_what_the_prescriber_reads_holds_the_advice(kind: Kind) -> None:
    advice = {Kind.CYP2B6_INHIBITOR: "halve first dose", Kind.LAMOTRIGINE: "never stop it"}
    assert advice[kind] in INTERACTIONS[kind].effect


@pytest.mark.parametrize("product", COMBINATIONS)
def test_the_worst_ingredient_of_a_product_decides(product: str) -> None:
    ranks = [INTERACTIONS[INGREDIENTS[inside]].action for inside in COMBINATIONS[product]]
    found = interaction_for(f"{product.title()} 5/325 mg")
    assert found is not None
    assert found.action is max(ranks, key=list(Action).index)
    assert product not in BRANDS


@pytest.mark.parametrize(
    ("name", "rxcui", "met"),
    [
        ("tramadol 50 mg", "10689", True),
        ("Ultram", " 10689 ", True),
        ("oxycodone/acetaminophen", "7804", True),
        ("sertraline", "10689", False),  # they disagree
        ("sertraline", "999999", False),  # a code nobody here knows
        ("sertraline", "", False),
        ("sertraline", None, True),
    ],
)
def test_a_code_and_a_name_have_to_agree(name: str, rxcui: str | None, met: bool) -> None:
    listed = (MedicineFact(name=name, rxcui=rxcui),)
    assert Row("medication_unmapped", met, {"intake__medicines": listed}).check().met is met


def test_an_unknown_code_does_not_stand_for_the_part_that_nobody_knows() -> None:
    assert agrees("mystery herb + tramadol", "10689")
    assert not agrees("mystery herb + tramadol", "999999")


def test_the_worse_of_code_and_name_counts() -> None:
    found = interaction_of(MedicineFact(name="sertraline", rxcui="10689"))
    assert found is not None
    assert found.kind is Kind.OPIOID


def test_every_ingredient_has_a_checked_id_or_none_on_purpose() -> None:
    assert set(RXNORM) | WITHOUT_ID == set(INGREDIENTS)
    assert not set(RXNORM) & WITHOUT_ID
    assert len(BY_RXCUI) == len(RXNORM)  # no id twice
    for known in RXNORM.values():
        assert known.rxcui.isdigit()
        assert 2 <= len(known.rxcui) <= 7
        assert known.sources
    assert RELEASE.endswith(DATED.isoformat())


def test_every_class_that_stops_has_ingredients_with_an_id() -> None:
    with_id = {INGREDIENTS[name] for name in RXNORM}
    assert set(Kind) - with_id == {Kind.GRAPEFRUIT}  # a fruit


def test_tramadol_since_the_approval_stops_the_dose_twice() -> None:
    facts = but(
        clear_facts(Point.DOSE), **takes("sertraline", "tramadol"), course__material_change=True
    )
    decision = evaluate(Point.DOSE, facts)
    assert decision.outcome is Outcome.STOP
    assert set(decision.codes) == {"material_change_unreviewed", "opioid_concurrent"}
