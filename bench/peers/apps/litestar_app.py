"""Litestar, msgspec and asyncpg with statements of its own: the fast way that is often taken."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import asyncpg
import jwt
import msgspec
import sql
from checklist import CONNECTIONS, DATABASE, FIELDS, HOST, SECRET, USER, decide, is_alarm
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException, NotFoundException
from msgspec import Meta, Struct


def _type(told: dict[str, Any]) -> Any:
    span = Meta(ge=told.get("least"), le=told.get("most"))
    return {
        "truth": lambda: bool,
        "whole": lambda: Annotated[int, span],
        "number": lambda: Annotated[float, span],
        "choice": lambda: Literal[tuple(told["choices"])],
        "instant": lambda: Annotated[datetime, Meta(tz=True)],
        "text": lambda: Annotated[str, Meta(max_length=told["longest"])],
    }[told["kind"]]()


ChecklistIn = msgspec.defstruct(
    "ChecklistIn", [(n, _type(t)) for n, t in FIELDS.items()], forbid_unknown_fields=True
)


class CheckinIn(Struct, forbid_unknown_fields=True):
    """A look with a reading."""

    systolic: Annotated[int, Meta(ge=50, le=260)]
    diastolic: Annotated[int, Meta(ge=30, le=160)]
    pulse: Annotated[int, Meta(ge=30, le=220)]
    oxygen: Annotated[int, Meta(ge=60, le=100)]
    sedation: Annotated[int, Meta(ge=0, le=5)]


class DecisionOut(Struct):
    """What was decided."""

    id: int
    patient_id: int
    session_id: int
    outcome: str
    findings: list[dict[str, str]]
    decided_at: datetime


class PatientOut(Struct):
    """A patient."""

    id: int
    given_name: str
    family_name: str
    born_on: date


class EntryOut(Struct):
    """Something dated."""

    id: int
    at: datetime
    kind: str
    about: str | None
    outcome: str | None


class TimelineOut(Struct):
    """A page."""

    patient: PatientOut
    items: list[EntryOut]


class CaseOut(PatientOut):
    """A patient on the list of a coach."""

    next_at: datetime | None
    holds: int
    harms: int


class CaseloadOut(Struct):
    """The list of a coach."""

    items: list[CaseOut]


class Row(asyncpg.Record):
    """A row whose columns are attributes."""

    def __getattr__(self, name: str) -> Any:
        """Read a column."""
        return self[name]


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def _prepare(line: Any) -> None:
    codec = {"encoder": _encoded, "decoder": msgspec.json.decode, "schema": "pg_catalog"}
    await line.set_type_codec("jsonb", **codec)


async def _open(app: Litestar) -> None:
    app.state.pool = await asyncpg.create_pool(
        host=HOST,
        user=USER,
        database=DATABASE,
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
        record_class=Row,
        init=_prepare,
    )


def _claims(request: Request) -> dict[str, Any]:
    try:
        return jwt.decode(request.headers["authorization"][7:], SECRET, algorithms=["HS256"])
    except (KeyError, jwt.PyJWTError):
        raise NotAuthorizedException from None


async def _one(line: Any, statement: str, *told: Any) -> Row:
    row = await line.fetchrow(statement, *told)
    if row is None:
        raise NotFoundException
    return row


@get("/v1/me")
async def me(request: Request) -> dict[str, str]:
    """Say who asks."""
    return {"sub": _claims(request)["sub"]}


@post("/v1/sessions/{session_id:int}/checklist")
async def checklist(
    session_id: int, data: ChecklistIn, request: Request, state: State
) -> DecisionOut:
    """Decide."""
    claims, answers = _claims(request), msgspec.structs.asdict(data)
    async with state.pool.acquire() as line, line.transaction():
        session = await _one(line, sql.SESSION, session_id)
        own = session.patient_id
        patient, plan = await _one(line, sql.PATIENT, own), await _one(line, sql.PLAN, own)
        last = await line.fetch(sql.LAST, own, session.number)
        holds, harms = await line.fetch(sql.HOLDS, own), await line.fetch(sql.HARMS, own)
        outcome, found = decide(answers, patient, plan, session, last, holds, harms)
        kept = await line.fetchrow(sql.DECIDED, own, session_id, outcome, found, data)
        detail = {"decision": kept.id, "outcome": outcome}
        subject = f"session:{session_id}"
        await line.execute(sql.AUDIT, claims["sub"], "checklist.decided", subject, detail)
        await line.execute(sql.OUTBOX, "decision", str(session_id), detail)
    return DecisionOut(kept.id, own, session_id, outcome, found, kept.decided_at)


@post("/v1/sessions/{session_id:int}/checkins")
async def checkin(
    session_id: int, data: CheckinIn, request: Request, state: State
) -> dict[str, Any]:
    """Keep a look."""
    claims, told = _claims(request), msgspec.structs.asdict(data)
    async with state.pool.acquire() as line, line.transaction():
        session = await _one(line, sql.SESSION, session_id)
        plan = await _one(line, sql.PLAN, session.patient_id)
        alarm = is_alarm(told, plan)
        row = (session.patient_id, session_id, *told.values(), alarm)
        kept = await line.fetchrow(sql.CHECKIN, *row)
        detail, subject = {"checkin": kept.id}, f"session:{session_id}"
        await line.execute(sql.AUDIT, claims["sub"], "checkin.kept", subject, detail)
        if alarm:
            await line.execute(sql.OUTBOX, "alarm", str(session_id), detail)
    return {"id": kept.id, "session_id": session_id, "is_alarm": alarm, **told}


@get("/v1/patients/{patient_id:int}/timeline")
async def timeline(patient_id: int, request: Request, state: State) -> TimelineOut:
    """Read a page."""
    _claims(request)
    async with state.pool.acquire() as line:
        patient = await _one(line, sql.SHOWN, patient_id)
        items = await line.fetch(sql.TIMELINE, patient_id)
    return TimelineOut(PatientOut(*patient), [EntryOut(*row) for row in items])


@get("/v1/coaches/{coach_id:int}/caseload")
async def caseload(coach_id: int, request: Request, state: State) -> CaseloadOut:
    """Read the list of a coach."""
    _claims(request)
    async with state.pool.acquire() as line:
        items = await line.fetch(sql.CASELOAD, coach_id)
    return CaseloadOut([CaseOut(*row) for row in items])


app = Litestar(
    [me, checklist, checkin, timeline, caseload], on_startup=[_open], openapi_config=None
)
