"""The one error that is a user's to mend; anything else that is raised is a bug."""

import difflib
from collections.abc import Iterable


class DataError(Exception):
    """A request or a file that can't be used; its text says what, what is allowed, and what came."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence alone."""
        return [f"{type(self).__name__}: {self}"]


def choose(what: str, came: str, allowed: Iterable[str]) -> DataError:
    """Build the error for a name that is not among the allowed ones, suggesting the nearest."""
    names = sorted(allowed)
    near = difflib.get_close_matches(came, names, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return DataError(f"{what} must be one of {', '.join(names) or '(none)'}; got {came!r}.{hint}")
