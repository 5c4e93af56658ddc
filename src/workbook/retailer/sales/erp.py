"""The ERP's ledger: a document for each order, refunds booked against it, and the mistakes of bookkeeping."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.sales.season import Season

SHIPPING = (4.0, 72.0)  # hours from an order online to its invoice, evenly spread; at the till it is at once
CANCELLED = 0.011  # share of orders whose first document was made out wrongly, cancelled and made anew
NOT_SEEN = np.datetime64("NaT", "s")
# Chance of each mistake among the orders that it can happen to: any, with a refund, booked before the 20th of a
# month that isn't the data's last. Together about 0.5 % of all orders.
MISTAKES = pd.DataFrame(
    [
        ("missing invoice", "any", 0.0008),
        ("doubled invoice", "any", 0.0008),
        ("cents off", "any", 0.0008),
        ("amount mistyped", "any", 0.0008),
        ("refund missing", "refunded", 0.0030),
        ("refund doubled", "refunded", 0.0020),
        ("booked a month late", "early", 0.0012),
    ],
    columns=["kind", "among", "rate"],
)
KINDS = (*MISTAKES["kind"], "booked in the next year")
MISSING, DOUBLED, CENTS, MISTYPED, NO_REFUND, TWO_REFUNDS, LATE, NEXT_YEAR = range(len(KINDS))


def make_invoices(
    orders: pd.DataFrame, returns: pd.DataFrame, season: Season, block: Block
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the ledger of all orders.

    Returns
    -------
    invoices : see `tables.contracts.identity.Invoices`
    errors : see `tables.contracts.identity.InvoiceErrors`
    """
    book = true_ledger(orders, returns, season, block.rng("erp.shipping"))
    mistake = draw_mistakes(book, season, block.rng("erp.mistakes"))
    book = make_mistakes(book.assign(mistake=mistake), block.rng("erp.amounts"))
    rows = documents(book, season, block)
    rows = rows.take(np.argsort(rows["invoiced_at"].to_numpy(), kind="stable")).reset_index(drop=True)
    rows.insert(0, "invoice_id", block.ids("F", len(rows)))
    rows = rows[rows["mistake"] != MISSING].reset_index(drop=True)  # its number stays unused
    return rows[["invoice_id", "order_id", "invoiced_at", "state", "amount", "refunded"]], errors(book, rows)


def true_ledger(
    orders: pd.DataFrame, returns: pd.DataFrame, season: Season, rng: np.random.Generator
) -> pd.DataFrame:
    """Make the ledger as it should be, a row an order: order_id, ordered_at, invoiced_at, state, amount, refunded."""
    row = pd.Index(orders["order_id"]).get_indexer(pd.Index(returns["order_id"]))
    back, row = returns[row >= 0], row[row >= 0]
    amount = orders["amount"].to_numpy(float)
    refunded = np.bincount(row, weights=back["amount"], minlength=len(orders)).round(2)
    hours = rng.uniform(*SHIPPING, len(orders))
    wait = np.where(orders["channel"] == "store", 0.0, hours * 3600).astype("timedelta64[s]")
    invoiced = orders["ordered_at"].to_numpy("datetime64[s]") + wait
    open_ = (invoiced > last_second(season)) & (refunded == 0)
    # What has come back had been invoiced.
    invoiced = np.where(refunded > 0, np.minimum(invoiced, first_back(back, row, len(orders))), invoiced)
    state = np.select(
        [open_, refunded == 0, refunded >= amount], ["open", "shipped", "returned"], "partly returned"
    )
    return pd.DataFrame(
        {
            "order_id": orders["order_id"],
            "invoiced_at": np.where(open_, NOT_SEEN, invoiced),
            "state": state,
            "amount": amount,
            "refunded": refunded,
        }
    )


def first_back(back: pd.DataFrame, row: np.ndarray, n: int) -> np.ndarray:
    """Time of the first return of each of ``n`` orders."""
    first = back["returned_at"].astype("datetime64[s]").groupby(row).min()
    return first.reindex(range(n)).to_numpy("datetime64[s]")


def last_second(season: Season) -> np.datetime64:
    """Return the last moment that the data can show."""
    return np.datetime64(season.end + pd.Timedelta("23:59:59"), "s")


