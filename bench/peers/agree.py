"""Do all of the others give the same answers? A ratio against somebody who errs means nothing."""

import json
from collections.abc import Sequence
from typing import Any

from bench import load
from bench.peers.answers import alike
from bench.peers.start import ASKS, POSTS, Peer


class Disagree(RuntimeError):
    """Two of them answer the same question differently."""


def insist(peers: Sequence[Peer]) -> int:
    """Ask everybody the same questions, and say how many were asked; refuse who answers otherwise.

    Of the same patient, so that one who finds what another one wrote finds the same.
    """
    asked = 0
    for what in ASKS:
        first: tuple[str, Any] | None = None
        for peer in peers:
            if not (requests := peer.asked(what, 2)) or peer.name == "bare":
                continue
            said = _said(peer, what, requests)
            asked += len(requests)
            if first is None:
                first = peer.name, said
            elif said != first[1]:
                message = (
                    f"{what}: {peer.name} says {json.dumps(said)[:600]},"
                    f" and {first[0]} says {json.dumps(first[1])[:600]}"
                )
                raise Disagree(message)
    return asked


def _said(peer: Peer, what: str, requests: Sequence[Any]) -> list[Any]:
    run = load.closed(peer.port, requests, connections=1)
    if run.failed or not all(peer.is_right(what, answer) for answer in run.answers):
        message = f"{what}: {peer.name} does not answer rightly: {run.answers[:1]}"
        raise Disagree(message)
    return [alike(answer.json(), is_made=what in POSTS) for answer in run.answers]
