"""The tables, for the peers that use SQLAlchemy's ORM."""

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map = {datetime: DateTime(timezone=True), dict: JSONB, list: JSONB}  # noqa: RUF012


class Patient(Base):
    """A patient."""

    __tablename__ = "patient"
    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int]
    is_active: Mapped[bool]
    given_name: Mapped[str]
    family_name: Mapped[str]
    born_on: Mapped[date]
    weight_kg: Mapped[float]
    hypertension: Mapped[bool]
    on_maoi: Mapped[bool]
    pregnant: Mapped[bool]
    consent_until: Mapped[datetime]
    sessions: Mapped[list["Session"]] = relationship(back_populates="patient")
    holds: Mapped[list["Hold"]] = relationship()
    harms: Mapped[list["Harm"]] = relationship()


class Plan(Base):
    """What a patient is to take."""

    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    is_active: Mapped[bool]
    dose_mg: Mapped[float]
    most_mg: Mapped[float]
    interval_hours: Mapped[int]
    sessions: Mapped[int]
    systolic_limit: Mapped[int]
    diastolic_limit: Mapped[int]
    pulse_limit: Mapped[int]
    until: Mapped[datetime]


class Session(Base):
    """One evening."""

    __tablename__ = "session"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    number: Mapped[int]
    state: Mapped[str]
    scheduled_at: Mapped[datetime]
    dosed_at: Mapped[datetime | None]
    patient: Mapped[Patient] = relationship(back_populates="sessions")


class Hold(Base):
    """Why nothing may be taken."""

    __tablename__ = "hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    code: Mapped[str]
    is_open: Mapped[bool]


class Harm(Base):
    """What went wrong."""

    __tablename__ = "harm"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    severity: Mapped[int]
    is_open: Mapped[bool]


class Entry(Base):
    """Something dated."""

    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    patient_id: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    about: Mapped[str | None]
    outcome: Mapped[str | None]


class Decision(Base):
    """What was decided."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patient_id: Mapped[int]
    session_id: Mapped[int]
    outcome: Mapped[str]
    findings: Mapped[list]
    answers: Mapped[dict]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Checkin(Base):
    """A look with a reading."""

    __tablename__ = "checkin"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patient_id: Mapped[int]
    session_id: Mapped[int]
    systolic: Mapped[int]
    diastolic: Mapped[int]
    pulse: Mapped[int]
    oxygen: Mapped[int]
    sedation: Mapped[int]
    is_alarm: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Audit(Base):
    """Who did what."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Outbox(Base):
    """What others have to hear."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    topic: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
