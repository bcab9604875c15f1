"""Where do providers say what became of a message? At one door, only where a key is set for it."""

from flask import Flask, Response, request

from api.platform import pace
from api.platform.request import runtime
from workflows.platform import receipts
from workflows.platform.work import Runtime

LARGEST_BYTES = 16 * 1024


def install(app: Flask, house: Runtime) -> None:
    """Answer POST /message-receipts, where a key is set; else there is no such door."""
    if house.settings.receipt_key:
        app.add_url_rule("/message-receipts", view_func=_hear, methods=["POST"])


def _hear() -> Response:
    pace.keep("hear_message_receipt")
    request.max_content_length = LARGEST_BYTES
    receipts.hear(runtime(), dict(request.headers), request.get_data())
    return Response(status=204)
