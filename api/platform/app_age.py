"""Is this app new enough to bring a dose to its start? Facts never ask: harm is told by any app.

An app says its version in a header. Where the deployment names the oldest that may, one that is
older, or says nothing that can be read, opens no dose; everything else it may do as before.
"""

import re

from flask import request

from api.platform.request import runtime
from workflows.platform.errors import RecordForbids
from workflows.platform.settings import app_version

HEADER = "X-App-Version"
VERSION = re.compile(r"[0-9]{1,5}(\.[0-9]{1,5}){2}")
# What lets a dose come nearer. No fact is among them: a house test holds them apart.
TOWARDS_A_DOSE = frozenset(
    {
        "attest_as_sitter",
        "open_check_in",
        "start_dose",
        "submit_predose_check",
        "take_booster",
    }
)


def keep(operation_id: str) -> None:
    """Refuse an app that is too old, before anything of the request is read."""
    oldest = runtime().settings.oldest_app
    if not oldest or operation_id not in TOWARDS_A_DOSE:
        return
    said = request.headers.get(HEADER, "")
    if not VERSION.fullmatch(said) or app_version(said) < oldest:
        raise RecordForbids(
            "This app is too old for a dose. Update it; whatever happened can be told with it.",
            code="app-too-old",
        )
