"""A data set's folder is written whole: it is the old one or the new one at any moment, with what else a user keeps in it."""

import ctypes
import glob
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbook.tables import earlier_names, schema
from workbook.tables.errors import DataError

FORMATS = ("csv", "parquet")
OLD = "old"  # what is to be replaced, until the new is in its place
PACKAGE = "datapackage.json"
TABLES = (*schema.CONTRACTS, *earlier_names.TABLES)
OWN = frozenset(
    [PACKAGE, "rejected.csv"]
    + [f"{table}.{format}" for table in TABLES for format in FORMATS]
    + [f"truth/{table}.{format}" for table in (*schema.TRUTH, *earlier_names.TABLES) for format in FORMATS]
    + [f"rejected-{table}.csv" for table in TABLES]
)  # what a data set's folder holds of its own; anything else there is its user's


def resolved_path(target: Path) -> Path:
    """Where a folder that is to be made or replaced will be, absolute and without links.

    Raises
    ------
    DataError
        if it is a link that leads nowhere, or the folder that one is in.
    """
    real = Path(os.path.realpath(target))
    if target.is_symlink() and not real.is_dir():
        raise DataError(
            f"{str(target)!r} is a link to {str(target.readlink())!r}, which is no folder; name a folder."
        )
    above = next(p for p in (*real.parents, real) if os.path.lexists(p))
    if not above.is_dir():
        raise DataError(f"{str(target)!r} lies below {str(above)!r}, which is no folder; name a folder.")
    here = Path.cwd()
    if real.is_dir() and (real == here or real in here.parents):
        raise DataError(
            f"{str(target)!r} is the folder that you are in, or above it; go out of it (cd ..) and name it from there."
        )
    return real


@contextmanager
def whole_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a scratch folder that becomes ``target`` when all went well, and vanishes when not.

    What isn't the data set's own in a folder that is replaced is in the new one too. What somebody else has put there
    meanwhile stays, and is an error like what was there before.
    """
    target = resolved_path(target)
    there = DataError(f"{str(target)!r} exists already; name a new folder, or say --replace.")
    if target.exists() and not (target.is_dir() and (replace or not any(target.iterdir()))):
        raise there
    if replace and target.is_dir() and any(target.iterdir()) and not (target / PACKAGE).exists():
        raise DataError(f"{str(target)!r} isn't a data set, so it is not replaced; name a new folder.")
    before = state(target)
    above = [p for p in target.parents if not p.exists()]
    try:
        with scratch_beside(target) as scratch:
            made = scratch / "made"
            made.mkdir()
            yield made
            if replace and target.exists():
                if state(target) != before:
                    raise DataError(
                        f"{str(target)!r} was changed by another command meanwhile; say this again."
                    )
                carry_over(target, made)
                put_in_place(made, target, scratch / OLD)
            elif target.exists() and any(target.iterdir()):
                raise there
            else:
                with suppress(FileNotFoundError):
                    target.rmdir()
                made.rename(target)
    finally:
        with suppress(OSError):  # when all went well they are not empty
            for parent in above:
                parent.rmdir()


def state(folder: Path) -> tuple[int, int] | None:
    """What another command that replaces a data set would change about it; None where there is none."""
    try:
        return folder.stat().st_ino, (folder / PACKAGE).stat().st_mtime_ns
    except OSError:
        return None


def carry_over(old: Path, new: Path, within: str = "") -> None:
    """Give a new folder all that is not the data set's own in the old one.

    Files are linked and not copied, where the system can: they are in both folders then, which costs neither time nor
    room, and whatever happens next, one of the two folders is complete.

    Raises
    ------
    DataError
        if another file system is mounted in it, whose files can't be linked and must not be removed.
    """
    for path in sorted(old.iterdir()):
        name, copy = within + path.name, new / path.name
        if name in OWN:
            continue
        if path.is_mount():
            raise DataError(
                f"{str(path)!r} is a file system of its own, so its folder is not replaced; unmount it first."
            )
        if path.is_dir() and not path.is_symlink():
            copy.mkdir(exist_ok=True)
            carry_over(path, copy, f"{name}/")
        elif not os.path.lexists(
            copy
        ):  # it is there where capitals don't count and the name is but for them ours
            link(path, copy)
    shutil.copystat(old, new)  # a folder that only its owner may read stays one
    if within == "truth/" and not any(new.iterdir()):
        new.rmdir()


def link(path: Path, copy: Path) -> None:
    """Let a file, or a link, have a second name; where the system can't, copy it."""
    try:
        os.link(path, copy, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(path, copy, follow_symlinks=False)


def put_in_place(made: Path, target: Path, aside: Path) -> None:
    """Let a folder that is made take the place of one that is there.

    Where the system can exchange two folders there is no moment without one; elsewhere there is, and who is killed in it
    gets the old one back with the next command that writes there.
    """
    if not exchange(made, target):
        target.rename(aside)
        made.rename(target)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system can't (renameat2 is Linux's)."""
    if sys.platform != "linux":
        return False
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # a C library that doesn't have it
        return False
    here, swapped = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(swap(here, os.fsencode(one), here, os.fsencode(other), swapped) == 0)


@contextmanager
def scratch_beside(target: Path) -> Iterator[Path]:
    """Give a hidden folder beside another, gone in the end; what a killed process has left there goes first."""
    import filelock

    scratch = target.with_name(f".{target.name}-{secrets.token_hex(4)}.making")
    lock = filelock.FileLock(
        locked_by(scratch), timeout=1
    )  # for ever, it would wait where nothing can be made
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in {
            p.with_name(p.name.removesuffix(".lock"))
            for p in target.parent.glob(f".{glob.escape(target.name)}-????????.making*")
        }:
            with suppress(filelock.Timeout), filelock.FileLock(locked_by(left), blocking=False):
                clear(left, target)
                locked_by(left).unlink(missing_ok=True)
        lock.acquire()  # before there is anything to be cleared by somebody else
        scratch.mkdir(mode=0o700)
    except OSError as error:
        why = error.strerror or "nothing can be written there"
        raise DataError(f"{target.name!r} can't be made in {str(target.parent)!r}: {why}.") from None
    try:
        yield scratch
    finally:
        clear(scratch, target)
        lock.release()
        locked_by(scratch).unlink(missing_ok=True)


def clear(scratch: Path, target: Path) -> None:
    """Remove a scratch folder; what it had to replace, and didn't, comes back."""
    if (scratch / OLD).exists() and not target.exists():
        (scratch / OLD).rename(target)
    for folder, _, _ in os.walk(scratch):
        with suppress(OSError):
            Path(folder).chmod(0o700)  # a user's folder that may only be read is there under its new name
    shutil.rmtree(scratch, ignore_errors=True)


def locked_by(scratch: Path) -> Path:
    """The lock of a scratch folder, which dies with its process."""
    return scratch.with_name(f"{scratch.name}.lock")
