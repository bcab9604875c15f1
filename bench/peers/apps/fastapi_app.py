"""FastAPI, pydantic and SQLAlchemy's asynchronous ORM on asyncpg, as their tutorials join them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import jwt
from checklist import CONNECTIONS, DATABASE, FIELDS, HOST, SECRET, USER, decide, is_alarm
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model
from rows import Audit, Checkin, Decision, Entry, Harm, Hold, Outbox, Patient, Plan, Session
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload

engine = create_async_engine(
    f"postgresql+asyncpg://{USER}@/{DATABASE}?host={HOST}", pool_size=CONNECTIONS, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


def _type(told: dict[str, Any]) -> Any:
    span = Field(ge=told.get("least"), le=told.get("most"))
    return {
        "truth": lambda: bool,
        "whole": lambda: Annotated[int, span],
        "number": lambda: Annotated[float, span],
        "choice": lambda: Literal[tuple(told["choices"])],
        "instant": lambda: AwareDatetime,
        "text": lambda: Annotated[str, Field(max_length=told["longest"])],
    }[told["kind"]]()


ChecklistIn = create_model(
    "ChecklistIn",
    __config__=ConfigDict(extra="forbid"),
    **{name: (_type(told), ...) for name, told in FIELDS.items()},
)


class CheckinIn(BaseModel):
    """A look with a reading."""

    systolic: Annotated[int, Field(ge=50, le=260)]
    diastolic: Annotated[int, Field(ge=30, le=160)]
    pulse: Annotated[int, Field(ge=30, le=220)]
    oxygen: Annotated[int, Field(ge=60, le=100)]
    sedation: Annotated[int, Field(ge=0, le=5)]


class Out(BaseModel):
    """What is read from a row."""

    model_config = ConfigDict(from_attributes=True)


class CheckinOut(CheckinIn, Out):
    """A look in the record."""

    id: int
    session_id: int
    is_alarm: bool


class DecisionOut(Out):
    """What was decided."""

    id: int
    patient_id: int
    session_id: int
    outcome: str
    findings: list[dict[str, str]]
    decided_at: datetime


class PatientOut(Out):
    """A patient."""

    id: int
    given_name: str
    family_name: str
    born_on: date


class EntryOut(Out):
    """Something dated."""

    id: int
    at: datetime
    kind: str
    about: str | None
    outcome: str | None


class TimelineOut(Out):
    """A page."""

    patient: PatientOut
    items: list[EntryOut]


class CaseOut(PatientOut):
    """A patient on the list of a coach."""

    next_at: datetime | None
    holds: int
    harms: int


class CaseloadOut(Out):
    """The list of a coach."""

    items: list[CaseOut]


async def opened() -> Any:
    """Give a session of the database."""
    async with sessions() as db:
        yield db


async def signed_in(authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
    """Refuse whoever has no token."""
    try:
        return jwt.decode(authorization[7:], SECRET, algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(401) from None


Database = Annotated[AsyncSession, Depends(opened)]
Claims = Annotated[dict[str, Any], Depends(signed_in)]


async def _get(db: AsyncSession, table: Any, row_id: int) -> Any:
    row = await db.get(table, row_id)
    if row is None:
        raise HTTPException(404)
    return row


@app.get("/v1/me")
async def me(claims: Claims) -> dict[str, str]:
    """Say who asks."""
    return {"sub": claims["sub"]}


@app.post("/v1/sessions/{session_id}/checklist", status_code=201, response_model=DecisionOut)
async def checklist(session_id: int, told: ChecklistIn, db: Database, claims: Claims) -> Any:
    """Decide."""
    session = await _get(db, Session, session_id)
    patient = await _get(db, Patient, session.patient_id)
    own = {"patient_id": patient.id}
    plan = (await db.scalars(select(Plan).filter_by(**own, is_active=True))).first()
    earlier = select(Session).filter_by(**own).where(Session.number < session.number)
    last = (await db.scalars(earlier.order_by(Session.number.desc()).limit(3))).all()
    holds = (await db.scalars(select(Hold).filter_by(**own, is_open=True))).all()
    harms = (await db.scalars(select(Harm).filter_by(**own, is_open=True))).all()
    outcome, found = decide(told.model_dump(), patient, plan, session, last, holds, harms)
    answers = told.model_dump(mode="json")
    kept = Decision(**own, session_id=session_id, outcome=outcome, findings=found, answers=answers)
    db.add(kept)
    await db.flush()
    detail = {"decision": kept.id, "outcome": outcome}
    db.add(_trace(claims, "checklist.decided", session_id, detail))
    db.add(Outbox(topic="decision", key=str(session_id), payload=detail))
    await db.commit()
    return kept


@app.post("/v1/sessions/{session_id}/checkins", status_code=201, response_model=CheckinOut)
async def checkin(session_id: int, told: CheckinIn, db: Database, claims: Claims) -> Any:
    """Keep a look."""
    session = await _get(db, Session, session_id)
    own = {"patient_id": session.patient_id}
    plan = (await db.scalars(select(Plan).filter_by(**own, is_active=True))).first()
    said = told.model_dump()
    kept = Checkin(**own, session_id=session_id, is_alarm=is_alarm(said, plan), **said)
    db.add(kept)
    await db.flush()
    db.add(_trace(claims, "checkin.kept", session_id, {"checkin": kept.id}))
    if kept.is_alarm:
        db.add(Outbox(topic="alarm", key=str(session_id), payload={"checkin": kept.id}))
    await db.commit()
    return kept


@app.get("/v1/patients/{patient_id}/timeline", response_model=TimelineOut)
async def timeline(patient_id: int, db: Database, _claims: Claims) -> Any:
    """Read a page."""
    patient = await _get(db, Patient, patient_id)
    newest = select(Entry).filter_by(patient_id=patient_id)
    newest = newest.order_by(Entry.at.desc(), Entry.id.desc()).limit(20)
    return {"patient": patient, "items": (await db.scalars(newest)).all()}


@app.get("/v1/coaches/{coach_id}/caseload", response_model=CaseloadOut)
async def caseload(coach_id: int, db: Database, _claims: Claims) -> Any:
    """Read the list of a coach, one statement for each kind of row."""
    mine = select(Patient).filter_by(coach_id=coach_id).order_by(Patient.id).limit(50)
    with_all = (selectinload(part) for part in (Patient.sessions, Patient.holds, Patient.harms))
    items = []
    for one in (await db.scalars(mine.options(*with_all))).all():
        tonight = next((s for s in one.sessions if s.state == "open"), None)
        items.append(
            {
                **{n: getattr(one, n) for n in ("id", "given_name", "family_name", "born_on")},
                "next_at": tonight and tonight.scheduled_at,
                "holds": sum(hold.is_open for hold in one.holds),
                "harms": sum(harm.is_open for harm in one.harms),
            }
        )
    return {"items": items}


def _trace(claims: dict[str, Any], action: str, session_id: int, detail: dict[str, Any]) -> Audit:
    subject = f"session:{session_id}"
    return Audit(actor=claims["sub"], action=action, subject=subject, detail=detail)
