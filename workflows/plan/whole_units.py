"""Can this amount be taken in whole tablets, the first part and the second?"""

from models.plan.catalogue import Product
from models.plan.treatment_plans import TreatmentPlan
from rules.limits import Limits
from workflows.platform.errors import InvalidContent, RecordForbids


def refuse_broken_units(dose_mg_hundredths: int, product: Product, field: str) -> None:
    """A dose is a whole number of tablets: nobody breaks one by eye."""
    strength = product.strength_mg_hundredths
    if dose_mg_hundredths <= 0 or dose_mg_hundredths % strength:
        message = f"Must be a whole number of units of {strength / 100:g} mg."
        raise InvalidContent(errors={field: [message]})


def refuse_wrong_booster(
    dose_mg_hundredths: int, booster: int | None, product: Product, limits: Limits
) -> None:
    """A second part is whole tablets too, half of the first at most, and both are below the cap."""
    if booster is None:
        return
    refuse_broken_units(booster, product, "booster_mg_hundredths")
    if booster * 100 > dose_mg_hundredths * limits.booster_percent_max:
        raise RecordForbids(code="booster_too_large")
    if dose_mg_hundredths + booster > limits.dose_mg_max * 100:
        raise RecordForbids(code="dose_cap_exceeded")


def drop_booster_too_large(plan: TreatmentPlan, limits: Limits) -> None:
    """A smaller first part takes a second one along that no longer fits beside it."""
    booster, most = plan.booster_mg_hundredths, limits.booster_percent_max
    if booster is not None and booster * 100 > plan.dose_mg_hundredths * most:
        plan.booster_mg_hundredths = None
