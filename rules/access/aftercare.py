"""Who may do what in the room of aftercare?"""

from rules.access.words import AUTHOR, NARROWED, OWN, TEAM, C, O, P, R, line
from rules.permissions import Permission as May

LINES = (
    # caseload
    line("read_caseload", May.READ_CASELOAD, {C: TEAM}, NARROWED),
    # coaching
    line("draft_coaching_note", May.WRITE_COACHING_NOTE, {C: TEAM}),
    line("list_coaching_notes", May.READ_COACHING_NOTE, {P: OWN, C: TEAM, R: TEAM, O: TEAM}),
    line("read_coaching_note", May.READ_COACHING_NOTE, {P: OWN, C: TEAM, R: TEAM, O: TEAM}),
    line("edit_coaching_note", May.WRITE_COACHING_NOTE, {C: AUTHOR}),
    line("sign_coaching_note", May.WRITE_COACHING_NOTE, {C: AUTHOR}),
    line("amend_coaching_note", May.WRITE_COACHING_NOTE, {C: TEAM}),
    # follow up
    line("list_follow_ups", May.READ_FOLLOW_UPS, {P: OWN, C: TEAM, R: TEAM}),
    line("answer_follow_up", May.RECORD_FOLLOW_UP, {P: OWN}),
    line("list_follow_up_answers", May.READ_FOLLOW_UPS, {P: OWN, C: TEAM, R: TEAM}),
    # goals
    line("set_goal", May.KEEP_GOAL, {P: OWN, C: TEAM}),
    line("list_goals", May.READ_GOALS, {P: OWN, C: TEAM, R: TEAM}),
    line("change_goal", May.KEEP_GOAL, {P: OWN, C: TEAM}),
    line("list_goal_changes", May.READ_GOALS, {P: OWN, C: TEAM, R: TEAM}),
    # instruments due
    line("read_instruments_due", May.READ_INSTRUMENTS_DUE, {P: OWN, C: TEAM, R: TEAM}),
    # private notes
    line("write_private_note", May.WRITE_PRIVATE_NOTE, {C: TEAM}),
    line("list_private_notes", May.READ_PRIVATE_NOTE, {C: TEAM}),
    line("edit_private_note", May.WRITE_PRIVATE_NOTE, {C: AUTHOR}),
)
