"""How is the demonstration told, and did everything come out as it must?"""

import sys
from typing import Any


class Transcript:
    """A short readable account; it remembers whatever came out differently."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.wrong: list[str] = []
        self.lines = 0

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self._say(f"\n{title}\n{'-' * len(title)}")

    def note(self, words: str) -> None:
        """Tell something that has no outcome."""
        self._say(f"     {words}")

    def expect(self, what: str, found: Any, *wanted: Any, exactly: Any = None) -> None:
        """Tell an outcome and hold it against what must be."""
        allowed = wanted or (() if exactly is None else (exactly,))
        fine = not allowed or found in allowed
        self._say(f"{'ok ' if fine else 'NO '}  {what}: {found}")
        if not fine:
            self.wrong.append(f"{what}: expected {allowed}, found {found}")

    def expect_code(self, what: str, decision: dict[str, Any], code: str) -> None:
        """Tell a stop with its reason, in the words that the patient reads."""
        found = {finding["code"]: finding["says"] for finding in decision["findings"]}
        stopped = decision["outcome"] != "clear" and code in found
        self.expect(what, code if stopped else sorted(found), code)
        if stopped:
            self.note(f'"{found[code]}"')

    def end(self) -> int:
        """Say how it went; the exit code of the demonstration."""
        for line in self.wrong:
            self._say(f"DIFFERENT  {line}")
        self._say(f"\n{'as expected' if not self.wrong else f'{len(self.wrong)} different'}")
        return 1 if self.wrong else 0

    def _say(self, line: str) -> None:
        self.lines += 1
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
