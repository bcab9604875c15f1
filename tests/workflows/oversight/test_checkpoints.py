"""Does every checkpoint leave the host, and is nothing signed that was touched?"""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.oversight.holds import Escalation
from models.platform.checkpoints import AuditCheckpoint, AuditCheckpointHead
from models.platform.trail import AuditHead
from tests.clock import HandClock
from tests.stage import Stage
from workflows.oversight import checkpoint_check, checkpoint_notes, checkpoints, holds
from workflows.platform import audit_sink, jobs
from workflows.platform.audit_sink import NotTaken
from workflows.platform.runtime import Runtime
from workflows.platform.signed_note import NoteRefused, Signer, opened


@dataclass
class Outside:
    """A store that takes a file once, and what it was asked."""

    url: str = ""
    kept: dict[str, bytes] = field(default_factory=dict)
    told: list[str | None] = field(default_factory=list)
    broken: bool = False


@pytest.fixture
def outside() -> Iterator[Outside]:
    store = Outside()

    class Door(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            store.told.append(self.headers["Authorization"])
            taken = not store.broken and self.path not in store.kept
            if taken:
                store.kept[self.path] = body
            self.send_response(201 if taken else 500 if store.broken else 412)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    store.url = f"http://vault:a%20key@127.0.0.1:{server.server_port}/kept"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield store
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock, tmp_path: Path) -> Stage:
    runtime.settings = replace(runtime.settings, audit_sink=str(tmp_path / "outside"))
    return Stage(runtime, clock)


def acted(stage: Stage) -> None:
    whom = stage.evening.patient.id
    stage.does(stage.evening.as_coach, lambda work: holds.place_hold(work, whom, None))


def made(stage: Stage) -> list[AuditCheckpoint]:
    checkpoints.make_checkpoint(stage.runtime)
    return stage.given(
        lambda session: list(
            session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.number))
        )
    )


def key(stage: Stage) -> str:
    return Signer.of(stage.runtime.settings.audit_key).public_key


def test_a_checkpoint_names_every_chain_and_the_next_only_what_moved(stage: Stage) -> None:
    acted(stage)
    made(stage)
    first = {row.stream for row in stage.rows(AuditCheckpointHead)}
    assert f"patient:{stage.evening.patient.id}" in first
    made(stage)
    second = [row.stream for row in stage.rows(AuditCheckpointHead) if row.number == 2]
    assert second == ["house"]  # that the first was made


def test_each_is_signed_and_quotes_the_one_before(stage: Stage) -> None:
    made(stage)
    first, second = (checkpoint_notes.read(one.note, [key(stage)]) for one in made(stage))
    assert (first.number, first.previous) == (1, "-")
    assert (second.number, second.previous) == (2, first.digest)


def test_another_key_and_another_word_are_refused(stage: Stage) -> None:
    (one,) = made(stage)
    other = Signer.of(bytes(range(32))).public_key
    with pytest.raises(NoteRefused):
        opened(one.note, (other,))
    with pytest.raises(NoteRefused):
        opened(one.note.replace("entries", "entrees"), (key(stage),))
    assert opened(one.note, (other, key(stage)))


def test_what_leaves_the_host_is_what_is_kept_and_names_nobody(
    stage: Stage, tmp_path: Path
) -> None:
    acted(stage)
    made(stage)
    assert checkpoints.deliver(stage.runtime) == 1
    (file,) = (tmp_path / "outside").iterdir()
    content = file.read_text()
    assert file.name == "0000000001.checkpoint"
    assert str(stage.evening.patient.id) not in content
    signed = checkpoint_check.judge({1: content}, {1: content}, [key(stage)])
    assert signed.found == []
    heads = stage.rows(AuditHead)
    named = {checkpoint_notes.mark(head.stream) for head in heads if head.stream != "house"}
    assert set(signed.heads) == named
    assert checkpoints.deliver(stage.runtime) == 0


def test_making_one_puts_the_delivery_into_the_queue(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(jobs, "defer", lambda _session, job, **_ids: asked.append(job))
    made(stage)
    assert "deliver_checkpoints" in asked


@pytest.mark.asvs("16.4.3")
def test_it_goes_to_a_store_over_http_once_and_is_never_replaced(
    stage: Stage, outside: Outside
) -> None:
    stage.runtime.settings = replace(stage.runtime.settings, audit_sink=outside.url)
    made(stage)
    checkpoints.deliver(stage.runtime)
    assert list(outside.kept) == ["/kept/0000000001.checkpoint"]
    assert outside.told == ["Basic dmF1bHQ6YSBrZXk="]
    before = dict(outside.kept)
    audit_sink.put(outside.url, 1, "another")
    assert outside.kept == before


@pytest.mark.api_top_ten("API10.nothing_read")
def test_a_store_that_does_not_take_it_is_asked_again(stage: Stage, outside: Outside) -> None:
    stage.runtime.settings = replace(stage.runtime.settings, audit_sink=outside.url)
    outside.broken = True
    made(stage)
    with pytest.raises(NotTaken):
        checkpoints.deliver(stage.runtime)
    outside.broken = False
    made(stage)
    assert checkpoints.deliver(stage.runtime) == 2
    assert len(outside.kept) == 2


def test_a_folder_keeps_what_it_has(tmp_path: Path) -> None:
    audit_sink.put(str(tmp_path), 1, "one")
    audit_sink.put(str(tmp_path), 1, "one")
    with pytest.raises(NotTaken):
        audit_sink.put(str(tmp_path), 1, "two")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["one"]


@pytest.mark.api_top_ten("API10.nothing_read")
def test_when_nobody_takes_them_for_an_hour_people_are_called_once(stage: Stage) -> None:
    made(stage)
    stage.clock.advance(timedelta(minutes=59))
    made(stage)
    assert stage.rows(Escalation) == []
    stage.clock.advance(timedelta(minutes=2))
    made(stage)
    made(stage)
    (called,) = stage.rows(Escalation)
    assert called.code == "audit_checkpoint_not_taken"


# A trail that was cut was signed again five minutes later, and from then on it was whole.
@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize("change", ["it is gone", "it is shorter", "it is another"])
def test_an_end_that_went_back_is_never_signed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    acted(stage)
    made(stage)
    ends = checkpoints._heads

    def cut(work: Any) -> Any:
        found, stream = ends(work), f"patient:{stage.evening.patient.id}"
        if change == "it is gone":
            del found[stream]
        elif change == "it is shorter":
            found[stream] = replace(found[stream], seq=found[stream].seq - 1)
        else:
            found[stream] = replace(found[stream], hash=b"\0")
        return found

    monkeypatch.setattr(checkpoints, "_heads", cut)
    made(stage)
    assert len(made(stage)) == 1
    (called,) = stage.rows(Escalation)
    assert called.code == "audit_trail_broken"


def test_the_service_cannot_change_a_checkpoint(app_connection: Any) -> None:
    for statement in (
        "UPDATE audit_checkpoint SET note = ''",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint_head SET seq = 0",
        "DELETE FROM audit_checkpoint_head",
    ):
        with pytest.raises(Exception, match="permission denied"), app_connection.transaction():
            app_connection.execute(statement)
