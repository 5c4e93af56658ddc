"""What the social records do: they follow the brand, and like what it posts, the more of what they care for."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.retailer.core.epoch_seconds import DAY, end_of, times
from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.customers.profiles import CONTENTS, Profiles
from workbook.retailer.identity.source_systems import SOCIAL
from workbook.retailer.privacy.personal_data import as_column
from workbook.retailer.sales.season import Season

LIKES = 0.35  # likes a month of one who follows, on average
KEENER = 2.0  # shape of how that differs between people (gamma)
INTERESTS = 1.2  # strength of what somebody cares for in what is liked
SEEN_SHARE = np.array([0.26, 0.24, 0.20, 0.10, 0.08, 0.12])  # of CONTENTS among what the brand posts
MONTH = 30.4 * DAY
FOLLOW = "follow"


def social_activity(
    made: pd.DataFrame, ids: pd.Series, profiles: Profiles, season: Season, block: Block
) -> pd.DataFrame:
    """Make the follows and likes; see `tables.contracts.identity.SocialActivity`.

    Parameters
    ----------
    made : who (row of profiles), source (code) and created of each record
    ids : record_id of each record, row for row
    """
    rng = block.rng("identity.social")
    row = np.flatnonzero(made["source"].to_numpy() == SOCIAL)
    since = made["created"].to_numpy()[row].astype("datetime64[s]").astype("int64")
    months = (end_of(season) - since) / MONTH
    number = rng.poisson(LIKES * months * rng.gamma(KEENER, 1 / KEENER, len(row)))
    again = np.repeat(np.arange(len(row)), number)
    at = since[again] + (rng.random(len(again)) * (end_of(season) - since)[again]).astype("int64")
    likings = profiles.contents[made["who"].to_numpy()[row]]
    content = draw_rows((SEEN_SHARE * np.exp(INTERESTS * likings))[again], rng)
    rows = np.concatenate([row, row[again]])
    words = pa.array((*CONTENTS, None))
    whole = pd.DataFrame(
        {
            "record_id": ids.take(rows).array,
            "happened_at": times(np.concatenate([since, at])),
            "kind": np.repeat([FOLLOW, "like"], [len(row), len(again)]),
            "content": as_column(
                words.take(pa.array(np.concatenate([np.full(len(row), len(CONTENTS)), content])))
            ),
        }
    )
    whole = whole.sort_values(["happened_at", "record_id"], kind="stable", ignore_index=True)
    whole.insert(0, "activity_id", block.ids("K", len(whole)))
    return whole
