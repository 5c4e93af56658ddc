"""Packed files: what is in them is unpacked beside, up to a limit, and read as it is."""

import atexit
import bz2
import gzip
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.alike import alike, one_below_the_other, said
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader

ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second has nothing in it
OPENERS: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
    b"\x28\xb5\x2f\xfd": lambda path: pa.input_stream(str(path), compression="zstd"),
}
# What is in a ZIP that isn't one for its user.
OFFICE = {
    "xl/": "spreadsheet",
    "content.xml": "spreadsheet",
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "Index/": "a file of Apple's Numbers or Pages",
    "Index.zip": "a file of Apple's Numbers or Pages",
}
SPACE, TIMES = 2**30, 200  # bytes that may come of any archive; and times the archive's own size
BLOCK = 2**20
MOST_MEMBERS = 1_000
SYSTEM = ("__MACOSX", "Thumbs.db", "desktop.ini")


def kind_of_zip(path: Path) -> str:
    """What a ZIP is: spreadsheet, another office's file in words, or "" for an archive or what can't be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    return next((kind for begin, kind in OFFICE.items() if any(n.startswith(begin) for n in names)), "")


def archive_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """The files in an archive that are of one shape, one below the other."""
    from workbook.tables.importing.readers.pieces import Pieces  # which knows all readers, this one too

    with scratch() as folder:
        try:
            members = unpacked(path, folder)
        except (
            zipfile.BadZipFile,
            lzma.LZMAError,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise DataError(f"{path.name} can't be unpacked: {why_not_unpacked(error)}.") from None
        files = {name: Pieces(file, options, size) for name, file in members.items()}
        columns, trouble = {}, {"": DataError("it holds no file.")}
        for name, file in files.items():
            refuse_nested(path.name, name, file.path)
            try:
                columns[name] = file.first.texts.column_names
            except DataError as error:
                trouble[name] = error
        if not columns:
            raise DataError(f"{path.name}: {list(trouble.values())[-1]}")
        read = alike(columns)
        seen = said(
            "file",
            read,
            [f"{x} ({str(trouble[x]).rstrip('.')})" if x in trouble else x for x in files if x not in read],
        )
        for raw in one_below_the_other((files[name] for name in read), seen):
            yield replace(raw, file=path.name)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for as long as its files are read, which goes at the latest with the process; who reads may stop anywhere."""
    folder = Path(mkdtemp())
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(remove)
    try:
        yield folder
    finally:
        remove()
        atexit.unregister(remove)


def unpacked(path: Path, folder: Path) -> dict[str, Path]:
    """Unpack into a folder: names of files → where they lie, under names of our own."""
    most = max(SPACE, TIMES * path.stat().st_size)
    with path.open("rb") as file:
        start = file.read(6)
    if not start.startswith(ZIP):
        with next(opener for magic, opener in OPENERS.items() if start.startswith(magic))(path) as packed:
            return {path.stem: copied(packed, folder / path.stem, most, path.name)[0]}
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and of_a_user(m.filename)]
        if sum(m.file_size for m in members) > most or len(members) > MOST_MEMBERS:
            raise too_large(path.name, most)
        found = {}
        for number, member in enumerate(members):
            with archive.open(member) as packed:
                place = folder / str(number) / Path(member.filename).name[-100:]
                place.parent.mkdir()
                found[member.filename], written = copied(packed, place, most, path.name)
                most -= written
        return found


def of_a_user(name: str) -> bool:
    """Whether a file in an archive is somebody's, not the system's."""
    parts = Path(name).parts
    return not parts[-1].startswith((".", "~$")) and not any(part in SYSTEM for part in parts)


def copied(packed: IO[bytes], to: Path, most: int, name: str) -> tuple[Path, int]:
    """Write what comes out, up to so many bytes; and say how many they were."""
    written = 0
    with to.open("wb") as file:
        while block := packed.read(BLOCK):
            written += len(block)
            if written > most:
                raise too_large(name, most)
            file.write(block)
    return to, written


def too_large(name: str, most: int) -> DataError:
    """The error for an archive that grows too large."""
    return DataError(
        f"{name} is refused: unpacked it has more than {most / 2**30:,.0f} GB or {MOST_MEMBERS:,} files, far more than a "
        "table's archive; unpack it yourself if that is right."
    )


def refuse_nested(name: str, member: str, file: Path) -> None:
    """Refuse an archive within an archive."""
    with file.open("rb") as opened:
        start = opened.read(265)
    nested = start.startswith(tuple(OPENERS)) or start[257:262] == b"ustar"
    if nested or (start.startswith(ZIP) and not kind_of_zip(file)):
        raise DataError(
            f"{name} holds another archive, {member!r}; unpack it first, and name the files in it."
        )


def why_not_unpacked(error: Exception) -> str:
    """Why something can't be unpacked."""
    if isinstance(error, EOFError):
        return "it is cut off"
    if "encrypted" in str(error) or "password" in str(error):
        return "it is locked with a password"
    return str(error).splitlines()[0].rstrip(".") if str(error) else "it is damaged"


READER = Reader(
    "archive",
    lambda start, path: start.startswith(tuple(OPENERS)) or (start.startswith(ZIP) and not kind_of_zip(path)),
    archive_pieces,
)