def draw_mistakes(book: pd.DataFrame, season: Season, rng: np.random.Generator) -> np.ndarray:
    """Which mistake is made with each order, -1 for none."""
    time = book["invoiced_at"].dt
    last_month = book["invoiced_at"] >= season.end.replace(day=1)
    may = {
        "any": (book["state"] != "open").to_numpy(),
        "refunded": (book["refunded"] > 0).to_numpy(),
        "early": ((time.day < 20) & ~last_month).to_numpy(),
    }
    chance = np.column_stack(
        [may[among] * rate for among, rate in zip(MISTAKES["among"], MISTAKES["rate"], strict=True)]
    )
    kind = (rng.random(len(book))[:, None] >= chance.cumsum(axis=1)).sum(axis=1)
    kind = np.where(kind == len(MISTAKES), -1, kind)
    return np.where((kind == LATE) & (time.month == 12), NEXT_YEAR, kind)


def make_mistakes(book: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Change amounts, refunds and times as ``mistake`` says."""
    n, kind = len(book), book["mistake"].to_numpy()
    amount, refunded = book["amount"].to_numpy(), book["refunded"].to_numpy()
    cents = rng.choice([-0.05, -0.02, -0.01, 0.01, 0.02, 0.05], n)
    typed = mistyped(amount, rng)
    late = np.isin(kind, (LATE, NEXT_YEAR))
    time = book["invoiced_at"].to_numpy("datetime64[s]")
    next_month = (time.astype("datetime64[M]") + 1).astype("datetime64[s]")
    booked = next_month + rng.integers(9 * 3600, 5 * 86400, n).astype("timedelta64[s]")
    state = book["state"].mask(kind == NO_REFUND, "shipped")
    return book.assign(
        amount=np.select([kind == CENTS, kind == MISTYPED], [np.abs(amount + cents), typed], amount).round(2),
        refunded=np.select([kind == NO_REFUND, kind == TWO_REFUNDS], [0.0, 2 * refunded], refunded).round(2),
        invoiced_at=np.where(late, booked, time),
        state=state,
    )


def mistyped(amount: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Amounts with the last two digits of yuan swapped, or a digit too many where that changes nothing."""
    yuan = np.floor(amount).astype(np.int64)
    units, tens = yuan % 10, yuan // 10 % 10
    swapped = amount + 9 * (units - tens)
    return np.where((units == tens) | (rng.random(len(amount)) < 0.3), amount * 10, swapped)


def documents(book: pd.DataFrame, season: Season, block: Block) -> pd.DataFrame:
    """All documents: one an order, before some of them a cancelled one, after some a second that shouldn't be."""
    rng = block.rng("erp.documents")
    n, shipped = len(book), book["invoiced_at"].notna()
    void = shipped & (rng.random(n) < CANCELLED) & (book["mistake"] == -1)
    minutes = pd.to_timedelta(rng.integers(1, 30, n), unit="m")
    cancelled = book[void].assign(state="cancelled", refunded=0.0)
    doubled = (book["mistake"] == DOUBLED).to_numpy()
    later = book["invoiced_at"] + pd.to_timedelta(rng.integers(60, 3 * 86400, n), unit="s")
    later = later.clip(upper=pd.Timestamp(last_second(season)))
    again = book[doubled].assign(invoiced_at=later[doubled], refunded=0.0, state="shipped")
    anew = book.assign(invoiced_at=(book["invoiced_at"] + minutes.where(void, pd.Timedelta(0))))
    anew["invoiced_at"] = anew["invoiced_at"].clip(upper=pd.Timestamp(last_second(season)))
    return pd.concat([cancelled, anew, again], ignore_index=True)


def errors(book: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """Which orders are booked wrongly, on which document, and how."""
    wrong = book[book["mistake"] >= 0]
    last = invoices[invoices["mistake"] >= 0].drop_duplicates("order_id", keep="last")
    document = last.set_index("order_id")["invoice_id"].reindex(wrong["order_id"]).to_numpy()
    kind = np.array(KINDS, dtype=object)[wrong["mistake"]]
    return pd.DataFrame({"order_id": wrong["order_id"], "invoice_id": document, "kind": kind}).reset_index(
        drop=True
    )
