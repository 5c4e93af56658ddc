"""What a notebook shows: sentences made from results, tables beside the truth, figures that a run collects."""

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.formatting.durations import fitting_unit
from workbook.formatting.masks import masked, masked_person, short_id
from workbook.formatting.quantities import UNITS, decimals, interval, label, written
from workbook.formatting.safe import OURS, markdown, markup, quiet, visible
from workbook.formatting.templates import as_fields, fill
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError

MIME = "application/vnd.workbook+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
WORD = r"[^\W\d_]{2}"  # two letters: more than a number's unit or sign
MORE = 3  # decimals at most that small numbers have above those asked for
PERSON, TEXT = "customer_id", "text"  # columns of ids, and of what people wrote
GOODS = ("product", "product_id", "if", "then")  # columns whose long numbers are nobody's: barcodes
QUOTED = "Texts are quoted as people wrote them, and may name somebody: mind who gets to read this page."
QUIET = 'style="opacity:.8"'


@dataclass(frozen=True)
class Said:
    """Sentences as the output of a cell: as they are read, and as Markdown in which nothing of the data is markup."""

    text: str
    marked: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/markdown": self.marked, "text/plain": self.text}


@dataclass(frozen=True)
class Decided(Said):
    """A sentence that a run's report puts before those who decide."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        said = super()._repr_mimebundle_()
        return said | {MIME: {"decision": self.text}, "text/markdown": f"> **Decision.** {self.marked}"}


def say(*sentences: str | Said | None, when: bool = True, **fields: Any) -> Said | None:
    """Show sentences as one paragraph; one with a field that isn't known is left out.

    Parameters
    ----------
    sentences : templates with bold, emphasis and code, and names in braces where there are fields; or what `say` and
        `verdict` have made
    when : whether there is anything to be said
    fields : by name: estimates, numbers, days, texts of the data; what looks like markup in them is text

    Raises
    ------
    KeyError
        for a field that isn't given.
    """
    return paragraph([as_said(s, fields) for s in sentences if s]) if when else None


def verdict(case: Any, fields: Any = None, /, **templates: str) -> Said | None:
    """Show the sentence for how something turned out.

    Parameters
    ----------
    case : an estimate, whose verdict against "no difference" is up, down, unclear or unknown; or a word that a function of
        `workbook.analytics` returns
    fields : by name, a mapping or a dataclass; an estimate alone is the field ``estimate``
    templates : one for each case, "" to say nothing; without one for ``unknown`` nothing is said then

    Raises
    ------
    KeyError
        for a case without a template.
    """
    word = getattr(case, "verdict", case)
    if word not in templates:
        if word == "unknown":
            return None
        raise KeyError(f"no sentence for the case {word!r}; there are some for {', '.join(templates)}")
    given = {"estimate": case} if fields is None else as_fields(fields)
    return paragraph([as_said(templates[word], given)]) if templates[word] else None


def decide(*sentences: str | Said | None, when: bool = True, **fields: Any) -> Decided | None:
    """Say what the results ask to be done, or that they don't settle it; the report of a run has it too."""
    said = say(*sentences, when=when, **fields)
    return Decided(said.text, said.marked) if said else None


def as_said(sentence: str | Said, fields: Mapping[str, Any]) -> Said | None:
    """A filled template; a text without fields, into which the notebook has put them itself, is made harmless."""
    if isinstance(sentence, Said):
        return sentence
    if not fields:
        return Said(visible(sentence), markdown(sentence, ours=OURS))
    filled = fill(sentence, fields)
    return Said(*filled) if filled else None


def paragraph(parts: Sequence[Said | None]) -> Said | None:
    """Sentences one after the other; None if there are none."""
    there = [part for part in parts if part]
    return Said(" ".join(p.text for p in there), " ".join(p.marked for p in there)) if there else None


