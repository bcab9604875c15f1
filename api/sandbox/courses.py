"""How does a developer see a whole course in one call? The house is asked by its own people."""

from contextvars import Context
from typing import Any

import orjson
from flask import current_app, request
from flask.views import MethodView
from werkzeug.test import Client

from api.platform import admission, fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, runtime
from workflows.sandbox import courses
from workflows.sandbox.calendar import Incident, Wanted, Zone
from workflows.sandbox.voices import Heard, Said, Speak

blp = Blueprint("sandbox_courses", description="Whole courses, played in a sandbox by one call.")
MOST_SEED = 2**31 - 1


class CourseIn(Schema):
    """What the course is to be like; everything has a usual value."""

    starts_on = fields.LocalDate(
        load_default=None,
        allow_none=True,
        metadata={"description": "The day of preparation; usual is the next that suits."},
    )
    zone = fields.Choice(Zone, load_default=Zone.DENVER)
    seed = fields.Whole(0, MOST_SEED, load_default=1)
    incidents = fields.List(
        fields.Choice(Incident), len(Incident), load_default=lambda: list(Incident)
    )


class StepPlayedOut(Schema):
    """One request of the story as it came out, or a stretch of time that passed."""

    at = fields.Instant()
    by = fields.Code()
    operation = fields.Code()
    method = fields.Text(10, min=0)
    path = fields.Text(500, min=0)
    status = fields.Whole(0, 599)
    outcome = fields.Text(64, min=0)
    codes = fields.List(fields.Code(), 200)
    object_id = fields.Id(allow_none=True)
    first_event = fields.Whole(0, fields.LARGEST_WHOLE, allow_none=True)
    last_event = fields.Whole(0, fields.LARGEST_WHOLE, allow_none=True)
    happened = fields.List(fields.Code(), 200)
    as_told = fields.Truth(
        metadata={"description": "No for the step at which the story stopped, if it did."}
    )


class CoursePlayedOut(Schema):
    """What happened, in order; all of it stays, whether the story came to its end or not."""

    finished = fields.Truth()
    now = fields.Instant()
    patient_id = fields.Id(allow_none=True)
    steps = fields.List(fields.Nested(StepPlayedOut()), courses.MOST_STEPS)


@blp.route("/sandbox/courses")
class SandboxCourses(MethodView):
    """Courses of six evenings."""

    @blp.operation("play_sandbox_course", refuses=(409,))
    @blp.arguments(CourseIn())
    @blp.response(200, CoursePlayedOut())
    def post(self, told: dict[str, Any]) -> object:
        """Play a whole course with people of its own: every step is a request of one of them."""
        told["incidents"] = frozenset(told["incidents"])
        with begin() as work:
            days = courses.ask_course(work, Wanted(**told))
        caller = request.headers["Authorization"].removeprefix("Bearer ")
        return courses.play(runtime(), _speaker(), caller, days, told["seed"])


def _speaker() -> Speak:
    """Give the way to the house: the application itself, each request apart from this one."""
    client = Client(current_app.wsgi_app)
    doors = {
        operation.id: (method, next(current_app.url_map.iter_rules(endpoint)))
        for endpoint, method, operation in admission.placed(current_app)
    }
    address = request.environ.get("REMOTE_ADDR", "")

    def speak(said: Said) -> Heard:
        method, rule = doors[said.operation]
        _, path = rule.build({name: said.ids[name] for name in rule.arguments}) or ("", "")
        sent = {"Idempotency-Key": said.key}
        if said.token:
            sent["Authorization"] = f"Bearer {said.token}"
        if said.version is not None:
            sent["If-Match"] = f'"{said.version}"'
        told = {} if said.body is None else {"json": said.body}
        answer = Context().run(
            client.open,
            path,
            method=method,
            headers=sent,
            environ_overrides={"REMOTE_ADDR": address},
            **told,
        )
        body = orjson.loads(answer.data) if answer.data else None
        return Heard(method, path, answer.status_code, body)

    return speak
