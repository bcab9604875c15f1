"""Django Ninja: Django's ORM under pydantic."""

from datetime import date, datetime
from typing import Annotated, Literal

import django_rows as rows
import jwt
from django.core.wsgi import get_wsgi_application
from django.urls import path
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer
from pydantic import AwareDatetime, Field, create_model


def _type(told):
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
    "ChecklistIn", __base__=Schema, **{n: (_type(t), ...) for n, t in rows.FIELDS.items()}
)


class CheckinIn(Schema):
    """A look with a reading."""

    systolic: Annotated[int, Field(ge=50, le=260)]
    diastolic: Annotated[int, Field(ge=30, le=160)]
    pulse: Annotated[int, Field(ge=30, le=220)]
    oxygen: Annotated[int, Field(ge=60, le=100)]
    sedation: Annotated[int, Field(ge=0, le=5)]


class CheckinOut(CheckinIn):
    """A look in the record."""

    id: int
    session_id: int
    is_alarm: bool


class DecisionOut(Schema):
    """What was decided."""

    id: int
    patient_id: int
    session_id: int
    outcome: str
    findings: list[dict[str, str]]
    decided_at: datetime


class PatientOut(Schema):
    """A patient."""

    id: int
    given_name: str
    family_name: str
    born_on: date


class EntryOut(Schema):
    """Something dated."""

    id: int
    at: datetime
    kind: str
    about: str | None
    outcome: str | None


class TimelineOut(Schema):
    """A page."""

    patient: PatientOut
    items: list[EntryOut]


class CaseOut(PatientOut):
    """A patient on the list of a coach."""

    next_at: datetime | None
    holds: int
    harms: int


class CaseloadOut(Schema):
    """The list of a coach."""

    items: list[CaseOut]


class Bearer(HttpBearer):
    """Refuse whoever has no token."""

    def authenticate(self, _request, token):
        """Read the token."""
        try:
            return jwt.decode(token, rows.SECRET, algorithms=["HS256"])["sub"]
        except jwt.PyJWTError:
            return None


api = NinjaAPI(auth=Bearer(), docs_url=None, openapi_url=None)


@api.get("/v1/me")
def me(request):
    """Say who asks."""
    return {"sub": request.auth}


@api.post("/v1/sessions/{int:row_id}/checklist", response={201: DecisionOut})
def checklist(request, row_id: int, told: ChecklistIn):
    """Decide."""
    return 201, rows.checklist(request.auth, row_id, told.model_dump())


@api.post("/v1/sessions/{int:row_id}/checkins", response={201: CheckinOut})
def checkin(request, row_id: int, told: CheckinIn):
    """Keep a look."""
    return 201, rows.checkin(request.auth, row_id, told.model_dump())


@api.get("/v1/patients/{int:row_id}/timeline", response=TimelineOut)
def timeline(request, row_id: int):
    """Read a page."""
    return rows.timeline(row_id)


@api.get("/v1/coaches/{int:row_id}/caseload", response=CaseloadOut)
def caseload(request, row_id: int):
    """Read the list of a coach."""
    return rows.caseload(row_id)


urlpatterns = [path("", api.urls)]
rows.settings.ROOT_URLCONF = __name__
app = get_wsgi_application()
