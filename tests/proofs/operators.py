"""Which small mistakes could somebody make in a rule? Those of Cosmic Ray, and ours beside them.

Cosmic Ray knows Python; it does not know that a rule has a force, moments and tables. The operators
here are written to its interface: a softer force, another moment, a moment forgotten, a line that
fell out of a table, a code misspelt, an unknown taken for a yes.
"""

import re
from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Name

_KEPT = (
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
            *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt"),
            *("Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
        )
    ),
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in (
            *("Add_Sub", "Sub_Add", "Mul_Add", "Div_Mul", "FloorDiv_Mul", "Mod_Mul"),
            *("BitAnd_BitOr",),
        )
    ),
    *("ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("AddNot", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop"),
)
# What somebody might write instead; both are names that exist.
_OTHER_NAME = {
    "AtLeast": "AtMost",
    "AtMost": "AtLeast",
    "WaitAtLeast": "LivesAtMost",
    "LivesAtMost": "WaitAtLeast",
    "HARD": "SOFT",
    "SOFT": "ADVISORY",
    "ADVISORY": "SOFT",
    "UP": "DOWN",
    "DOWN": "UP",
    "SCREEN": "ORDER",
    "APPROVAL": "RELEASE",
    "SCHEDULE": "RELEASE",
    "ORDER": "RELEASE",
    "CHECK_IN": "RELEASE",
    "DOSE": "RELEASE",
    "OFFICE_SCHEDULE": "RELEASE",
    "OFFICE_START": "RELEASE",
    "OFFICE_DISCHARGE": "SCREEN",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "any_true": "all_true",
    "all_true": "any_true",
    "absent": "present",
    "present": "absent",
    "mean_up": "mean_down",
    "mean_down": "mean_up",
}
_CODE = re.compile(r"""^(['"])[a-z0-9]+(_[a-z0-9]+)+\1$""")


class OtherName(Operator):
    """A force, a moment or a function is taken for its neighbour."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Find names that have a neighbour, where they are used and not where they are made."""
        if node.type == "name" and node.value in _OTHER_NAME and not node.is_definition():
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002 - the interface
        """Write the neighbour."""
        node.value = _OTHER_NAME[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Show it."""
        return (Example("f(Force.HARD)", "f(Force.SOFT)"),)


class OneOfTwo(Operator):
    """Of two things joined by `|`, one is forgotten."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Find every operand of every chain."""
        if node.type == "expr":
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Leave one operand out, with its sign."""
        left = [child for place, child in enumerate(node.children[::2]) if place != index]
        return _parsed(node, " | ".join(child.get_code().strip() for child in left))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Show it."""
        return (Example("a = b | c", "a = c"), Example("a = b | c", "a = b", occurrence=1))


class DropItem(Operator):
    """A line falls out of a table: a set, a tuple, a list, a mapping."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Find every item of every literal with more than one."""
        for item in _items(node):
            yield item[0].start_pos, item[-1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Write the literal without the item."""
        kept = [item for place, item in enumerate(_items(node)) if place != index]
        inside = ", ".join("".join(part.get_code() for part in item) for item in kept)
        opening, closing = node.children[0].value, node.children[-1].value
        return _parsed(node, f"{opening}{inside},\n{closing}")

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Show it."""
        return (
            Example("a = (b, c)", "a = ( c,\n)"),
            Example("a = (b, c)", "a = (b,\n)", occurrence=1),
        )


class OtherCode(Operator):
    """A code, or a key, is misspelt."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Find strings that are written like codes."""
        if node.type == "string" and _CODE.match(node.value):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002 - the interface
        """Misspell it."""
        node.value = f"{node.value[:-1]}_x{node.value[-1]}"
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Show it."""
        return (Example("a = 'lot_missing'", "a = 'lot_missing_x'"),)


class UnknownIsYes(Operator):
    """What nobody knows is taken for a yes."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Find every None in an expression that is no comparison."""
        if node.type == "keyword" and node.value == "None" and node.parent.type != "comparison":
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002 - the interface
        """Say yes."""
        node.value = "True"
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Show it."""
        return (Example("Check(None, a)", "Check(True, a)"),)


class InOrNotIn(Operator):
    """A list of what is meant is taken for a list of what is not."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Find every comparison with a collection."""
        if node.type == "comparison" and _in(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002 - the interface
        """Turn it round."""
        other = " in " if _in(node) == "not in" else " not in "
        left, right = node.children[0].get_code().strip(), node.children[2].get_code().strip()
        return _parsed(node, f"{left}{other}{right}")

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Show it."""
        return (Example("a = b in c", "a = b not in c"), Example("a = b not in c", "a = b in c"))


OURS: tuple[type[Operator], ...] = (
    OtherName,
    OneOfTwo,
    DropItem,
    OtherCode,
    UnknownIsYes,
    InOrNotIn,
)
OPERATORS: dict[str, Operator] = {
    **{name: get_operator(f"core/{name}")() for name in _KEPT},
    **{one.__name__: one() for one in OURS},
}


def _in(node: Any) -> str:
    if len(node.children) != 3:
        return ""
    words = " ".join(node.children[1].get_code().split())
    return words if words in ("in", "not in") else ""


def _items(node: Any) -> list[list[Any]]:
    """Give the items of a literal, each as the nodes it is made of; nothing for anything else."""
    if node.type != "atom" or len(node.children) != 3 or node.children[0].value not in "([{":
        return []
    inside = node.children[1]
    if inside.type not in ("testlist_comp", "dictorsetmaker"):
        return []
    items: list[list[Any]] = [[]]
    for part in inside.children:
        if part.type in ("comp_for", "sync_comp_for"):
            return []
        if part.type == "operator" and part.value == ",":
            items.append([])
        else:
            items[-1].append(part)
    whole = [item for item in items if item]
    return whole if len(whole) > 1 else []


def _parsed(node: Any, text: str) -> Any:
    # One leaf with the whole text: what is written is what is read, whatever it is made of.
    return Name(text, node.start_pos, node.get_first_leaf().prefix)
