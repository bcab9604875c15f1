"""Who may do what in a sandbox, where nobody is real? Nowhere else are these operations served."""

from rules.access.words import ANY, A, line
from rules.permissions import Permission as May

LINES = (
    line("read_sandbox_clock", May.MOVE_CLOCK, {A: ANY}),
    line("move_sandbox_clock", May.MOVE_CLOCK, {A: ANY}),
    line("play_sandbox_course", May.MOVE_CLOCK, {A: ANY}),
)
