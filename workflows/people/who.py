"""Who is behind this login session now, and as what?"""

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from models.people.accounts import LoginSession, RoleGrant, UserAccount
from models.people.patients import Patient
from models.platform.fixed import Place, fixed
from rules.terms import Role
from workflows.people import stays
from workflows.platform.actor import Actor
from workflows.platform.constraints import refusal_for
from workflows.platform.errors import NotSignedIn
from workflows.platform.runtime import Runtime


def actor_of(runtime: Runtime, login_id: UUID, user_id: UUID, request_id: str) -> Actor:
    """Give the person with the roles they hold now, or refuse; one statement, nothing written."""
    row = _look(runtime, _query(login_id=login_id, user_id=user_id))
    now = runtime.clock.now()
    if row is None or row.revoked_at or row.disabled_at:
        raise NotSignedIn
    if min(row.idle_expires_at, row.expires_at) <= now:
        raise NotSignedIn
    roles = frozenset(Role(role) for role in row.roles or ()) - {Role.SYSTEM}
    withheld = stays.withheld(roles, row.factor_proved_at)
    return Actor(
        user_id, roles - withheld, login_id, row.patient_id, request_id, enrolling=bool(withheld)
    )


@fixed
def _query(*, login_id: Place, user_id: Place) -> Select[Any]:
    roles = select(func.array_agg(RoleGrant.role)).where(
        RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None)
    )
    patient = select(Patient.id).where(Patient.user_id == user_id)
    return (
        select(
            LoginSession.revoked_at,
            LoginSession.idle_expires_at,
            LoginSession.expires_at,
            LoginSession.factor_proved_at,
            UserAccount.disabled_at,
            roles.scalar_subquery().label("roles"),
            patient.scalar_subquery().label("patient_id"),
        )
        .join(UserAccount, UserAccount.id == LoginSession.user_id)
        .where(LoginSession.id == login_id, LoginSession.user_id == user_id)
    )


def _look(runtime: Runtime, query: tuple[Any, dict[str, Any]]) -> Any:
    """Ask outside any transaction, so that one question is one round trip."""
    try:
        if not isinstance(runtime.bind, Engine):
            return runtime.bind.execute(*query).one_or_none()
        engine = runtime.bind.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            return connection.execute(*query).one_or_none()
    except SQLAlchemyError as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error
