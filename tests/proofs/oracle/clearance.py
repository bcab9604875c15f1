"""May this clearance be spent? Section 8.2 and gate G-41, with decision 0014."""

from rules.facts import Facts
from tests.proofs.oracle.three import Verdict, any_of, lacks


def clearance(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge the clearance, the locks, and what came without a line."""
    it = facts.clearance
    says["clearance_missing"] = any_of(lacks(it.exists), it.voided, lacks(it.same_inputs))
    says["clearance_expired"] = None if it.expires_at is None else facts.now > it.expires_at
    says["clearance_used"] = it.spent
    says["session_already_active"] = it.other_session_active
    says["safety_locks_broken"] = lacks(it.locks_intact)
    says["offline_clearance_refused"] = any_of(
        it.exists is True and it.offline, facts.day.replayed_offline
    )
