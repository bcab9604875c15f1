"""Is what lies before the patient what was sent, and may it be sent at all?"""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import absent, present
from rules.terms import Force

_TAKING = Point.CHECK_IN | Point.DOSE


@rule(
    "lot_missing",
    Force.HARD,
    at=_TAKING,
    says="We need the lot number on your medicine.",
    clinician="No lot is recorded for this session.",
    remedy="Read the lot number on the label and enter it.",
    cite=citations.PROTOCOL_PRODUCT,
)
def the_lot_is_recorded(facts: Facts) -> Check:
    """An empty text is no lot."""
    lot = facts.product.lot
    return Check(None if lot is None else bool(lot.strip()), lot or "no lot", "a lot number")


the_lot_is_not_recalled = rule(
    "lot_recalled",
    Force.HARD,
    at=_TAKING,
    says="This batch of your medicine was recalled. Please don't take it.",
    clinician="The lot is recalled.",
    remedy="Keep it aside; we tell you how to return it and send new medicine.",
    cite=citations.PROTOCOL_PRODUCT,
)(absent(lambda facts: facts.product.lot_recalled, "recall"))


@rule(
    "product_expired",
    Force.HARD,
    at=_TAKING,
    says="Your medicine is past its use-by date.",
    clinician="Beyond-use date has passed.",
    remedy="Don't take it. Ask your care team for new medicine.",
    cite=citations.PROTOCOL_PRODUCT,
)
def the_product_is_in_date(facts: Facts) -> Check:
    """The date itself still counts."""
    until, today = facts.product.beyond_use_on, facts.person.local_date
    if until is None or today is None:
        return Check(None, "date not known", "in date")
    return Check(today <= until, str(today), f"until {until}")


@rule(
    "tablet_count_mismatch",
    Force.SOFT,
    at=_TAKING,
    says="The number of tablets you have is not what we expected.",
    clinician="Remaining count differs from the count expected.",
    remedy="Count again. If it still differs, your prescriber talks with you.",
    cite=citations.PROTOCOL_DIVERSION,
)
def the_tablet_count_is_right(facts: Facts) -> Check:
    """More is as odd as fewer."""
    reported, expected = facts.product.tablet_count_reported, facts.product.tablet_count_expected
    if reported is None or expected is None:
        return Check(None, "count not known", "as expected")
    return Check(reported == expected, str(reported), str(expected))


the_pharmacy_may_send_it_here = rule(
    "state_pharmacy_not_licensed",
    Force.HARD,
    at=Point.ORDER,
    says="Our pharmacy may not send this medicine to your state.",
    clinician="The state's row does not say that the compounding pharmacy may ship into the state.",
    remedy="Ask your care team whether a pharmacy with a licence in your state can send it.",
    cite=citations.PROTOCOL_STATES,
)(present(lambda facts: facts.authority.compounding_ship_ok, "pharmacy licensed in the state"))


@rule(
    "state_supply_limit",
    Force.HARD,
    at=Point.ORDER,
    says="Your state does not let us send this much medicine at once.",
    clinician="The order is for more days than the state allows for a Schedule III drug.",
    remedy="Your prescriber can order fewer sessions at a time.",
    cite=citations.PROTOCOL_STATES,
)
def the_order_is_within_the_states_supply(facts: Facts) -> Check:
    """A state may allow fewer days than the programme would send."""
    days, most = facts.authority.order_days_supply, facts.authority.state_days_supply_max
    if days is None or most is None:
        return Check(None, "days of supply or the state's limit not known", "the state's limit")
    return Check(days <= most, f"{days} days", f"at most {most} days")