def with_truth(
    frame: pd.DataFrame,
    data: Dataset,
    table: str,
    columns: Mapping[str, str],
    *,
    as_of: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Set the truth beside estimates.

    Parameters
    ----------
    frame : estimates, its index the key of the truth table
    data : whose truth
    table : truth table: customers, channels
    columns : column of the truth → name in the result, which should begin with ``tru``
    as_of : date of the estimates, where it matters; the truth is told as of the data's end only

    Returns
    -------
    pandas.DataFrame
        ``frame`` with the columns added; they are missing throughout where there is no truth.
    """
    if data.truth is None or table not in data.truth or as_of not in (None, data.end):
        return frame.assign(**dict.fromkeys(columns.values(), math.nan))
    truth = data.truth[table]
    found = truth.set_index(truth.columns[0])[list(columns)].rename(columns=dict(columns))
    unknown = found.columns[found.isna().all()]  # on this day
    return frame.join(found.assign(**dict.fromkeys(unknown, math.nan)))


def orders_of_own_accord(data: Dataset) -> pd.DataFrame:
    """Orders that customers made of their own accord: without those that the truth knows a trial or marketing caused.

    The truth of the months to come is of these. Without a truth nobody can tell, and all orders are given.
    """
    if data.truth is None or "caused_orders" not in data.truth:
        return data.orders
    return data.orders[~data.orders["order_id"].isin(data.truth["caused_orders"]["order_id"])]


@dataclass(frozen=True)
class Shown:
    """A table as it is read: whole texts, thousands set apart, no more decimals than asked for, but for `small_numbers`."""

    frame: pd.DataFrame
    digits: int

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        if self.frame.isna().all(axis=None):
            nothing = "Nothing to show here: the data has no values for this table."
            return {"text/html": f"<p {QUIET}>{nothing}</p>", "text/plain": nothing}
        frame = readable(self.frame)
        form = {"float_format": lambda v: f"{v:z,.{self.digits}f}", "na_rep": ""}
        form |= {"formatters": small_numbers(frame, self.digits)}
        # `quiet` leaves no formula; what `load` sets for pandas' own tables would only change the page.
        with pd.option_context("display.max_colwidth", None, "display.html.use_mathjax", True):
            page = quiet(words_left(frame.to_html(border=0, **form), frame))
            plain = frame.to_string(**form)
        if TEXT not in self.frame:
            return {"text/html": page, "text/plain": plain}
        return {"text/html": f"{page}<p {QUIET}>{QUOTED}</p>", "text/plain": f"{plain}\n{QUOTED}"}


def small_numbers(frame: pd.DataFrame, digits: int) -> dict[Any, Callable[[float], str]]:
    """How columns are written that would be read as next to nothing with so many decimals: with as many as show two figures of the
    largest, or MORE.
    """
    found: dict[Any, Callable[[float], str]] = {}
    for name, values in frame.select_dtypes(["float", "Float64"]).items():
        size = values.abs().max()
        if 0 < size < 2 * 10.0**-digits and not (values.dropna() == values.dropna().round(digits)).all():
            found[name] = partial(decimal, digits=min(1 - math.floor(math.log10(size)), digits + MORE))
    return found


def decimal(value: float, digits: int) -> str:
    """A number with so many decimals; a missing one is blank."""
    return "" if pd.isna(value) else f"{value:z,.{digits}f}"


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with its numbers set apart; its texts, names of rows and columns too, show what is unseen and hide who it is."""
    frame = frame.copy()
    for name, values in frame.items():
        if pd.api.types.is_integer_dtype(values):
            texts = values.map(lambda n: f"{n:,}", na_action="ignore").astype(object)
            frame[name] = texts.where(values.notna(), math.nan)
        elif values.dtype == "Float64":  # of two ways to be missing only the older one is shown as blank
            frame[name] = values.astype("float64")
        elif not pd.api.types.is_numeric_dtype(values):
            frame[name] = values.map(shown_under(name))
    frame.index = frame.index.map(shown_under(frame.index.name))
    frame.columns = frame.columns.map(as_shown)
    return frame.rename_axis(index=as_shown, columns=as_shown)


def as_shown(value: Any, mask: Callable[[str], str] = masked) -> Any:
    """A text, or each text of a tuple, as it may be shown; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(map(as_shown, value))
    return visible(short_id(mask(value))) if isinstance(value, str) else value


def shown_under(name: Any) -> Callable[[Any], Any]:
    """How the values under a name are shown."""
    return person if name == PERSON else goods if name in GOODS else as_shown


def goods(value: Any) -> Any:
    """A product as it is shown: its id may be a barcode, which is as long as a telephone's number."""
    return as_shown(value, str)


def person(value: Any) -> Any:
    """A customer's id as it may be shown."""
    return as_shown(value, masked_person)


def words_left(page: str, frame: pd.DataFrame) -> str:
    """Set columns of words in a table of a page to the left, as they are read; numbers stay under each other on the right."""
    left = ' style="text-align:left">'
    words = [any(re.search(WORD, str(v)) for v in values.dropna()) for _, values in frame.items()]
    for name in frame.columns[words]:
        head = f"<th>{html.escape(str(name), quote=False)}</th>"
        page = page.replace(head, head.replace(">", left, 1), 1)

    def aligned(row: re.Match[str]) -> str:
        of_words = iter(words)
        return re.sub("<td>", lambda cell: f"<td{left}" if next(of_words) else cell[0], row[0])

    return re.sub(r"<tr>.*?</tr>", aligned, page, flags=re.DOTALL)


def show(table: pd.DataFrame | pd.Series, digits: int = 2) -> Shown:
    """Show a table for reading, without the columns of truths and claims that are empty throughout."""
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    empty = [c for c in frame if str(c).startswith(("tru", "claim")) and frame[c].isna().all()]
    return Shown(frame.drop(columns=empty), digits)


@dataclass(frozen=True)
class Figure:
    """A result that a run collects: value and unit, interval, truth, and the claim it bears on; money is shown in its currency."""

    name: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    truth: float | None = None
    claim: str | None = None
    currency: str = ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        unit, (value, low, high, truth) = fitting_unit(self.unit, self.value, self.low, self.high, self.truth)
        digits, unit = decimals(value or truth, unit), self.currency or unit
        parts = [f"{label(self.name)}: {written(value, unit, digits)}"]
        if value is not None and (ends := interval(low, high, unit, digits)):
            parts.append(f"95 % interval {ends}")
        if truth is not None:
            parts.append(f"truth {written(truth, unit, digits)}")
        said = visible(" · ".join(parts))
        page = "" if value is None else f'<div style="opacity:.85;font-size:90%">▪ {markup(said)}</div>'
        kept = {name: value for name, value in asdict(self).items() if name != "currency"}
        return {MIME: {"figure": kept}, "text/html": page, "text/plain": said}


def record(
    name: str,
    value: float | Estimate,
    *,
    unit: str = "",
    low: float = math.nan,
    high: float = math.nan,
    truth: float = math.nan,
    claim: str | None = None,
) -> Figure:
    """Record a result for the run's report; a missing number is recorded as unknown, and then without its truth.

    Parameters
    ----------
    name : as it is read, with _ for spaces
    value, low, high, truth : the result, its 95 % interval, and what is true where that is known; an estimate has its own
        interval and unit
    unit : ``share`` of a whole; ``change`` against something, as a share of it; ``points``, a difference of two shares;
        ``ratio`` of anything else; ``money`` in the data's currency; or what is counted: customers, days …
    claim : id in datasets/claims.csv of the course's claim that the result bears on

    Raises
    ------
    DataError
        for a unit that isn't among the known ones.
    """
    currency = ""
    if isinstance(value, Estimate):
        unit, currency = (value.unit, "") if value.unit in UNITS else ("money", value.unit)
        low, high, value = value.low, value.high, value.value
    if unit not in UNITS:
        raise DataError(f"unit must be one of {', '.join(UNITS)}; got {unit!r}.")
    known = finite(value)
    true = None if known is None else finite(truth)
    return Figure(name, known, unit, finite(low), finite(high), true, claim, currency)


def finite(value: float) -> float | None:
    """A float that JSON can hold, or None."""
    return float(value) if value is not None and not pd.isna(value) and math.isfinite(value) else None
