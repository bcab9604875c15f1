"""What can a product be, and where could somebody try to take it? All of it, nothing sampled."""

from functools import cache
from itertools import combinations, product

from rules.core import Point
from rules.facts import ProductFacts
from rules.terms import DoseForm, Molecule, Route, Setting

ESK, SITE = Molecule.ESKETAMINE, Setting.CERTIFIED_SITE
BY_MOUTH = (Route.SUBLINGUAL, Route.BUCCAL, Route.ORAL)
Molecules = tuple[Molecule, ...] | None

# Not resolved, resolved to nothing, and every set of molecules there is.
MOLECULE_SETS: tuple[Molecules, ...] = (
    None,
    *(chosen for size in range(4) for chosen in combinations(Molecule, size)),
)
SETTINGS = (None, *Setting)
ROUTES = (None, *Route)
FORMS = (None, *DoseForm)
ANSWERS = (None, True, False)
# Every moment at which a product is about to reach somebody.
GUARDED = (
    Point.APPROVAL,
    Point.SCHEDULE,
    Point.ORDER,
    Point.CHECK_IN,
    Point.DOSE,
    Point.OFFICE_SCHEDULE,
    Point.OFFICE_START,
)


@cache
def all_products() -> tuple[ProductFacts, ...]:
    """Give every product in every place, however it is described: 174,960 of them."""
    return tuple(
        ProductFacts(
            molecules=molecules,
            route=route,
            form=form,
            setting=setting,
            blocked_alias=alias,
            codes_agree=agree,
            on_home_formulary=listed,
            setting_changed=changed,
        )
        for molecules, route, form, setting, alias, agree, listed, changed in product(
            MOLECULE_SETS, ROUTES, FORMS, SETTINGS, ANSWERS, ANSWERS, ANSWERS, ANSWERS
        )
    )


def expected(facts: ProductFacts) -> bool | None:
    """Say what H-1 must find, from the wording of the rulebook and not from the rule."""
    suspect = facts.blocked_alias is True or ESK in (facts.molecules or ())
    if suspect:
        return None if facts.setting is None else facts.setting is SITE
    known = bool(facts.molecules) and facts.blocked_alias is False
    return True if known else None
