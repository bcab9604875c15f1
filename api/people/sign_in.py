"""How does a client sign in, stay signed in, and sign out?"""

from typing import Any
from uuid import UUID

from flask import request
from flask.views import MethodView

from api.people.secret_fields import HIDDEN
from api.platform import fields, tokens
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, current_actor, runtime
from rules.terms import Role
from workflows.people import login_sessions, own_place, password_change, sign_in
from workflows.people.passwords import LONGEST
from workflows.people.sign_in import Device, Shown
from workflows.people.stays import Tokens

LONGEST_TOKEN = 200
DEVICE_KEY = r"^[A-Za-z0-9_-]{16,128}$"

blp = Blueprint("sign_in", description="Signing in, staying signed in, and signing out.")


class LogInIn(Schema):
    """Who, with which password, on which device."""

    email = fields.Email(required=True)
    password = fields.Text(LONGEST, required=True, metadata=HIDDEN)
    code = fields.Pattern(
        r"^[0-9]{6}$",
        6,
        load_default="",
        metadata={
            "writeOnly": True,
            "description": "What the authenticator shows, if there is one.",
        },
    )
    recovery_code = fields.Text(
        40,
        load_default="",
        metadata=HIDDEN | {"description": "In place of the code, for who has lost the phone."},
    )
    device_name = fields.Text(100, load_default="")
    device_key = fields.Pattern(
        DEVICE_KEY,
        128,
        load_default="",
        metadata={"description": "Made at random by the app when it is installed, and kept."},
    )


class RefreshIn(Schema):
    """The refresh token of the last answer."""

    refresh_token = fields.Text(LONGEST_TOKEN, required=True)


class TokensOut(Schema):
    """A short access token for requests, and a refresh token for the next pair."""

    access_token = fields.Text(2000)
    token_type = fields.Code(["Bearer"])
    expires_in_seconds = fields.Whole()
    refresh_token = fields.Text(LONGEST_TOKEN)
    refresh_until = fields.Instant()
    queue_key = fields.Text(
        LONGEST_TOKEN,
        allow_none=True,
        metadata={
            "description": "Given once, to be kept apart and beyond the end of this sign-in: it"
            " opens nothing, and hands in what was written down (`hand_in_queue`)."
        },
    )
    user_id = fields.Id()
    roles = fields.List(fields.Choice(Role))
    second_factor_missing = fields.Truth(
        metadata={"description": "Staff without one may set it up, and nothing else."}
    )


class PasswordIn(Schema):
    """The password of now, and the next one."""

    current_password = fields.Text(LONGEST, required=True, metadata=HIDDEN)
    new_password = fields.Text(LONGEST, required=True, metadata=HIDDEN)


class PasswordChangedOut(Schema):
    """The password was changed; every other device is signed out."""

    user_id = fields.Id()


class LoginSessionOut(Schema):
    """One sign-in on one device."""

    id = fields.Id()
    device = fields.Text(100, min=0)
    started_at = fields.Instant()
    last_used_at = fields.Instant()
    expires_at = fields.Instant()
    revoked_at = fields.Instant(allow_none=True)


class SessionsEndedOut(Schema):
    """Whose sign-ins were ended."""

    user_id = fields.Id()
    ended_at = fields.Instant()


class MeOut(Schema):
    """Who this token stands for, with the roles held at this moment."""

    user_id = fields.Id()
    roles = fields.List(fields.Choice(Role))
    patient_id = fields.Id(allow_none=True)
    login_id = fields.Id()
    second_factor_missing = fields.Truth(attribute="enrolling")


@blp.route("/auth/log-in")
class LogIn(MethodView):
    """The door."""

    @blp.operation("log_in", public=True)
    @blp.arguments(LogInIn())
    @blp.response(201, TokensOut())
    def post(self, said: dict[str, Any]) -> object:
        """Sign in, with the code of the authenticator if one is held.

        Everybody who is not let in gets the same answer; only who knows the password is told that
        the second factor is wanted as well (`second-factor-needed`).
        """
        device = Device(said["device_name"], said["device_key"], request.remote_addr or "")
        shown = Shown(said["code"], said["recovery_code"])
        with begin() as work:
            tried = sign_in.log_in(work, said["email"], said["password"], device, shown)
        return both(tried.granted())


