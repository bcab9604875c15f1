"""Which drug, where: esketamine stays in the office, and only listed racemic ketamine goes home."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts, ProductFacts
from rules.looks import absent
from rules.terms import Force, Molecule, Route, Setting

ESKETAMINE_REPORTED = "concurrent_esketamine_course"  # also the code of the hold for the report

_OFFICE = Point.OFFICE_SCHEDULE | Point.OFFICE_START
_TAKING = Point.CHECK_IN | Point.DOSE
_PRODUCT_KNOWN = Point.SCHEDULE | Point.ORDER | _TAKING
_IN_OFFICE = (Setting.CERTIFIED_SITE, Setting.CLINIC)
NOT_RESOLVED = "product not resolved"


@rule(
    "esketamine_home_prohibited",
    Force.HARD,
    at=_PRODUCT_KNOWN | Point.APPROVAL | _OFFICE,
    says=(
        "Spravato (esketamine) can't be taken at home. We know some public web pages say you can. "
        "They are wrong. It may only be given at a certified site, where trained staff stay "
        "with you for at least {office_monitoring}. You can have it at our certified site."
    ),
    clinician=(
        "Esketamine outside a REMS-certified site. No role, override or setting passes this; "
        "the molecule decides, not the name."
    ),
    remedy="Ask us for a visit at our certified site, or about other treatments at home.",
    cite=citations.SPRAVATO_REMS,
)
def esketamine_stays_in_the_office(facts: Facts) -> Check:
    """Any ingredient that is esketamine needs a certified site; a barred name counts as one."""
    product, limit = facts.product, "only at a certified site"
    suspect = _holds_esketamine(product)
    if suspect is None:
        return Check(None, NOT_RESOLVED, limit)
    if not suspect:
        return Check(True, "no esketamine", limit)
    if product.setting is None:
        return Check(None, "esketamine, setting not known", limit)
    certified = product.setting is Setting.CERTIFIED_SITE
    return Check(certified, f"esketamine, {product.setting}", limit)


place_and_product_stay_as_created = rule(
    "esketamine_setting_change_prohibited",
    Force.HARD,
    at=Point.SCHEDULE | _TAKING | _OFFICE,
    says=(
        "The place and the medicine of a session can't be changed. A Spravato session can never "
        "be moved to your home."
    ),
    clinician="Setting, product or location was edited, cloned or rescheduled to another.",
    remedy="Cancel this session and make a new one. It is checked from the start.",
    cite=citations.SPRAVATO_REMS,
)(absent(lambda facts: facts.product.setting_changed, "change of place or product"))


@rule(
    "product_identity_unresolved",
    Force.HARD,
    at=_PRODUCT_KNOWN | Point.OFFICE_START,
    says="We can't tell for sure which medicine this is.",
    clinician="Codes and text do not resolve to one known molecule.",
    remedy="Your prescriber must pick the medicine from our list.",
    cite=citations.PROTOCOL_PRODUCT,
)
def the_product_is_known_for_sure(facts: Facts) -> Check:
    """At least one molecule, and everything said about the product agrees."""
    molecules, agree = facts.product.molecules, facts.product.codes_agree
    if not molecules or agree is None:
        return Check(None, NOT_RESOLVED, "one known product")
    return Check(agree, ", ".join(molecules), "codes and text agree")


@rule(
    "product_not_on_home_formulary",
    Force.HARD,
    at=_PRODUCT_KNOWN,
    says="This medicine is not on our list for use at home.",
    clinician="Not a positive match to the home formulary.",
    remedy="Your prescriber must pick a medicine from the home list.",
    cite=citations.PROTOCOL_PRODUCT,
)
def the_product_is_on_the_home_list(facts: Facts) -> Check:
    """An allow-list: an unknown product can never be taken at home."""
    listed = facts.product.on_home_formulary
    if facts.product.setting in _IN_OFFICE:
        return Check(True, str(facts.product.setting), "home list")
    words = {None: "not known", True: "listed", False: "not listed"}
    return Check(listed, words[listed], "home list")


@rule(
    "enantiomer_not_allowed",
    Force.HARD,
    at=_PRODUCT_KNOWN | _OFFICE,
    says="This form of ketamine (arketamine) is not approved anywhere.",
    clinician="Arketamine: no approved product exists.",
    remedy="Ask your prescriber about approved treatments.",
    cite=citations.PROTOCOL_PRODUCT,
)
def no_arketamine(facts: Facts) -> Check:
    """In no setting."""
    molecules = facts.product.molecules
    if not molecules:
        return Check(None, NOT_RESOLVED, "no arketamine")
    return Check(Molecule.ARKETAMINE not in molecules, ", ".join(molecules), "no arketamine")


@rule(
    "intranasal_ketamine_home_prohibited",
    Force.HARD,
    at=_PRODUCT_KNOWN,
    says="Ketamine nasal spray is not safe at home: nobody can tell how much each spray gives.",
    clinician="Compounded intranasal ketamine at home.",
    remedy="Your prescriber can plan a tablet or lozenge instead.",
    cite=citations.FDA_NASAL_KETAMINE_2022,
)
def no_nasal_ketamine_at_home(facts: Facts) -> Check:
    """In an office it is another matter."""
    route, setting = facts.product.route, facts.product.setting
    if setting in _IN_OFFICE:
        return Check(True, str(setting), "not nasal at home")
    if route is None or setting is None:
        return Check(None, "route or setting not known", "not nasal at home")
    return Check(route is not Route.NASAL, route, "not nasal at home")


@rule(
    "route_not_allowed_at_home",
    Force.HARD,
    at=_PRODUCT_KNOWN,
    says="At home only tablets, troches or lozenges in the mouth are allowed.",
    clinician="Route or form outside the home allow-list.",
    remedy="Your prescriber must plan another form.",
    cite=citations.ASKP3_HOME_2024,
)
def the_route_is_by_mouth_at_home(facts: Facts) -> Check:
    """Both the route and the form must be listed."""
    product, limits = facts.product, facts.limits
    if product.setting in _IN_OFFICE:
        return Check(True, str(product.setting), "by mouth at home")
    if product.route is None or product.form is None or product.setting is None:
        return Check(None, "route, form or setting not known", "by mouth at home")
    allowed = product.route in limits.home_routes and product.form in limits.home_forms
    return Check(allowed, f"{product.route}, {product.form}", "by mouth at home")


@rule(
    ESKETAMINE_REPORTED,
    Force.HARD,
    at=Point.APPROVAL | Point.ORDER | _TAKING,
    says="You can't take ketamine at home while you have Spravato, or soon after.",
    clinician="Esketamine course open, or last dose too recent (report, record or PDMP).",
    remedy="Tell us when the Spravato course has ended; we count the days from the last dose.",
    cite=citations.PROTOCOL_PRODUCT,
)
def no_esketamine_course_beside_it(facts: Facts) -> Check:
    """Ended, and days enough since the last dose, whoever gave it."""
    product, days = facts.product, facts.limits.after_esketamine_days
    limit = f"ended, {days} days since the last dose"
    if product.esketamine_elsewhere is not True:
        known = product.esketamine_elsewhere is False
        return Check(known or None, "none" if known else "not known", limit)
    last, today = product.esketamine_last_dose_on, facts.person.local_date
    if product.esketamine_course_ended is None or last is None or today is None:
        return Check(None, "course or last dose not known", limit)
    free = product.esketamine_course_ended and today - last >= timedelta(days=days)
    return Check(free, f"last dose {last}", limit)


no_ketamine_from_elsewhere = rule(
    "concurrent_ketamine_elsewhere",
    Force.HARD,
    at=Point.APPROVAL | Point.ORDER | _TAKING,
    says="You can't take our ketamine while you get ketamine from somebody else.",
    clinician="Ketamine from another prescriber or source (report or PDMP).",
    remedy="Talk with your prescriber about which treatment to go on with.",
    cite=citations.PROTOCOL_DIVERSION,
)(absent(lambda facts: facts.product.ketamine_elsewhere, "ketamine from elsewhere"))


@rule(
    "drug_data_stale",
    Force.HARD,
    at=Point.APPROVAL | Point.ORDER,
    says="Our medicine data is too old to check your treatment safely.",
    clinician="The drug data release is past its life.",
    remedy="We must load new data first. This is on us, not on you.",
    cite=citations.PROTOCOL_PRODUCT,
)
def drug_data_is_usable(facts: Facts) -> Check:
    """Interactions are only as good as the data behind them."""
    return _data_age(facts, facts.limits.drug_data_life_days)


@rule(
    "drug_data_ageing",
    Force.ADVISORY,
    at=Point.APPROVAL | Point.ORDER,
    says="Our medicine data is getting old.",
    clinician="The drug data release is older than the notice age.",
    remedy="Load the next release.",
    cite=citations.PROTOCOL_PRODUCT,
)
def drug_data_is_recent(facts: Facts) -> Check:
    """A notice before the stop."""
    return _data_age(facts, facts.limits.drug_data_ageing_days)


def with_reported_esketamine(product: ProductFacts, hold_codes: Collection[str]) -> ProductFacts:
    """Count a report of esketamine outside the clinic as a course, until the hold is released."""
    if ESKETAMINE_REPORTED not in hold_codes:
        return product
    return replace(product, esketamine_elsewhere=True, esketamine_course_ended=False)


def _holds_esketamine(product: ProductFacts) -> bool | None:
    if product.blocked_alias or Molecule.ESKETAMINE in (product.molecules or ()):
        return True
    return None if product.blocked_alias is None or not product.molecules else False


def _data_age(facts: Facts, most_days: int) -> Check:
    data, today, limit = facts.product.drug_data_on, facts.person.local_date, f"{most_days} days"
    if data is None or today is None:
        return Check(None, "date of the data not known", limit)
    age = (today - data).days
    return Check(age <= most_days, f"{age} days", limit)
