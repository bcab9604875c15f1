"""What does the house tell a Prometheus? Off, unless VIGIL_METRICS_TOKEN is set; never a path.

Requests are counted in each process, in files that all processes of this machine share; whatever
stands in the database is read from it. A label is the name of an operation, a status or a part of
the house, each from a list of ours: nothing that a person sent, and nobody's id.
"""

import os
from collections.abc import Iterator
from hmac import compare_digest
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from api.platform.request import runtime
from workflows.platform import figures
from workflows.platform.errors import NotSignedIn
from workflows.platform.figures import Figures, Waiting
from workflows.platform.work import Runtime

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
NO_OPERATION = "none"
BUCKETS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Counted:
    """What each process counts about its requests."""

    def __init__(self, folder: str) -> None:
        """Count into files of this folder, which all processes of this machine share."""
        self.folder = os.environ.setdefault(SHARED_FOLDER, folder)
        Path(self.folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call] # no types
        mine = CollectorRegistry()
        self.requests = Counter(
            "vigil_requests", "Requests.", ("operation", "status"), registry=mine
        )
        self.seconds = Histogram(
            "vigil_request_seconds",
            "How long they took.",
            ("operation",),
            buckets=BUCKETS_SECONDS,
            registry=mine,
        )
        self.connections = Gauge(
            "vigil_database_connections",
            "Connections to the database in use.",
            registry=mine,
            multiprocess_mode="livesum",
        )

    def note(self, response: Response) -> Response:
        """Count one request."""
        operation = g.get("operation", NO_OPERATION)
        self.requests.labels(operation, str(response.status_code)).inc()
        if (started := g.get("counted_from")) is not None:
            self.seconds.labels(operation).observe(perf_counter() - started)
        self.connections.set(figures.pool_in_use(runtime()))
        return response

    def told(self, house: Runtime) -> bytes:
        """Write down what all processes counted, and what stands in the database."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, self.folder)  # type: ignore[no-untyped-call] # no types
        registry.register(Standing(figures.read(house)))
        return bytes(generate_latest(registry))


class Standing:
    """The figures of the house as the library takes them."""

    def __init__(self, found: Figures) -> None:
        """Take what was read."""
        self.found = found

    def collect(self) -> Iterator[Metric]:
        """Give each figure."""
        found = self.found
        yield _gauge("vigil_part_up", "Which part of the house is there.", found.parts, "part")
        yield from _waiting("vigil_jobs", "Jobs in the queue", found.jobs, "state")
        yield from _waiting("vigil_waiting", "What nobody has answered yet", found.waiting, "what")
        told = {
            "vigil_sweep_lag_seconds": found.sweep_lag_seconds,
            "vigil_escalations_answered": found.answered if found.waiting else None,
            "vigil_time_to_human_mean_seconds": found.mean_seconds_to_human,
            "vigil_time_to_human_longest_seconds": found.longest_seconds_to_human,
        }
        for name, value in told.items():
            if value is not None:
                yield _gauge(name, name.removeprefix("vigil_").replace("_", " "), {"": value}, "")


def install(app: Flask, house: Runtime) -> None:
    """Count the requests of this app and answer GET /metrics, where a token is set."""
    token = house.settings.metrics_token
    if not token:
        return
    counted = Counted(str(house.settings.var_dir / "metrics"))

    def show() -> Response:
        sent = request.headers.get("Authorization", "")
        if not compare_digest(sent.encode(), f"Bearer {token}".encode()):
            raise NotSignedIn
        return Response(counted.told(runtime()), content_type="text/plain; version=0.0.4")

    app.before_request(_start)
    app.after_request(counted.note)
    app.add_url_rule("/metrics", view_func=show)


def _start() -> None:
    g.counted_from = perf_counter()


def _waiting(name: str, words: str, found: dict[str, Waiting], label: str) -> Iterator[Metric]:
    counts = {what: one.count for what, one in found.items()}
    ages = {what: one.oldest_seconds for what, one in found.items()}
    yield _gauge(name, f"{words}.", counts, label)
    yield _gauge(f"{name}_oldest_seconds", f"{words}: the oldest.", ages, label)


def _gauge(name: str, words: str, values: dict[str, Any], label: str) -> Metric:
    made = GaugeMetricFamily(name, words, labels=(label,) if label else ())
    for what, value in values.items():
        made.add_metric((what,) if label else (), float(value))
    return made
