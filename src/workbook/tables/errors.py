"""The one error that is a user's to mend; anything else that is raised is a bug, or the system's refusal."""

import difflib
import errno
from collections.abc import Iterable
from pathlib import Path


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


def readable_path(path: Path) -> Path:
    """The path of a file, or of none; what can't be read to its end, as a pipe or a device, is refused."""
    if path.exists() and not path.is_file():
        raise DataError(f"{str(path)!r} is a folder, a pipe or a device; it must be a file.")
    return path


REMEDIES = {
    errno.ENOSPC: "make room, or name another folder",
    getattr(errno, "EDQUOT", errno.ENOSPC): "make room, or name another folder",
    errno.EROFS: "name another folder",
    errno.EACCES: "name one that you may use",
    errno.EPERM: "name one that you may use",
    errno.ENAMETOOLONG: "name it shorter",
    errno.ELOOP: "it is a link that leads in a circle",
    errno.EEXIST: "name another one",
    errno.ENOTDIR: "a part of it is a file and no folder",
    errno.EMFILE: "close some programs",
    errno.EAGAIN: "close some programs",
    errno.ENOMEM: "close some programs",
}


def refusal(error: OSError) -> str:
    """What the system refused, in a sentence: what, why, and what helps."""
    where = str(error.filename2 or error.filename or "")
    where = f"{where[:80]!r}{'…' * (len(where) > 80)}: " if where else ""
    remedy = REMEDIES.get(error.errno or 0)
    return f"{where}{error.strerror or error}" + (f"; {remedy}." if remedy else ".")
