"""May this clearance be spent, now, for exactly this dose?"""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import absent, any_true, present
from rules.terms import Force


@rule(
    "clearance_missing",
    Force.HARD,
    at=Point.DOSE,
    says="You don't have a go-ahead for this dose. Please don't take it yet.",
    clinician="No valid clearance for this session, lot, dose, sitter and set of inputs.",
    remedy="Answer the pre-dose questions again. If you already took it, tell us at once.",
    cite=citations.PROTOCOL_CLEARANCE,
)
def a_clearance_covers_exactly_this_dose(facts: Facts) -> Check:
    """A clearance exists, nobody voided it, and what it was bound to has not changed."""
    held = facts.clearance
    gone = any_true(
        (
            None if held.exists is None else not held.exists,
            held.voided,
            None if held.same_inputs is None else not held.same_inputs,
        )
    )
    words = {None: "clearance not known", True: "none, voided or changed", False: "valid"}
    return Check(None if gone is None else not gone, words[gone], "one, for the same inputs")


@rule(
    "clearance_expired",
    Force.HARD,
    at=Point.DOSE,
    says="Your go-ahead has run out. It is only good for a short time.",
    clinician="The clearance is past its life.",
    remedy="Measure again. Then answer the questions before the dose again.",
    cite=citations.PROTOCOL_CLEARANCE,
)
def the_clearance_is_still_alive(facts: Facts) -> Check:
    """The last instant of its life still counts."""
    expires = facts.clearance.expires_at
    if expires is None:
        return Check(None, "no expiry known", "not expired")
    late = (facts.now - expires).total_seconds()
    return Check(late <= 0, "alive" if late <= 0 else f"expired {late:.0f} s ago", "not expired")


the_clearance_was_never_used = rule(
    "clearance_used",
    Force.HARD,
    at=Point.DOSE,
    says="This go-ahead was already used. One go-ahead is for one dose.",
    clinician="The clearance was spent before.",
    remedy="Never take a second dose. If you did, call us now.",
    cite=citations.PROTOCOL_CLEARANCE,
)(absent(lambda facts: facts.clearance.spent, "use before"))

no_other_session_is_running = rule(
    "session_already_active",
    Force.HARD,
    at=Point.DOSE,
    says="Another dose session of yours is still open.",
    clinician="The patient has another session between check-in and release.",
    remedy="Finish or cancel the other session first.",
    cite=citations.PROTOCOL_CLEARANCE,
)(absent(lambda facts: facts.clearance.other_session_active, "other active session"))


@rule(
    "clock_skew",
    Force.HARD,
    at=Point.CHECK_IN | Point.DOSE,
    says="The clock on your phone is off, so we can't trust the times.",
    clinician="The device clock differs from the server clock by more than the limit.",
    remedy="Set the phone to automatic time, then measure and answer again.",
    cite=citations.PROTOCOL_CLEARANCE,
)
def the_phone_tells_the_right_time(facts: Facts) -> Check:
    """Fast or slow, a clock that is off hides how old a reading is."""
    skew, most = facts.day.clock_skew_seconds, facts.limits.clock_skew
    limit = f"at most {most.total_seconds():.0f} s"
    if skew is None:
        return Check(None, "clock not compared", limit)
    return Check(abs(skew) <= most.total_seconds(), f"{skew} s", limit)


@rule(
    "offline_clearance_refused",
    Force.HARD,
    at=Point.CHECK_IN | Point.DOSE,
    says="We can only give a go-ahead while your phone is online with us.",
    clinician="Answers or spending were replayed from an offline device.",
    remedy="Go online and answer again. If you already took the dose, tell us at once.",
    cite=citations.PROTOCOL_CLEARANCE,
)
def answers_and_spending_are_online(facts: Facts) -> Check:
    """A device may record, it may never decide; only a clearance that exists can be spent."""
    held = facts.clearance
    offline = any_true((facts.day.replayed_offline, held.offline if held.exists else False))
    words = {None: "not known", True: "offline", False: "online"}
    return Check(None if offline is None else not offline, words[offline], "online")


the_safety_locks_are_intact = rule(
    "safety_locks_broken",
    Force.HARD,
    at=Point.CHECK_IN | Point.DOSE,
    says="Our system found a fault in its own safety checks. No dose can be started now.",
    clinician="The fingerprint of the database locks does not match: no clearance is given.",
    remedy="We are already told. Please wait for your care team to call you.",
    cite=citations.PROTOCOL_CLEARANCE,
)(present(lambda facts: facts.clearance.locks_intact, "safety locks intact"))
