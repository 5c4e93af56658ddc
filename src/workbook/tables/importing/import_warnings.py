"""What a reader should look at before trusting an import; it is said in the account, and no row is changed."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import pandas as pd

from workbook.tables.importing.mapping.columns import shortened
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.targets import ORDERS, plain_name, target
from workbook.tables.importing.tally import Source

Column = Callable[[str, str], pd.Series]  # table, column → values

REPEATED = 0.05  # of a file's rows; more that repeat an earlier one are hardly all true
SHARED = 0.01  # of a file's rows; more that an earlier file has too are hardly chance
ALL_BUT = 0.9  # of a file's different rows; if so many come equally often, they were written several times
KINDS = 10  # different rows; of fewer that they come equally often may be chance
ONE_CUSTOMER = 0.10  # of all orders or rows; more under one id are hardly one person's
ENOUGH_ORDERS = 100  # with fewer, one person may well have so large a share
MOST_OF_FEW = 0.5  # of few orders or rows; more under one id of several are odd all the same
ITS_ROWS = '; [values.customer_id] with "{}" = "" in a file for --mapping leaves its rows out'
NOBODY = "; --map customer_id= counts every row as a customer of its own"
ROWS_OF = "rows of customer "  # stands before a customer's id among an import's counts
FAR_OUT = 1000  # times the median order line
GAP = pd.Timedelta(days=3 * 365)  # without any order, between a few and the rest
FEW = 0.01  # of all orders; fewer than that before such a gap are hardly the beginning
NO_ID = r"name$|mail|^id$"  # names that may mean a customer, and mostly don't
ANSWERS = ("nps", "csat")  # what surveys ask, which exports of tickets have too
NAMED = 5  # columns or ids that a sentence names

# What the name of a column that is not used suggests: our column, or a pattern of `plain_name` names, and what follows.
LOOKS = {
    "a currency": ("currency", r"currenc|wahrung|devise$|moneda|valuta|waluta|币种|货币|通貨", "amounts of several currencies may be added up; say --map currency=… if it is theirs"),
    "a quantity": ("quantity", r"quantity|qty|pieces|units$|数量|件数", "say --map quantity=… if it counts the pieces"),
    "a price": ("unit_price", r"price|单价|价格|售价|原价", "say --map unit_price=… if it is what one piece cost"),
    "an amount": ("amount", r"amount|total|revenue|turnover|paid$|金额|小计|合计|实付|实收", "say --map amount=… if it is what was paid"),
    "a discount": ("discount", r"discount|disc$|rebate|coupon|voucher|promo|折扣|优惠|减免", "amounts may be those before it"),
    "a status": ("", r"status|cancel|refund|voided|return|状态|取消|退款|退货", "rows that were cancelled or returned may count as purchases"),
    "a customer": ("customer_id", r"(customer|client|member|user|buyer|shopper|guest)(id|no|number|code|key|card)?$|(客户|会员|顾客|用户|买家)(编号|id|号|代码|卡号)?$",
                   "say --map customer_id=… if it is who bought"),
}  # fmt: skip


ONE_IS_ENOUGH = ("currency", "discount")  # columns beside which another one like it changes no amount


def odd_sales(sales: Column, counts: Mapping[str, int]) -> list[str]:
    """Put into sentences what may be wrong with orders and their lines; empty where nothing is odd.

    Parameters
    ----------
    sales : gives a column of orders or order_lines, nothing if there is none; one at a time, since they may be long
    counts : those of `lines.line_counts`
    """
    return [
        *collective_customers(sales("orders", "customer_id"), counts),
        *far_out(sales),
        *early_orders(sales("orders", "ordered_at")),
    ]


def repeats(twins: pd.DataFrame, sources: Sequence[Source], names: Sequence[str]) -> list[str]:
    """Rows that come again, in a file or from one to another.

    Where nothing names a row, equal rows may well be several events: they are a file that was given twice only if nearly all
    come equally often.

    Parameters
    ----------
    twins : as from `Tally.twins`
    sources : the files
    names : for each file the column that would name its rows, "" if it has one
    """
    return [*shared_rows(twins, sources, names), *repeated_rows(twins, sources, names)]


def unused(sources: Sequence[Source], found: Sequence[Sequence[Found]]) -> list[str]:
    """Name the columns of all files that are none of ours, each once."""
    taken = [{name for f in columns for name in f.columns} for columns in found]
    return list(
        dict.fromkeys(
            c for source, t in zip(sources, taken, strict=True) for c in source.columns if c not in t
        )
    )


def telling_columns(columns: Sequence[str], taken: Collection[str] = ()) -> Iterator[str]:
    """Columns that are not used although their names say that they matter; each is told once.

    Parameters
    ----------
    columns : theirs that are not used
    taken : ours that were found
    """
    left = list(columns)
    for what, (column, pattern, so) in LOOKS.items():
        known = {word for word in ORDERS.get(column, "").split() if not re.search(NO_ID, word)}
        fits = [c for c in left if plain_name(c) in known or re.search(pattern, plain_name(c))]
        left = [c for c in left if c not in fits]
        if fits and not (column in taken and column in ONE_IS_ENOUGH):
            yield f"not used, but by name {what}: {first_few(fits)}; {so}"


def answers_to_surveys(columns: Sequence[str]) -> Iterator[str]:
    """Columns of a file of tickets that are not used, and that a table of surveys has; they are told in one line."""
    known = {word for name in ANSWERS for word in target("surveys").spellings[name].split()}
    if fits := [c for c in columns if plain_name(c) in known]:
        yield f"{first_few(fits)}: what customers answered; the same file brings it with --add --table surveys"


def shared_rows(twins: pd.DataFrame, sources: Sequence[Source], names: Sequence[str]) -> Iterator[str]:
    """Files whose rows an earlier one has too."""
    first = twins.groupby("hash")["file"].transform("min")
    again = pd.DataFrame({"file": twins["file"], "first": first, "hash": twins["hash"]})[
        first < twins["file"]
    ]
    often = twins.groupby(["file", "hash"]).size()
    for (late, early), rows in again.groupby(["file", "first"]):
        name, size, n = sources[late].name, sources[late].rows, len(rows)
        shared = rows["hash"].unique()
        same = often[late].reindex(shared) == often[early].reindex(shared)
        if n > SHARED * size and (not names[late] or sure(same)):
            yield (
                f"{name}: {n:,} of its {size:,} rows are in {sources[early].name} too, cell for cell, and count "
                "twice; was a file given twice, or do the files overlap?"
            )
        elif n > SHARED * size:
            yield f"{name}: {n:,} of its {size:,} rows are equal to one of {sources[early].name}. {untold(names[late])}"


def repeated_rows(twins: pd.DataFrame, sources: Sequence[Source], names: Sequence[str]) -> Iterator[str]:
    """Files many of whose rows repeat an earlier one of the same file."""
    for i, source in enumerate(sources):
        often = twins.loc[twins["file"] == i, "hash"].value_counts()
        often = often[often > 1]
        n = int(often.sum()) - len(often)
        if n <= REPEATED * source.rows:
            continue
        each = sure(often == often.mode()[0]) and often.sum() >= ALL_BUT * source.rows
        some = f"{source.name}: {n:,} of its {source.rows:,} rows ({n / source.rows:.0%})"
        if not names[i] or each:
            yield f"{some} repeat an earlier one exactly; was it exported twice?"
        else:
            yield f"{some} are equal to an earlier one. {untold(names[i])}"


def sure(equally: pd.Series) -> bool:
    """Whether so many different rows come equally often that it is no chance."""
    return len(equally) >= KINDS and bool(equally.mean() >= ALL_BUT)


def untold(name: str) -> str:
    """What to say of equal rows that nothing names."""
    return (
        f"No column names a row, so they may be several events that are alike, or one that was written again; they count as "
        f"several. If a column tells them apart, say --map {name}=…"
    )


def collective_customers(who: pd.Series, counts: Mapping[str, int], table: str = "orders") -> Iterator[str]:
    """Ids with more orders, or more rows, than a person has.

    Parameters
    ----------
    who : the customer of each order
    counts : rows of those customers who have most, see `lines.line_counts`, and all rows
    """
    orders = who.value_counts()
    limit = ONE_CUSTOMER if len(who) >= ENOUGH_ORDERS else MOST_OF_FEW
    if len(orders) <= 2 and len(who) < ENOUGH_ORDERS:
        return
    rows = {name.removeprefix(ROWS_OF): n for name, n in counts.items() if name.startswith(ROWS_OF)}
    every = counts.get("purchases", 0) + counts.get("returns", 0)
    for customer in dict.fromkeys([*orders.index[orders > limit * len(who)], *rows]):
        part, of_rows = orders.get(customer, 0) / len(who), rows.get(customer, 0) / max(every, 1)
        if max(part, of_rows) > limit:
            what = table if part >= of_rows else "rows"
            yield (
                f"customer {shortened(str(customer))!r} has {max(part, of_rows):.0%} of all {what}: it may be a collective account, "
                "such as guests or a till, or stand for nobody, and figures by customer would be misread"
                + (ITS_ROWS.format(customer) if table == "orders" else NOBODY)
            )


def far_out(sales: Column) -> Iterator[str]:
    """Amounts and quantities that are out of all proportion."""
    for column, words in {"amount": "amounts", "quantity": "quantities"}.items():
        size = sales("order_lines", column).abs()
        median = size.median()
        beyond = size[size > FAR_OUT * median]
        if median > 0 and len(beyond):
            yield (
                f"{words} of more than {FAR_OUT:,} times the median line ({median:,.10g}): {len(beyond):,}, the "
                f"largest {beyond.max():,.10g}; are they slips of the keyboard?"
            )


def early_orders(at: pd.Series) -> Iterator[str]:
    """A few orders that lie years before the rest."""
    at = at if at.is_monotonic_increasing else at.sort_values(ignore_index=True)
    early = at.index[at.diff() > GAP]
    early = early[early < FEW * len(at)]
    if len(early):
        n = int(early[-1])
        yield (
            f"orders more than {GAP.days // 365} years before all others: {n:,}, from {at[0]:%Y-%m-%d} on, while the "
            f"rest begin on {at[n]:%Y-%m-%d}; is the year mistyped?"
        )


def first_few(names: Sequence[str]) -> str:
    """Names in a row, the first few of many."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
