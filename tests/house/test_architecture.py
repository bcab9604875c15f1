"""Does the source keep to the plan of the house, where an import contract cannot say it?

The danger each test guards against stands above it. Every lint is a function of one file, and the
last test shows each of them a file that breaks it: a lint that cannot fail protects nobody.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.house.source import ROOT, File, declared, dotted, files, takes_work

OURS = ("api", "workflows", "models", "rules")
MOST_LINES, MOST_LINES_OF_A_TEST = 300, 400

# Files that may be longer: words and shapes without a single decision in them.
LONGER: dict[str, int] = {
    "rules/terms.py": 580,  # the shared vocabulary: nothing but lists of words
    "rules/facts.py": 400,  # what a rule may look at: nothing but fields
}
BANNED = {
    *("utils", "util", "helpers", "helper", "common", "misc", "constants", "tools"),
    *("manager", "managers", "services", "handler", "handlers"),
}
# Names that say something in one place only.
ONLY_THERE = {
    "base.py": "models/platform/base.py",
    "core.py": "rules/core.py",
    "service.py": "tests/demo/service.py",  # the running service that the demonstration talks to
}

# Transactions that are no act of anybody.
OPENS_ITS_OWN = {
    "workflows/platform/work.py": "the one door",
    "workflows/people/blind_indexes.py": "an operator's command, while nobody is served",
    "workflows/platform/resealing.py": "an operator's command: each page of it by itself",
    "workflows/reference.py": "the owner loads the catalogue before anybody is served",
}
COMMITS = ("commit", "begin")
RUNTIMES = ("runtime", "house", "runtime()", "self.runtime", "self")

CLOCK = "workflows/platform/clock.py"
WALL_CLOCK = {"now": 1, "utcnow": 0, "today": 0}  # and how much they may be told
TIME_MODULE = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime"}
ASKS_THE_CLOCK = {
    "workflows/reseal.py": "when the trail took the new print of a row",
    "workflows/platform/work.py": "sets `work.now`, once for each act",
    "workflows/people/demo_factors.py": "what the authenticator of a demo account shows now",
    "workflows/people/who.py": "whether a login session is still alive, before there is an act",
    "workflows/platform/figures.py": "how old what waits is; figures are no act",
    "workflows/retention.py": "how old records are; a report is no act",
    "workflows/platform/locks.py": "when the locks were looked at, at start-up",
    "workflows/platform/readiness.py": "how old the last sign of life of the sweep is",
    "workflows/intake/licensed_words.py": "whether a licence still runs; reading a form is no act",
    "api/platform/problems.py": "how many seconds Retry-After says",
}
REAL_CLOCK = {
    CLOCK: "defines it",
    "workflows/platform/runtime.py": "chooses it at start-up",
    "api/platform/identity.py": "an access token lives on the clock of the wire (decision 0013)",
    "api/platform/tokens.py": "an access token lives on the clock of the wire (decision 0013)",
    "api/platform/pace.py": "Retry-After counts on the clock of the counter (decision 0034)",
}
SQL_CLOCK = re.compile(r"\b(now\(\)|(clock|statement)_timestamp\(|current_(date|time))", re.I)

LOADS_BY_KEY = ("workflows/platform/access.py", "workflows/platform/work.py")
# Edit distances, look-alike letters and the sound of letters (decisions 0005 and 0021).
LIBRARIES_OF_RULES = {"rapidfuzz", "anyascii", "confusable_homoglyphs"}
# Plain calculation of the standard library, and these.
RULES_MAY_USE = {
    *("collections", "dataclasses", "datetime", "enum", "fractions", "functools", "itertools"),
    *("math", "re", "types", "typing", "unicodedata", "zoneinfo", "html", "urllib", "rules"),
    *LIBRARIES_OF_RULES,
}
NUMBERS = "rules/limits/"
# Numbers beside rules/limits/, each with the reason why it is no limit.
OTHER_NUMBERS = {
    ("rules/oversight/expected.py", "*"): "the reference's own table: how long after a dose",
    ("rules/dose/readings.py", "(oxygen or 0) > 100"): "a percentage has no more than 100 parts",
}


# A second place that commits is how half an act stays behind when the other half fails.
def test_only_the_one_door_opens_or_ends_a_transaction() -> None:
    assert broken(opens_a_transaction, files(*OURS)) == []


# A due time computed from another clock than the gate's moved a deadline by the hour of a test.
def test_only_the_clock_reads_the_time() -> None:
    assert broken(reads_the_time, [*files(*OURS), *files("migrations")]) == []


# Loading by id alone shows one patient's record to everybody who guesses an id.
def test_records_are_loaded_only_through_a_relation() -> None:
    assert broken(loads_by_key, files(*OURS)) == []


# What does not fit a page is not read in a review, and what is not read is not safe.
def test_files_are_short() -> None:
    assert broken(is_long, [*files(*OURS, "migrations"), *files("bench", "tests")]) == []


# A drawer for anything hides the one thing that mattered.
def test_every_file_has_a_name_that_says_something() -> None:
    assert broken(says_nothing, [*files(*OURS), *files("migrations", "bench", "tests")]) == []


@pytest.mark.parametrize("package", OURS)
def test_every_package_says_what_it_is_for(package: str) -> None:
    folders = {file.name.rpartition("/")[0] for file in files(package)}
    told = {
        file.name.rpartition("/")[0]
        for file in files(package)
        if file.name.endswith("/__init__.py") and ast.get_docstring(file.tree)
    }
    assert folders - told == set()


# An act inside an act is audited twice and done under one key, or checked against no permission.
def test_no_act_is_done_inside_another_act() -> None:
    assert broken(does_another_act, files("workflows")) == []


# A step has no permission of its own: whoever calls it from a view has opened a back door.
def test_views_call_acts_and_never_steps() -> None:
    assert broken(calls_a_step, files("api")) == []


# Two acts in one request share one key, and the second is lost when the first is replayed. To look
# at what was made is no second act.
def test_a_view_does_one_act() -> None:
    assert broken(does_two_acts, files("api")) == []


# A number in a rule is signed by nobody, and a program that tightens it tightens half of it.
def test_clinical_numbers_live_in_one_place() -> None:
    assert broken(has_a_number, files("rules")) == []


# A rule that reads a file, a clock or the environment cannot be replayed from its facts.
def test_rules_only_calculate() -> None:
    assert sys.stdlib_module_names >= RULES_MAY_USE - {"rules"} - LIBRARIES_OF_RULES
    assert broken(imports_more, files("rules")) == []


def opens_a_transaction(file: File) -> Iterator[ast.AST]:
    """Find `.commit(` and `.begin(` of anything but the running house."""
    for node in calls(file):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in COMMITS:
            continue
        asks_the_house = node.func.attr == "begin" and dotted(node.func.value) in RUNTIMES
        if not asks_the_house and file.name not in OPENS_ITS_OWN:
            yield node


def reads_the_time(file: File) -> Iterator[ast.AST]:
    """Find a look at any clock where none is needed, in Python and in SQL."""
    for node in calls(file):
        name = dotted(node.func)
        owner, _, last = name.rpartition(".")
        told = len(node.args) + len(node.keywords)
        wall = bool(owner) and told <= WALL_CLOCK.get(last, -1) and not owner.endswith("clock")
        if (wall or name in TIME_MODULE) and file.name != CLOCK:
            is_real = owner.endswith("SystemClock()") and file.name in REAL_CLOCK
            yield from () if is_real else (node,)
        if last == "now" and owner.endswith("clock") and file.name not in ASKS_THE_CLOCK:
            yield node
        if last in ("SystemClock", "FileClock") and file.name not in REAL_CLOCK:
            yield node
    for word in ast.walk(file.tree):
        if isinstance(word, ast.Constant) and SQL_CLOCK.search(str(word.value)):
            yield word


def loads_by_key(file: File) -> Iterator[ast.AST]:
    """Find `session.get(`."""
    for node in calls(file):
        is_get = dotted(node.func).endswith(("session.get", "session.get_one"))
        if is_get and file.name not in LOADS_BY_KEY:
            yield node


def is_long(file: File) -> Iterator[ast.AST]:
    """Find a file of more lines than a reader keeps in mind."""
    usual = MOST_LINES_OF_A_TEST if file.name.startswith("tests/") else MOST_LINES
    if file.lines > LONGER.get(file.name, usual):
        yield file.tree


def says_nothing(file: File) -> Iterator[ast.AST]:
    """Find a name that any file could have."""
    last = file.name.rpartition("/")[2]
    banned = last.removesuffix(".py") in BANNED
    if banned or (last in ONLY_THERE and ONLY_THERE[last] != file.name):
        yield file.tree


def does_another_act(file: File) -> Iterator[ast.AST]:
    """Find a workflow or a step that calls a workflow."""
    for function in file.functions.values():
        if takes_work(function):
            yield from (node for name, node in file.calls(function) if name in declared())


def calls_a_step(file: File) -> Iterator[ast.AST]:
    """Find a view that hands its work to what promises nothing."""
    for name, node in file.calls(file.tree):
        if name.startswith("workflows.") and _hands_over_work(node) and name not in declared():
            yield node


def does_two_acts(file: File) -> Iterator[ast.AST]:
    """Find a transaction of a view with more than one act in it."""
    for block in ast.walk(file.tree):
        if isinstance(block, ast.With):
            called = [(declared().get(name), node) for name, node in file.calls(block)]
            acts = [node for act, node in called if act and act.kind != "reading"]
            yield from acts[1:]


def has_a_number(file: File) -> Iterator[ast.AST]:
    """Find a length of time or a comparison with a number written on the spot."""
    if file.name.startswith(NUMBERS) or (file.name, "*") in OTHER_NUMBERS:
        return
    for node in ast.walk(file.tree):
        is_known = (file.name, ast.unparse(node)) in OTHER_NUMBERS
        if any(map(_is_large, _written_in(node))) and not is_known:
            yield node


def imports_more(file: File) -> Iterator[ast.AST]:
    """Find an import of what does more than calculate."""
    for node in ast.walk(file.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.partition(".")[0] not in RULES_MAY_USE for name in names):
            yield node


def broken(lint: Callable[[File], Iterable[ast.AST]], where: Iterable[File]) -> list[str]:
    """Say where a lint finds something: file, line and words."""
    return [
        f"{file.name}:{getattr(node, 'lineno', file.lines)} {ast.unparse(node)[:80]}"
        for file in where
        for node in lint(file)
    ]


def calls(file: File) -> Iterator[ast.Call]:
    """Give every call of a file."""
    return (node for node in ast.walk(file.tree) if isinstance(node, ast.Call))


def _hands_over_work(node: ast.Call) -> bool:
    return bool(node.args) and dotted(node.args[0]) == "work"


def _written_in(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    is_span = isinstance(node, ast.Call) and dotted(node.func) == "timedelta"
    return list(ast.walk(node)) if is_span else []


def _is_large(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and _size(node.value) > 1


def _size(value: object) -> float:
    return abs(value) if isinstance(value, int | float) else 0


VIEW = "from workflows.dose import start, moments\ndef post(self):\n    with begin() as work:\n"
BAD = [
    (opens_a_transaction, "workflows/dose/x.py", "session.commit()"),
    (opens_a_transaction, "workflows/dose/x.py", "with engine.begin() as c: ..."),
    (reads_the_time, "workflows/dose/x.py", "datetime.now(UTC)"),
    (reads_the_time, "rules/x.py", "date.today()"),
    (reads_the_time, "models/x.py", "time.time()"),
    (reads_the_time, "workflows/dose/x.py", "work.runtime.clock.now()"),
    (reads_the_time, "api/dose/x.py", "SystemClock()"),
    (reads_the_time, "models/x.py", "sa.text('now()')"),
    (reads_the_time, "models/x.py", "sa.func.now()"),
    (loads_by_key, "workflows/dose/x.py", "work.session.get(Patient, patient_id)"),
    (is_long, "api/x.py", "\n" * (MOST_LINES + 1)),
    (says_nothing, "api/dose/utils.py", ""),
    (says_nothing, "workflows/base.py", ""),
    (
        does_another_act,
        "workflows/dose/x.py",
        "from workflows.dose import start\ndef act(work): start.start(work, None)",
    ),
    (calls_a_step, "api/dose/x.py", f"{VIEW}        return moments.anything(work)"),
    (does_two_acts, "api/dose/x.py", f"{VIEW}        start.start(work); start.start(work)"),
    (has_a_number, "rules/x.py", "limit = timedelta(hours=4)"),
    (has_a_number, "rules/x.py", "facts.systolic_mmhg > 160"),
    (imports_more, "rules/x.py", "import os"),
    (imports_more, "rules/x.py", "from sqlalchemy import text"),
]


@pytest.mark.parametrize(
    ("lint", "name", "text"), BAD, ids=[f"{lint.__name__}-{name}" for lint, name, _ in BAD]
)
def test_a_lint_finds_what_it_looks_for(
    lint: Callable[[File], Iterable[ast.AST]], name: str, text: str
) -> None:
    assert broken(lint, [File(name, text)])


def test_every_exception_is_still_needed() -> None:
    named = {*LONGER, *ONLY_THERE.values(), *OPENS_ITS_OWN, *ASKS_THE_CLOCK, *REAL_CLOCK}
    named |= {name for name, _ in OTHER_NUMBERS}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
