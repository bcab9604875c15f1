"""What does a scenario look at after an act: reasons, calls for help, the trail, who was told?"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import RoleGrant
from models.platform.database import new_sessions
from models.platform.trail import Notification
from rules.terms import Role
from tests.journeys.cast import Answer, Speaker, ok
from tests.journeys.course import Course
from workflows.platform.runtime import Runtime


def codes(told: Any) -> set[str]:
    """Give the reasons of a decision, or of a refusal."""
    body = told.json if hasattr(told, "json") else told
    return {finding["code"] for finding in body.get("findings") or ()}


def refused(answer: Answer, *expected: str, status: int = 409) -> Any:
    """Give the body of a refusal for exactly these reasons, among whatever else was found."""
    assert answer.status_code == status, answer.json
    found = codes(answer) | {answer.json["code"]}
    assert set(expected) <= found, (expected, found)
    return answer.json


def finding(told: Any, code: str) -> dict[str, Any]:
    """Give one finding of a decision, by its code."""
    [found] = [row for row in told["findings"] if row["code"] == code]
    return dict(found)


def calls(speaker: Speaker) -> set[str]:
    """Give what this person is being called for and nobody has taken on."""
    return {call["code"] for call in ok(speaker.get("/escalations"), 200)["items"]}


def holds(course: Course) -> set[str]:
    """Give why the next dose is held."""
    return {
        hold["code"] for hold in ok(course.cast.prescriber.get(course.of_patient("holds")), 200)
    }


def trail(course: Course) -> list[tuple[str, str]]:
    """Give every act on this record with its outcome, newest first."""
    page = ok(course.cast.officer.get(course.of_patient("audit-trail?limit=100")), 200)
    return [(entry["action"], entry["outcome"]) for entry in page["items"]]


def sessions(course: Course) -> list[dict[str, Any]]:
    """Give every dose session of the patient, as the prescriber sees them."""
    found = ok(course.cast.prescriber.get(course.of_patient("dose-sessions?limit=100")), 200)
    return list(found["items"])


def told_to(runtime: Runtime, role: Role, template: str) -> int:
    """Count the messages of this template to people of this role."""
    holders = select(RoleGrant.user_id).where(RoleGrant.role == role)
    query = select(Notification.user_id).where(
        Notification.template == template, Notification.user_id.in_(holders)
    )
    with new_sessions(runtime.bind)() as session:
        found: list[UUID | None] = list(session.scalars(query))
    return len(found)
