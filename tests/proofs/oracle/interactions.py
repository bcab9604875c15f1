"""What do other medicines mean? Section 3.3, class by class."""

from rules.facts import Facts, MedicineFact
from tests.proofs.oracle.three import Verdict, all_of, any_of

BLOCK = {"esketamine", "ketamine_elsewhere", "oxybate", "mao_inhibitor", "xanthine", "ergot"}
REVIEW = {
    "benzodiazepine",
    "hypnotic",
    "gabapentinoid",
    "sedating",
    "stimulant",
    "cyp2b6_inhibitor",
    "cyp3a_inhibitor",
    "inducer",
    "lithium_or_antipsychotic",
    "slows_stomach",
    "alcohol",
    "cannabis",
    "grapefruit",
}
WARN = {"decongestant", "thyroid_hormone", "lamotrigine", "naltrexone", "antihypertensive"}
COUNTED = REVIEW | {"nmda_antagonist"}
Medicines = tuple[MedicineFact, ...] | None


def interactions(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge the list of medicines; an unmapped one stops under its own code, and only there."""
    taken = facts.intake.medicines
    told = facts.intake.conditions
    hyperthyroid = any_of(
        told.get("hyperthyroidism_uncontrolled"), told.get("hyperthyroidism_controlled")
    )
    says["medication_unmapped"] = (
        None if taken is None else any(one.interaction is None for one in taken)
    )
    says["interaction_block"] = any_of(
        _some(taken, BLOCK), all_of(_some(taken, {"thyroid_hormone"}), hyperthyroid)
    )
    says["interaction_review"] = _some(taken, REVIEW)
    says["polypharmacy_interaction"] = (
        None if taken is None else sum(one.interaction in COUNTED for one in taken) > 1
    )
    says["interaction_warn"] = _some(taken, WARN)
    says["concomitant_nmda_antagonist"] = _some(taken, {"nmda_antagonist"})
    says["opioid_concurrent"] = any_of(_some(taken, {"opioid"}), told.get("opioid_concurrent"))
    says["benzodiazepine_high_dose"] = _benzodiazepines(taken)


def _some(taken: Medicines, classes: set[str]) -> Verdict:
    if taken is None:
        return None
    return any(one.interaction in classes for one in taken)


def _benzodiazepines(taken: Medicines) -> Verdict:
    """More than 3 mg of lorazepam a day, or as much of others, all together."""
    if taken is None:
        return None
    parts = [
        one.lorazepam_equivalent_mg_hundredths
        for one in taken
        if one.interaction == "benzodiazepine"
    ]
    if sum(part for part in parts if part is not None) > 300:
        return True
    return None if None in parts else False
