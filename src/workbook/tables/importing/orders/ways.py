"""How each file writes what, found out before its rows are judged: numbers, dates, what is an order's, the currency."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from workbook.tables.importing.cells.currency import code_of, main_currency
from workbook.tables.importing.cells.date_order import DateOrder, date_order, may_mislead
from workbook.tables.importing.cells.habits import Habits
from workbook.tables.importing.cells.ids import read_ids
from workbook.tables.importing.cells.numbers import decimal_sign, unclear_point
from workbook.tables.importing.cells.statuses import says_returned
from workbook.tables.importing.cells.zones import one_place, several_places, zones_of
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.likely import no_numbers, readable
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.mapping import Mapping as Columns
from workbook.tables.importing.mapping.mapping_file import known_currency
from workbook.tables.importing.orders.layout import MONEY, Layout, find_layout
from workbook.tables.importing.orders.line_prices import as_amounts
from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw

NUMBERS = {"quantity": "quantity", "unit_price": "unit price", "amount": "amount"}
STATUSES = ("status", "payment_status")
IN_BRACKETS = re.compile(r"[(\[（【]\s*(\S{1,4})\s*[)\]）】]")
SHOWN = 3  # cells that a sentence shows


@dataclass(frozen=True)
class Ways:
    """How a file writes what.

    Attributes
    ----------
    found : which of its columns is which, of those that say something
    habits : of numbers and dates
    layout : what is an order's rather than a line's
    currency : the data set's, a code or a sign; "" where nothing shows one
    rates : code → units of that currency to one of its own
    notes, doubts : for the account
    """

    found: list[Found]
    habits: Habits = field(default_factory=Habits)
    layout: Layout = field(default_factory=Layout)
    currency: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def find_ways(files: Sequence[Pieces], found: Sequence[Sequence[Found]], mapping: Columns) -> list[Ways]:
    """Find out how each file writes what; the currency is one for all.

    Parameters
    ----------
    files : to be read; the first piece of each shows most of it
    found : which of their columns is which
    mapping : what was told goes before what is found
    """
    ways = [ways_of(file, f, mapping.file) for file, f in zip(files, found, strict=True)]
    currency, notes, doubts = data_currency(
        [file.first for file in files], ways, known_currency(mapping.currency, "--currency")
    )
    one = replace(ways[0], notes=(*ways[0].notes, *notes), doubts=(*ways[0].doubts, *doubts))
    return [replace(way, currency=currency, rates=mapping.rates) for way in (one, *ways[1:])]


def ways_of(file: Pieces, found: Sequence[Found], options: FileOptions) -> Ways:
    """How one file writes what."""
    name = file.first.file
    good, doubts = without_unreadable(file.first, found)
    written = habits(file, good, options)
    good, whole = as_amounts(file.first, good, written.decimal)
    layout = find_layout(file.first, good, written.decimal)
    doubts += [] if options.decimal else unclear_numbers(file.first, good)
    times = [f for f in good if f.column == "ordered_at"]
    zones = zones_of(read_ids(distinct_texts([file.first], times)["ordered_at"]).dropna())
    doubts += [written.dates.note] if written.dates.unsure else []
    doubts += layout.doubts
    doubts += filter(None, [several_places(zones)])
    notes = (*layout.notes, *whole, one_place(zones), *returned_lines(file.first, good))
    return Ways(
        layout.used(good),
        written,
        layout,
        notes=tuple(f"{name}: {note}" for note in notes if note),
        doubts=tuple(f"{name}: {doubt}" for doubt in doubts),
    )


def without_unreadable(raw: Raw, found: Sequence[Found]) -> tuple[list[Found], list[str]]:
    """Columns without those that should hold numbers and mostly don't: these are left out, not their rows."""
    odd, some = {}, []
    for f in found:
        if f.column in (*NUMBERS, *MONEY):
            _, texts = as_codes(cells_of(raw.texts, f))
            filled = read_ids(texts).dropna()
            if len(filled) and not readable(filled):
                odd[f] = ", ".join(map(repr, no_numbers(filled).head(SHOWN)))
            elif f.column in MONEY and len(bad := no_numbers(filled)):
                some += [
                    f"{f.column}: cells of {f.theirs} that are no numbers ({', '.join(map(repr, bad.head(SHOWN)))}) count as nothing"
                ]
    say = [
        f"{f.column}: most cells of {f.theirs} are no numbers ({few}); the column is left out, --map {f.column}=… names another"
        for f, few in odd.items()
    ]
    return [f for f in found if f not in odd], say + some


