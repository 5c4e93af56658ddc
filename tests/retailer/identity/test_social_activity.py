"""Follows and likes: of accounts that the social system knows, the more of what somebody cares for."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.customers.profiles import CONTENTS, Profiles
from workbook.retailer.identity import social_activity
from workbook.retailer.identity.source_systems import APP, SOCIAL
from workbook.retailer.sales.season import make_season

N = 3000
CARE = CONTENTS.index("care tips")


def activity(liking: float = 0.0) -> pd.DataFrame:
    """Make the activity of N accounts that all like care tips by so much, and of N records of the app."""
    contents = np.zeros((N, len(CONTENTS)))
    contents[:, CARE] = liking
    made = pd.DataFrame(
        {
            "who": np.tile(np.arange(N), 2),
            "source": np.repeat([SOCIAL, APP], N),
            "created": pd.Timestamp("2025-01-01 09:00"),
        }
    )
    ids = pd.Series([f"X{i}" for i in range(2 * N)])
    profiles = Profiles(np.zeros(N), np.zeros((N, 10)), np.zeros((N, 10)), contents, np.zeros(N, dtype=bool))
    return social_activity.social_activity(made, ids, profiles, make_season(12), Block(1, 0, N))


def test_each_account_follows_once_and_likes_now_and_then():
    """One follow an account, at its making; LIKES a month on average, later; nothing of the app's records."""
    made = activity()
    follows, likes = (made[made["kind"] == kind] for kind in ("follow", "like"))
    assert follows["record_id"].nunique() == len(follows) == N
    assert (follows["happened_at"] == pd.Timestamp("2025-01-01 09:00")).all()
    assert follows["content"].isna().all()
    mean = social_activity.LIKES * 12
    assert abs(len(likes) / N - mean) < 4 * np.sqrt((mean + mean**2 / social_activity.KEENER) / N)
    assert likes["happened_at"].between("2025-01-01 09:00", "2026-01-01", inclusive="left").all()
    assert likes["record_id"].str[1:].astype(int).max() < N


def test_likes_follow_interests(monkeypatch):
    """Who cares likes exp(INTERESTS × liking) times as many of it; with no strength as many as are posted."""
    share = social_activity.SEEN_SHARE[CARE]
    odds = share / (1 - share) * np.exp(social_activity.INTERESTS)

    def found(liking: float) -> tuple[float, int]:
        content = activity(liking)["content"].dropna()
        return (content == "care tips").mean(), len(content)

    got, n = found(1.0)
    wanted = odds / (1 + odds)
    assert abs(got - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / n)
    monkeypatch.setattr(social_activity, "INTERESTS", 0.0)
    got, n = found(1.0)
    assert abs(got - share) < 4 * np.sqrt(share * (1 - share) / n)


def test_nobody_likes_anything_where_likes_are_zero(monkeypatch):
    """With no likes a month follows are all there is."""
    monkeypatch.setattr(social_activity, "LIKES", 0.0)
    assert set(activity()["kind"]) == {"follow"}