@blp.route("/auth/refresh")
class Refresh(MethodView):
    """The next pair of tokens."""

    @blp.operation("refresh_tokens", public=True)
    @blp.arguments(RefreshIn())
    @blp.response(201, TokensOut())
    def post(self, said: dict[str, Any]) -> object:
        """Trade the refresh token; after a lost answer the same request may be sent again."""
        with begin() as work:
            tried = sign_in.refresh(work, said["refresh_token"])
        return both(tried.granted())


@blp.route("/auth/log-out")
class LogOut(MethodView):
    """The way out."""

    @blp.operation("log_out")
    @blp.response(201, LoginSessionOut())
    def post(self) -> object:
        """End this sign-in; its tokens are refused from now on."""
        with begin() as work:
            return login_sessions.log_out(work)


@blp.route("/auth/sessions")
class OwnSessions(MethodView):
    """Where I am signed in."""

    @blp.operation("list_own_sessions")
    @blp.response(200, LoginSessionOut(many=True))
    def get(self) -> object:
        """List where I am signed in, newest first."""
        with begin() as work:
            return login_sessions.own_sessions(work)


@blp.route("/auth/sessions/<uuid:login_id>/end")
class SessionEnd(MethodView):
    """The end of one of my sign-ins."""

    @blp.operation("end_session")
    @blp.response(201, LoginSessionOut())
    def post(self, login_id: UUID) -> object:
        """End one of my sign-ins, such as that on a lost phone."""
        with begin() as work:
            return login_sessions.end_session(work, login_id)


@blp.route("/auth/sessions/end-others")
class OthersEnd(MethodView):
    """The end of all my other sign-ins."""

    @blp.operation("end_other_sessions")
    @blp.response(201, SessionsEndedOut())
    def post(self) -> object:
        """End every sign-in of mine but this one."""
        with begin() as work:
            return login_sessions.end_others(work)


@blp.route("/people/<uuid:user_id>/sessions/end")
class PersonSessionsEnd(MethodView):
    """The end of all sign-ins of somebody."""

    @blp.operation("end_sessions_of_person")
    @blp.response(201, SessionsEndedOut())
    def post(self, user_id: UUID) -> object:
        """End every sign-in of somebody at once, on every device."""
        with begin() as work:
            return login_sessions.end_all_of(work, user_id)


@blp.route("/auth/password-changes")
class PasswordChanges(MethodView):
    """My password."""

    @blp.operation("change_password")
    @blp.arguments(PasswordIn())
    @blp.response(201, PasswordChangedOut())
    def post(self, said: dict[str, Any]) -> object:
        """Change my password, knowing the old one; every other device is signed out."""
        with begin() as work:
            tried = password_change.change(work, said["current_password"], said["new_password"])
        return tried.insisted()


class TimeZoneIn(Schema):
    """A time zone."""

    time_zone = fields.Zone(required=True)


class TimeZoneOut(TimeZoneIn):
    """The time zone that is on my account."""


@blp.route("/me")
class Me(MethodView):
    """Who I am here."""

    @blp.operation("read_me")
    @blp.response(200, MeOut())
    def get(self) -> object:
        """Say who this token stands for, and with which roles."""
        return current_actor()


@blp.route("/me/time-zone")
class MyTimeZone(MethodView):
    """Where I work."""

    @blp.operation("tell_time_zone")
    @blp.arguments(TimeZoneIn())
    @blp.response(201, TimeZoneOut())
    def post(self, said: dict[str, Any]) -> object:
        """Say in which time zone I work; a right to prescribe by video ends with its day there."""
        with begin() as work:
            return own_place.tell_time_zone(work, said["time_zone"])


def both(given: Tokens) -> dict[str, object]:
    """Write the access token and the refresh token of a sign-in."""
    access = tokens.issue_access_token(
        runtime().settings, given.user_id, given.login_id, given.roles
    )
    return {
        "access_token": access.token,
        "token_type": "Bearer",
        "expires_in_seconds": access.expires_in_seconds,
        "refresh_token": given.refresh_token,
        "refresh_until": given.refresh_until,
        "queue_key": given.queue_key,
        "user_id": given.user_id,
        "roles": sorted(given.roles),
        "second_factor_missing": given.second_factor_missing,
    }
