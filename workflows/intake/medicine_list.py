"""What is each medicine that the patient named? One we do not know stays unmapped, and stops."""

from collections.abc import Iterable
from typing import Any

from rules.facts import MedicineFact
from rules.intake.interactions import interaction_for
from rules.intake.medicine_names import ingredients_in

Medicine = dict[str, Any]


def coded(medicines: Iterable[Medicine]) -> list[Medicine]:
    """Write beside every name what the ingredient table knows of it, and nothing guessed."""
    return [{**medicine, **_code(medicine["name"])} for medicine in medicines]


def as_facts(medicines: Iterable[Medicine]) -> tuple[MedicineFact, ...]:
    """Give the list as the rules read it."""
    return tuple(
        MedicineFact(
            name=medicine["name"],
            ingredient=medicine.get("ingredient"),
            interaction=medicine.get("interaction"),
            lorazepam_equivalent_mg_hundredths=medicine.get("lorazepam_equivalent_mg_hundredths"),
            rxcui=None if medicine.get("mapped") else medicine.get("rxcui"),
        )
        for medicine in medicines
    )


def _code(name: str) -> Medicine:
    found, inside = interaction_for(name), ingredients_in(name)
    return {
        "ingredient": inside[0] if len(inside) == 1 else None,
        "interaction": found.kind.value if found else None,
    }