def unclear_numbers(raw: Raw, found: Sequence[Found]) -> list[str]:
    """What to say of texts whose numbers can be read in two ways."""
    numbers = [f for f in found if f.column in (*NUMBERS, *MONEY)]
    say = unclear_point(list(distinct_texts([raw], numbers).values())) if raw.written else ""
    return [say] if say else []


def returned_lines(raw: Raw, found: Sequence[Found]) -> list[str]:
    """What to say of lines that are called returns."""
    say = []
    for f in found:
        if f.column == "kind":
            _, texts = as_codes(cells_of(raw.texts, f))
            few = ", ".join(map(repr, texts[says_returned(texts).to_numpy(dtype=bool)].head(SHOWN)))
            say += (
                [f"lines whose {f.theirs} is {few} take something back, whatever their sign"] if few else []
            )
    return say


def data_currency(first: Sequence[Raw], ways: Sequence[Ways], told: str) -> tuple[str, list[str], list[str]]:
    """The data set's currency: the one that was told, else that of most rows; with what the account says of it."""
    pairs = list(zip(first, ways, strict=True))
    named = [cells_of(r.texts, f) for r, w in pairs for f in w.found if f.column == "currency"]
    money = ("unit_price", "amount", *MONEY)
    signed = [cells_of(r.texts, f) for r, w in pairs for f in w.found if f.column in money]
    currency, often, all_shown = main_currency(named)
    if not currency:
        currency, often, all_shown = main_currency(signed)
    if not currency:
        currency, often, all_shown = main_currency([headers_of(pairs, money)])
    if told or not currency:
        return told, [], []
    notes = (
        [f"currency: {currency}, which most cells show, {often:,} of {all_shown:,}"]
        if often < all_shown
        else []
    )
    unclear = f"amounts are in {currency}, which several currencies are written with: say --currency"
    return currency, notes, [] if code_of(currency) else [unclear]


def headers_of(pairs: Sequence[tuple[Raw, Ways]], columns: Sequence[str]) -> pd.Series:
    """What stands in brackets in the names of some of our columns: ``Total (EUR)``, ``金额（元）``."""
    names = [f.theirs for _, way in pairs for f in way.found if f.column in columns and f.how != "set"]
    return pd.Series([word for n in names for word in IN_BRACKETS.findall(n)], dtype="str")


def habits(file: Pieces, found: Sequence[Found], options: FileOptions) -> Habits:
    """Find out how a file writes its numbers and dates, where the mapping doesn't tell.

    The first piece shows it, unless dates are written like 1/2/2025 or numbers with a comma: then all do.
    """
    ours = {f.column: f for f in found}
    numbers = [c for c in (*NUMBERS, *MONEY) if c in ours and not options.decimal]
    times = ["ordered_at"] if not options.date_format else []
    telling = [ours[c] for c in (*numbers, *times)]
    texts = distinct_texts([file.first], telling)
    if any(may_mislead(text, column in times) for column, text in texts.items()):
        texts = distinct_texts(file, telling)
    return Habits(
        decimal=options.decimal or decimal_sign([texts[c] for c in numbers]),
        dates=date_order(texts["ordered_at"], file.first.typed) if times else DateOrder(),
        date_format=options.date_format,
        typed=file.first.typed,
    )


def distinct_texts(pieces: Iterable[Raw], found: Sequence[Found]) -> dict[str, pd.Series]:
    """The different texts of some of our columns."""
    some: dict[str, list[pd.Series]] = {f.column: [] for f in found}
    for raw in pieces:
        for f in found:
            some[f.column].append(as_codes(cells_of(raw.texts, f))[1])
    return {c: pd.concat(parts, ignore_index=True).drop_duplicates() for c, parts in some.items()}
