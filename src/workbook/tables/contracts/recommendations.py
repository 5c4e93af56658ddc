"""What customers looked at and what was recommended to them, and the chances by which they choose."""

from pandera.typing import Series

from workbook.tables.contract import Table, column


class ItemViews(Table):
    """One row per session of a known customer and product that it looked at; a product looked at twice counts once."""

    session_id: Series[str] = column("session identifier", refers="sessions.session_id")
    product_id: Series[str] = column("product identifier", refers="products.product_id")

    class Config:
        metadata = {"key": ["session_id", "product_id"], "known_from": ["session_id"]}  # noqa: RUF012


class Recommendations(Table):
    """One row per session in which a product was recommended to a known customer: the one that was shown.

    Which policy chooses is drawn at random in each session, and so is the product, by the policy's chances.
    """

    session_id: Series[str] = column("session identifier", unique=True, refers="sessions.session_id")
    product_id: Series[str] = column("identifier of the product that was shown", refers="products.product_id")
    policy: Series[str] | None = column(
        "what chose it: random (any product on sale), popular (a best seller of the month) or similar (to the last purchase)",
        nullable=True,
    )
    propensity: Series[float] = column(
        "chance that this session was shown this product, whichever policy shows it", unit="share", gt=0, le=1
    )
    clicked: Series[bool] = column("whether it was clicked")
    bought: Series[bool] | None = column("whether the order in which the session ended has it")

    class Config:
        metadata = {"key": ["session_id"]}  # noqa: RUF012


class TrueProducts(Table):
    """One row per product: what customers see in it."""

    product_id: Series[str] = column("product identifier", unique=True, refers="products.product_id")
    price_step: Series[int] = column(
        "price step in its category: 0 basic to 7 premium", unit="steps", ge=0, le=7
    )
    usual_share: Series[float] = column(
        "share of it in what people on the whole look for, while it is on sale, before the month has its say",
        unit="share",
        gt=0,
        le=1,
    )

    class Config:
        metadata = {"key": ["product_id"]}  # noqa: RUF012


class TrueSeasons(Table):
    """One row per month of the year: what it multiplies the shares of the categories by."""

    month: Series[int] = column("month of the year", unit="month", unique=True, ge=1, le=12)
    shirt: Series[float] = column("factor for shirts", unit="ratio", ge=0)
    trousers: Series[float] = column("factor for trousers", unit="ratio", ge=0)
    dress: Series[float] = column("factor for dresses", unit="ratio", ge=0)
    knitwear: Series[float] = column("factor for knitwear", unit="ratio", ge=0)
    outerwear: Series[float] = column("factor for outerwear", unit="ratio", ge=0)
    shoes: Series[float] = column("factor for shoes", unit="ratio", ge=0)
    bag: Series[float] = column("factor for bags", unit="ratio", ge=0)
    accessory: Series[float] = column("factor for accessories", unit="ratio", ge=0)

    class Config:
        metadata = {"key": ["month"], "known_from": []}  # noqa: RUF012


class TrueChoices(Table):
    """One row per number by which customers choose, look and click.

    A line goes on from the one before it with one chance in the basket and with another in the next order. It then has the
    style of that line, and the number from 0 to 1 that picks the category is turned on by `turn`, and by up to `wobble` more.
    A product that is shown is clicked with the chance `click` times how much likelier this customer is to look for it than
    people on the whole, to the power of `fits`; never with more than `most`.
    """

    parameter: Series[str] = column("its name", unique=True)
    value: Series[float] = column("its value", unit="share or ratio", ge=0)

    class Config:
        metadata = {"key": ["parameter"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"item_views": ItemViews, "recommendations": Recommendations}
TRUTH: dict[str, type[Table]] = {
    "products": TrueProducts,
    "seasons": TrueSeasons,
    "choices": TrueChoices,
}
