"""Who filled in a field of a profile, when and why: the log of the e-shop's, the app's, the social and the till's profiles."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.retailer.core.epoch_seconds import times
from workbook.retailer.core.streams import Block
from workbook.retailer.identity.source_systems import POS
from workbook.retailer.privacy.personal_data import as_column

FIELDS = ("size", "favourite_colour", "preference_tags")
AT_ONCE = 0.5  # share of fields that are filled in when the record is made
BY_STAFF = (
    0.12  # share of own profiles' fields that an assistant filled in for the customer; at the till it is all
)
UNLOGGED = 0.08  # share of changes whose reason the log doesn't have
REASONS = ("own", "staff", "reward", "gift")
OWN, STAFF, REWARD, GIFT = range(len(REASONS))


def profile_changes(written: pd.DataFrame, made: pd.DataFrame, ids: pd.Series, block: Block) -> pd.DataFrame:
    """Make the log; see `tables.contracts.identity.ProfileChanges`.

    Parameters
    ----------
    written : records with FIELDS, gift and reward
    made : source (code), created and updated of each record, row for row
    ids : record_id of each record, row for row
    """
    rng, shape = block.rng("identity.changes"), (len(written), len(FIELDS))
    by_staff, alone, unlogged = (rng.random(shape) for _ in range(3))
    together = rng.random(len(written))
    row, field = cell = np.nonzero(written[list(FIELDS)].notna().to_numpy())
    gift, reward = written["gift"].to_numpy()[row], written["reward"].notna().to_numpy()[row]
    helped = (by_staff[cell] < BY_STAFF) | (made["source"].to_numpy()[row] == POS)
    reason = np.select([gift, reward, helped], [GIFT, REWARD, STAFF], OWN)
    # What is done for a gift or a reward is done at one moment, and some time after the record was made.
    later = np.clip((alone[cell] - AT_ONCE) / (1 - AT_ONCE), 0, None)
    at = moments(made, row, np.where(reason >= REWARD, together[row], later))
    order = np.lexsort((field, row, at))
    changes = pd.DataFrame(
        {
            "record_id": ids.take(row).array,
            "field": as_column(pa.array(FIELDS).take(pa.array(field))),
            "changed_at": times(at),
            "reason": as_column(pa.array(REASONS).take(pa.array(reason, mask=unlogged[cell] < UNLOGGED))),
        }
    )
    return changes.take(order).reset_index(drop=True)


def moments(made: pd.DataFrame, row: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Second when ``share`` of the time between the making and the last change of a record is gone."""
    created, updated = (
        made[c].to_numpy().astype("datetime64[s]").astype("int64")[row] for c in ("created", "updated")
    )
    return created + (share * (updated - created)).astype("int64")
