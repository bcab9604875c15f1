"""How is the demonstration told, and did everything come out as it must?"""

import sys
from typing import Any


class Transcript:
    """A short readable account; it remembers whatever came out differently."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.wrong: list[str] = []
        self.outcomes = 0

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self._say(f"\n{title}\n{'-' * len(title)}")

    def note(self, words: str) -> None:
        """Tell something that has no outcome."""
        self._say(f"      {words}")

    def expect(self, what: str, found: Any, wanted: Any) -> None:
        """Tell an outcome and hold it against what must be."""
        fine = found == wanted
        self.outcomes += 1
        self._say(f"{'ok  ' if fine else 'NO  '}  {what}: {found}")
        if not fine:
            self.wrong.append(f"{what}: expected {wanted}, found {found}")

    def expect_clear(self, what: str, decision: dict[str, Any]) -> None:
        """Tell that a gate opened; if it did not, with its reasons."""
        codes = sorted(finding["code"] for finding in decision["findings"])
        self.expect(what, ", ".join([decision["outcome"], *codes]), "clear")

    def expect_stop(self, what: str, decision: dict[str, Any], code: str) -> None:
        """Tell a stop with its reason, in the words that the patient reads."""
        found = {finding["code"]: finding["says"] for finding in decision["findings"]}
        stopped = decision["outcome"] == "stop" and code in found
        told = f"stop, {code}" if stopped else ", ".join([decision["outcome"], *sorted(found)])
        self.expect(what, told, f"stop, {code}")
        if stopped:
            self.note(f'"{found[code]}"')

    def broke_off(self, reason: object) -> None:
        """Tell that the story could not go on."""
        self._say(f"NO    {reason}")
        self.wrong.append(f"the story broke off: {reason}")

    def end(self) -> int:
        """Say how it went; the exit code of the demonstration."""
        self._say("")
        for line in self.wrong:
            self._say(f"DIFFERENT  {line}")
        self._say(f"{self.outcomes} outcomes, {len(self.wrong) or 'none'} of them different")
        return 1 if self.wrong else 0

    def _say(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
