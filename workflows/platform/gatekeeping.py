"""How is a gate asked, and its answer kept with everything it looked at?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
from sqlalchemy import Select, insert, or_, select

from models.platform.base import new_id
from models.platform.decisions import GateDecision, Override
from models.platform.fixed import Place, fixed
from rules import gates
from rules.core import Decision, Finding, Point
from rules.facts import Facts
from rules.limits import NUMBERS
from rules.remedies import who_puts_right
from rules.terms import Outcome, SubjectKind, Suitability
from workflows.platform import waiting
from workflows.platform.errors import HardStop, HoldNotOverridden
from workflows.platform.work import Work


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision and the row it is kept in."""

    decision: Decision
    kept: GateDecision
    retry_after: Mapping[str, datetime]


def judge(
    work: Work,
    point: Point,
    facts: Facts,
    subject: tuple[SubjectKind, UUID],
    *,
    inputs: bytes = b"",
    suitability: Suitability | None = None,
) -> Judgement:
    """Ask the gate and keep its answer; call it in the transaction that moves the state."""
    facts = _under_the_sheet(work, facts)
    decision = gates.evaluate(point, facts)
    retry_after = waiting.retry_times(point, facts, decision.raised)
    if work.subject is None:
        message = "a gate is asked about a patient"
        raise ValueError(message)
    kept = GateDecision(
        id=new_id(),
        patient_id=work.subject,
        subject_type=subject[0],
        subject_id=subject[1],
        point=str(point.name).lower(),
        ruleset=decision.ruleset,
        outcome=decision.outcome,
        suitability=suitability,
        codes=list(decision.codes),
        findings=[
            written(finding, retry_after.get(finding.rule.code)) for finding in decision.raised
        ],
        facts=written_facts(facts),
        inputs_hash=inputs or digest(facts_without_time(facts)),
        sheet=facts.sheet,
        law=facts.authority.law or "",
        decided_by=work.actor.user_id,
        decided_at=work.now,
    )
    work.session.add(kept)
    return Judgement(decision, kept, retry_after)


def _under_the_sheet(work: Work, facts: Facts) -> Facts:
    """Whoever put the facts together: no gate is asked with looser limits than those in force."""
    if facts.sheet == work.sheet:
        return facts
    in_force = {number.name: getattr(work.limits, number.name) for number in NUMBERS}
    return replace(facts, limits=facts.limits.and_also(**in_force), sheet=work.sheet)


def insist(judged: Judgement, also: Callable[[Work], object] | None = None) -> None:
    """Refuse an act that the gate did not clear; the decision itself is kept all the same."""
    if judged.decision.outcome is Outcome.CLEAR:
        return
    stopped = judged.decision.outcome is Outcome.STOP
    refusal = (HardStop if stopped else HoldNotOverridden)(
        judged.decision, retry_after=judged.retry_after
    )
    row = {
        column.key: getattr(judged.kept, column.key) for column in GateDecision.__mapper__.columns
    }

    def keep(again: Work) -> None:
        again.session.execute(insert(GateDecision), [row])
        if also is not None:
            also(again)

    refusal.keep = keep
    raise refusal


def written(finding: Finding, retry_after: datetime | None = None) -> dict[str, Any]:
    """Write a finding down with the words for both readers, and with what would help."""
    rule, check = finding.rule, finding.check
    return {
        "code": rule.code,
        "force": rule.force,
        "outcome": finding.outcome,
        "unknown": check.met is None,
        "overridden": finding.overridden,
        "observed": check.observed,
        "limit": check.limit,
        "says": finding.says,
        "clinician": finding.clinician,
        "remedy": finding.remedy,
        "source": rule.cite,
        "put_right_by": who_puts_right(rule.code, unknown=check.met is None),
        "retry_after": None if retry_after is None else retry_after.isoformat(),
    }


def written_facts(facts: Facts) -> dict[str, Any]:
    """Write the facts down so that the decision can be replayed."""
    plain: dict[str, Any] = msgspec.to_builtins(facts)
    return plain


def read_facts(plain: dict[str, Any]) -> Facts:
    """Read facts back as they were."""
    return msgspec.convert(plain, Facts)


def facts_without_time(facts: Facts) -> dict[str, Any]:
    """Give the facts less the moment of asking, to see whether an input changed."""
    plain = written_facts(facts)
    plain.pop("now", None)
    plain.pop("clearance", None)
    return plain


def digest(value: Any) -> bytes:
    """Give a fingerprint of a JSON value."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()


def finding_hash(finding: Finding | dict[str, Any]) -> bytes:
    """Give the fingerprint of what a finding saw; an override dies when it changes."""
    if isinstance(finding, Finding):
        finding = written(finding)
    return digest([finding["code"], finding["observed"], finding["limit"]])


def overridden_codes(
    work: Work, facts: Facts, point: Point, subjects: tuple[UUID, ...]
) -> frozenset[str]:
    """Give the soft codes a prescriber let pass for these subjects, while their input stands."""
    about = {f"subject_{number}": subject for number, subject in enumerate(subjects)}
    return still_passed(
        _let_pass.rows(work.session, len(subjects), now=work.now, **about), facts, point
    )


def still_passed(rows: Sequence[tuple[Any, ...]], facts: Facts, point: Point) -> frozenset[str]:
    """Give the codes whose findings still see what the prescriber saw."""
    if not rows:
        return frozenset()
    seen = {f.rule.code: finding_hash(f) for f in gates.evaluate(point, facts).findings}
    return frozenset(code for code, what in rows if seen.get(code) == what)


@fixed
def _let_pass(_how_many: int, *, now: Place, **about: Place) -> Select[str, bytes]:
    return let_pass(now).where(Override.subject_id.in_(about.values()))


def let_pass(now: Place) -> Select[str, bytes]:
    """Ask for what prescribers let pass and what each saw, as it stands now."""
    query = select(Override.code, Override.finding_hash).select_from(Override)
    return query.where(
        Override.voided_at.is_(None),
        Override.expires_at > now,
        or_(Override.needs_cosigner.is_(False), Override.cosigned_at.is_not(None)),
    )


def with_overrides(facts: Facts, passed: frozenset[str]) -> Facts:
    """Give the facts together with the soft codes that a prescriber let pass."""
    return replace(facts, overridden=passed)
