"""What may somebody leave behind when they leave, and why do they?"""

from enum import StrEnum


class HandoverKind(StrEnum):
    """What somebody leaves behind."""

    CARE = "care"  # everything that waits for one role of a patient's care team
    APPOINTMENT = "appointment"
    ON_CALL_SHIFT = "on_call_shift"
    SITE_WATCH = "site_watch"  # an office session that names them


class Leaving(StrEnum):
    """Why they left it."""

    DISABLED = "disabled"
    ROLE_ENDED = "role_ended"
    LEFT_TEAM = "left_team"
    LEFT_SITE = "left_site"
