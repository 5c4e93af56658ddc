"""What people post about the retailer."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import Table, column


class Posts(Table):
    """One row per post about the retailer on a social platform; nobody knows which customer wrote it, if any."""

    post_id: Series[str] = column("post identifier", unique=True)
    posted_at: Series[pd.Timestamp] = column("when it was posted", unit="local time")
    platform: Series[str] | None = column("WeChat, Douyin, Xiaohongshu, Weibo …", nullable=True)
    language: Series[str] | None = column("ISO code: zh or en", nullable=True)
    followers: Series[pd.Int64Dtype] | None = column(
        "of the account, when it posted", unit="people", nullable=True, ge=0
    )
    views: Series[pd.Int64Dtype] | None = column(
        "times that it was seen in its first week, or by the end of the data; empty where it couldn't be read",
        unit="views",
        nullable=True,
        ge=0,
        known_from="posted_at + 7 days",
    )
    likes: Series[pd.Int64Dtype] | None = column(
        "in the same time", unit="likes", nullable=True, ge=0, known_from="posted_at + 7 days"
    )
    text: Series[str] | None = column("what it says", nullable=True)

    class Config:
        metadata = {"key": ["post_id"]}  # noqa: RUF012


class TruePosts(Table):
    """One row per post: what it is about and what mood it is in."""

    post_id: Series[str] = column("post identifier", unique=True, refers="posts.post_id")
    topic: Series[str] = column("style, quality, price, service, delivery, livestream or crisis")
    sentiment: Series[int] = column("-1 unhappy, 0 neither, 1 happy", ge=-1, le=1)
    crisis: Series[bool] = column("whether it belongs to the crisis")

    class Config:
        metadata = {"key": ["post_id"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"posts": Posts}
TRUTH: dict[str, type[Table]] = {"posts": TruePosts}
