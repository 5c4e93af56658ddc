"""Customers as six systems know them: every record with its key, its copies, and the truth of whose it is.

The same person is spelled differently, late, stale, twice, and sometimes under a number that somebody else has too.
No system keeps the customer id; truth does.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.retailer.core.streams import Block, Part, numbered
from workbook.retailer.customers.names import as_arrow, edit, join
from workbook.retailer.customers.profiles import Profiles, true_profiles
from workbook.retailer.identity.profile_history import profile_changes
from workbook.retailer.identity.social_activity import social_activity
from workbook.retailer.identity.source_records import write
from workbook.retailer.identity.source_systems import ERP, POS, SOURCES, Habits, habits, make_records
from workbook.retailer.privacy.personal_data import as_column, make_folk
from workbook.retailer.sales.erp import make_invoices
from workbook.retailer.sales.season import Season

# Up to this share of ERP records keep a POS member number, up to that an order; the rest a debtor number.
ERP_MEMBER, ERP_ORDER = 0.35, 0.8


def make_identity(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    returns: pd.DataFrame,
    profiles: Profiles,
    season: Season,
    block: Block,
) -> Part:
    """Make what six systems keep of the customers, and the ERP's ledger of their orders.

    Parameters
    ----------
    customers : customer_id, joined_on, gender, birth_year, city
    orders : order_id, customer_id, ordered_at, channel, amount
    returns : order_id, customer_id, returned_at, amount
    profiles : of the customers, row for row

    Returns
    -------
    tables : source_records, profile_changes, social_activity and invoices; see `tables.contracts.identity`
    truth : identities, profiles and invoice_errors
    """
    folk = make_folk(customers, block)
    bought = habits(customers, orders, returns)
    made = make_records(folk, bought, season, block)
    written = write(made, folk, bought, profiles, season, block)
    written = written.assign(source_key=keys(made, bought, orders, block))
    records, identities, ids = publish(written, made, customers["customer_id"], block)
    invoices, errors = make_invoices(orders, returns, season, block)
    return (
        {
            "source_records": records,
            "profile_changes": profile_changes(written, made, ids, block),
            "social_activity": social_activity(made, ids, profiles, season, block),
            "invoices": invoices,
        },
        {
            "identities": identities,
            "profiles": true_profiles(profiles, customers["customer_id"]),
            "invoice_errors": errors,
        },
    )


def keys(records: pd.DataFrame, bought: Habits, orders: pd.DataFrame, block: Block) -> pd.Series:
    """Each system's own key; the ERP often keeps a member number of the POS or an order instead."""
    m, rng = len(records), block.rng("identity.keys")
    who, source = records["who"].to_numpy(), records["source"].to_numpy()
    letters = as_arrow(SOURCES["letter"]).take(pa.array(source))
    number = as_arrow(numbered("", m, 7, first=block.number * 10**6 + 1))
    key = join(letters, number.take(pa.array(rng.permutation(m))))
    card, at_till = np.full(len(bought.orders), -1), np.flatnonzero(source == POS)[::-1]
    card[who[at_till]] = at_till  # the last to be written is the first record
    u = rng.random(m)
    member = (source == ERP) & (u < ERP_MEMBER) & (card[who] >= 0)
    key = key.take(pa.array(np.where(member, card[who], np.arange(m))))
    count = np.bincount(bought.of_order, minlength=len(bought.orders))
    ordered = (source == ERP) & ~member & (u < ERP_ORDER) & (count[who] > 0)
    which = np.cumsum(count) - count + (rng.random(len(count)) * count).astype(int)
    row = np.argsort(bought.of_order, kind="stable")[which[who[ordered]]]
    return as_column(edit(key, ordered, as_arrow(orders["order_id"]).take(pa.array(row))))


def publish(
    written: pd.DataFrame, made: pd.DataFrame, ids: pd.Series, block: Block
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Add the exact copies, order by time, number the records, note whose they are; and the number of each record but its copy."""
    chance = SOURCES["copied"].to_numpy()[made["source"]]
    copies = np.flatnonzero(block.rng("identity.copies").random(len(made)) < chance)
    row = np.concatenate([np.arange(len(made)), copies])
    row = row[np.argsort(made["created"].to_numpy()[row], kind="stable")]
    record_id = block.ids("X", len(row))
    whose = made[["who", "source"]].take(row)
    identities = pd.DataFrame(
        {
            "record_id": record_id,
            "customer_id": ids.take(whose["who"]).to_numpy(),
            "duplicate": whose.duplicated().to_numpy(),
            "reward": written["reward"].array.take(row),
        }
    )
    records = written.drop(columns="reward").take(row).reset_index(drop=True)
    records.insert(0, "record_id", record_id)
    records.insert(2, "source_key", records.pop("source_key"))
    _, first = np.unique(row, return_index=True)
    return records, identities, record_id.take(first).reset_index(drop=True)
