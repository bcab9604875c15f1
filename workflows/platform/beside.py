"""What is added to an answer after a fact was kept? Whatever becomes of it, the fact stands."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from workflows.platform.actor import Actor
from workflows.platform.errors import Refusal
from workflows.platform.work import Runtime, Work

R = TypeVar("R")


def beside(runtime: Runtime, actor: Actor, act: Callable[..., R], *told: object) -> R | None:
    """Do one act more, in a transaction of its own; nobody whom we do not know gets anything."""
    if actor.user_id is None:
        return None
    try:
        with runtime.begin(actor) as work:
            return _quietly(work, act, *told)
    except (Refusal, SQLAlchemyError):
        return None


def _quietly(work: Work, act: Callable[..., R], *told: object) -> R:
    """Leave no trace of a refusal: the person asked for something else, and got it."""
    try:
        return act(work, *told)
    except Refusal:
        work.action = ""
        raise
