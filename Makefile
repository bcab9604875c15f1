# What can be done here. Needs make, a POSIX shell and Python 3.11 or newer; everything else is made on the way.
#
#   make run            the service on 127.0.0.1:8000, with its worker and its own PostgreSQL
#   make worker         one more worker beside a running service (needs DATABASE_URL)
#   make test           the whole suite; PG=/path/to/postgresql/bin for other binaries, ARGS="-k dose" for pytest
#   make check          ruff, mypy, import-linter, house tests, every branch of the rules tested
#   make demo           play whole courses against a fresh service and print what happens
#   make migration NAME=words   the next numbered migration, from the difference between models and database
#   make openapi        write openapi/openapi.json
#   make rules-manual   write docs/clinical-rules.md
#   make access-page    write docs/security/access.md
#   make replay         judge every kept decision again (needs DATABASE_URL); ARGS="--with 2026.11.2" for another rule set
#   make audit-verify   say whether the audit trail was touched (needs DATABASE_URL); ARGS="--checkpoints FOLDER"
#   make reseal         renew keys and seals beside a running service (needs MIGRATION_DATABASE_URL); ARGS="--count"
#   make backup         copy our own PostgreSQL while it serves; ARGS="--into FOLDER"
#   make restore        bring it back in a new folder; ARGS="--to TIME --into FOLDER"
#   make epoch          say whether clearances may be given; ARGS="--begin" after any other restore or fail-over
#   make rules-archive  keep the rule set in force, whole and runnable, in rules/released/
#   make prove          every proof in its long form; hours (docs/proofs/README.md)
#   make chaos          kill what can be killed, and write docs/reliability.md; ARGS="--only disk"
#   make bench          compare with others on one PostgreSQL; ARGS="--sizes 1k,1m --rounds 6 --requests checklist"
#   make bench-peers    install those others into var/bench, once
#   make safety-case    take each control of docs/safety away, see its tests fail, write the case
#   make help           this list

.POSIX:
.SUFFIXES:

PY = .venv/bin/python
PG =
ARGS =
NAME =

run: .venv/runtime
	@exec $(PY) -m workflows.platform.serve

worker: .venv/runtime
	@exec $(PY) -m workflows.worker

test: .venv/dev
	@pg="$(PG)"; PG_BIN="$${pg:-$$PG_BIN}" exec $(PY) -m pytest -q -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check: .venv/dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as check; check()"
	$(PY) -m pytest -q tests/house
	$(PY) -m pytest -q tests/rules -n auto --maxprocesses 4 --cov=rules --cov-branch --cov-report= --cov-fail-under=100

demo: .venv/dev
	@exec $(PY) -m tests.demo.play

migration: .venv/dev
	@exec $(PY) -m tests.next_migration "$(NAME)"

openapi: .venv/dev
	@exec $(PY) -m api.openapi

rules-manual: .venv/dev
	@exec $(PY) -m tests.rules.manual

access-page: .venv/dev
	@exec $(PY) -m tests.rules.access_page

replay: .venv/runtime
	@exec $(PY) -m workflows.replay $(ARGS)

audit-verify: .venv/runtime
	@exec $(PY) -m workflows.audit verify $(ARGS)

reseal: .venv/runtime
	@exec $(PY) -m workflows.reseal $(ARGS)

backup: .venv/runtime
	@exec $(PY) -m workflows.backup $(ARGS)

restore: .venv/runtime
	@exec $(PY) -m workflows.restore $(ARGS)

epoch: .venv/runtime
	@exec $(PY) -m workflows.epoch $(ARGS)

rules-archive: .venv/runtime
	@exec $(PY) -m workflows.platform.released

# What CI runs short, in full: all products through all gates, chance for an hour, every mutant.
prove: .venv/dev
	@exec bash .ci/prove

chaos: .venv/dev
	@exec $(PY) -m tests.chaos $(ARGS)

safety-case: .venv/dev
	@exec $(PY) -m tests.safety

bench: .venv/dev
	@exec $(PY) -m bench $(ARGS)

bench-peers: .venv/dev
	@exec sh bench/peers/install

help:
	@sed -n 's/^#   //p' Makefile

# Each lock is installed once; the stamp is newer than the lock, or the step is repeated.
.venv/runtime: requirements/runtime.txt
	@sh .ci/install requirements/runtime.txt
	@touch .venv/runtime

.venv/dev: requirements/dev.txt
	@sh .ci/install requirements/dev.txt
	@touch .venv/dev .venv/runtime

.PHONY: run worker test check demo migration openapi rules-manual access-page rules-archive replay audit-verify reseal backup restore epoch prove chaos bench bench-peers safety-case help
