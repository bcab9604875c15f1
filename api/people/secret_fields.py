"""How is a secret taken that somebody types? Never shown again, by us or by a form."""

from api.platform import fields
from workflows.people.passwords import LONGEST, SHORTEST

HIDDEN = {"format": "password", "writeOnly": True}


def new_password() -> fields.Text:
    """Take a password of one's own choice: long, and nothing else is asked of it."""
    said = HIDDEN | {"description": f"{SHORTEST} to {LONGEST} characters."}
    return fields.Text(LONGEST, required=True, metadata=said)
