"""All parts of the retailer put together, block by block."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from workbook.retailer.complaints.complaints import make_complaints
from workbook.retailer.core.claims import claim_values
from workbook.retailer.core.streams import SIZE, Block, Part, stream
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.core.truth import (
    caused_orders,
    channel_sums,
    true_channels,
    true_customers,
    true_needs,
    true_tastes,
)
from workbook.retailer.identity.identity import make_identity
from workbook.retailer.loyalty.loyalty import make_loyalty
from workbook.retailer.loyalty.programme_truth import programme_sums, true_programme
from workbook.retailer.marketing import experiments, marketing
from workbook.retailer.marketing.awareness import make_awareness, true_funnel, visits_by_week
from workbook.retailer.marketing.campaign_plan import campaign_plan
from workbook.retailer.marketing.campaigns import (
    effect_sums,
    touchpoints_table,
    true_channel_effects,
    true_trigger_effects,
)
from workbook.retailer.marketing.message_values import true_message_fatigue, true_message_values
from workbook.retailer.marketing.messages import make_messages
from workbook.retailer.marketing.prospects import make_prospects
from workbook.retailer.marketing.sessions import make_sessions
from workbook.retailer.privacy.privacy import make_privacy, privacy_rules
from workbook.retailer.project.crm_truth import crm_sums, true_crm
from workbook.retailer.project.project import make_project
from workbook.retailer.recommendations.recommendations import choices_truth, make_recommendations
from workbook.retailer.sales import assortment
from workbook.retailer.sales.sales import Sales, allowed_by, make_sales, sales_tables, true_likes
from workbook.retailer.sales.season import Season, make_season
from workbook.retailer.sales.stock import make_stock, stock_sums
from workbook.retailer.sales.store_visits import make_store_visits
from workbook.retailer.sales.supply import Goods, make_goods, make_shelf, withdrawn
from workbook.retailer.sales.variants import make_variants
from workbook.retailer.service.service_effects import Service, make_service
from workbook.retailer.service.surveys import make_surveys
from workbook.retailer.service.tickets import make_tickets, tickets_table, true_tickets
from workbook.retailer.social.social import make_social
from workbook.retailer.texts import product_descriptions
from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate
from workbook.tables.errors import DataError

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class World:
    """One setting of the retailer, and what all its customers share.

    Attributes
    ----------
    customers, months, seed : see `generate`
    claims : value of each claim that is a parameter
    """

    customers: int
    months: int
    seed: int
    claims: Mapping[str, float]

    @cached_property
    def timeline(self) -> Timeline:
        """What happens when."""
        return Timeline(make_season(self.months))

    @property
    def season(self) -> Season:
        """The calendar and the inner clock."""
        return self.timeline.season

    @cached_property
    def service(self) -> Service:
        """How purchases go."""
        return make_service(self.timeline, self.claims)

    @cached_property
    def goods(self) -> Goods:
        """Products, suppliers and batches."""
        season, popular = self.season, assortment.popularity()
        first = assortment.make_products(stream(self.seed, "products"))
        new, place = assortment.make_arrivals(
            first, pd.date_range(season.start, season.end), stream(self.seed, "products.arrivals")
        )
        products = pd.concat(
            [self.described(first, "products"), self.described(new, "products.arrivals")], ignore_index=True
        )
        shelf = make_shelf(len(first), place, new["launched_on"].to_numpy(), season.start)
        products = products.assign(withdrawn_on=withdrawn(shelf))
        return make_goods(products, shelf, popular, self.timeline, stream(self.seed, "supply"))

    def described(self, products: pd.DataFrame, key: str) -> pd.DataFrame:
        """Add texts, colours and sizes to products."""
        return products.join(product_descriptions(products, stream(self.seed, f"{key}.texts"))).join(
            make_variants(products, stream(self.seed, f"{key}.variants"))
        )

    def blocks(self) -> list[Block]:
        """Cut the customers into blocks that are made one by one."""
        starts = range(0, self.customers, SIZE)
        return [Block(self.seed, i, min(SIZE, self.customers - s)) for i, s in enumerate(starts)]

    def shared(self) -> tuple[Tables, Tables]:
        """Tables, and truth, that don't grow with the customers."""
        goods, end = self.goods, self.season.end
        tables = {
            "products": goods.products,
            "stores": assortment.make_stores(stream(self.seed, "stores")),
            "suppliers": goods.suppliers,
            "campaigns": campaign_plan(self.timeline),
            **privacy_rules(),
            "batches": goods.batches[goods.batches["received_on"] <= end].reset_index(drop=True),
        }
        project, known = make_project(self.timeline, self.seed)
        made = {
            "events": self.timeline.table(),
            "funnel": true_funnel(),
            "message_values": true_message_values(),
            "message_fatigue": true_message_fatigue(),
        }
        return tables | project, {**made, **known, **choices_truth(goods)}

    def part(self, block: Block) -> tuple[Tables, Tables, Tables]:
        """Make the tables of one block, their truth, and sums that are added over blocks."""
        sales = make_sales(self.season, self.service, self.goods, block)
        till = sales_tables(sales, self.season, self.goods, block)
        tables, truth = united(self.topics(sales, till, block))
        sums = self.sums(sales, till) | {"visits": visits_by_week(tables["sessions"], truth["session_flags"])}
        return {name: as_kept(name, frame) for name, frame in tables.items()}, truth, sums

    def topics(self, sales: Sales, till: Tables, block: Block) -> list[Part]:
        """What each topic makes of one block's sales: tables, and the truth behind them."""
        customers, orders, returns = till["customers"], till["orders"], till["returns"]
        season, claims = self.season, self.claims
        _, profiles = true_likes(sales, customers, block)
        known = {
            "customers": true_customers(sales, self.service),
            "tastes": true_tastes(sales),
            "needs": true_needs(sales),
            "caused_orders": caused_orders(sales, orders),
        }
        log = make_sessions(orders, customers, sales.campaigns.touches, season, block)
        return [
            (till, known),
            experiment_tables(sales, self.timeline, claims["recommender-conversion"], block),
            ({"touchpoints": touchpoints_table(sales.campaigns, sales.ids, block)}, {}),
            ({"message_log": messages_table(sales, self.timeline, block)}, {}),
            log,
            make_prospects(sales.people, sales.ids, first_orders(sales), self.timeline, block),
            make_recommendations(log, orders, sales, self.goods, season, block),
            make_loyalty(sales, till | {"products": self.goods.products}, self.timeline, block),
            service_tables(sales, self.goods, self.service, orders["order_id"], block),
            make_identity(customers, orders, returns, profiles, season, block),
            make_store_visits(sales, orders, customers["member_since"], season, block),
            make_privacy(customers, orders, sales.agreements, season, claims, block),
            make_social(self.timeline, block),
        ]

    def sums(self, sales: Sales, till: Tables) -> Tables:
        """Sums of one block that are added over blocks."""
        return {
            "channels": channel_sums(sales, self.service),
            "marketing": marketing.counts(till["customers"], till["orders"], self.season),
            "campaigns": effect_sums(sales.campaigns),
            "programme": programme_sums(sales, self.service),
            "crm": crm_sums(sales, self.service),
            "stock": stock_sums(sales, self.season, self.goods),
        }

    def totals(self, sums: list[dict[str, pd.DataFrame]]) -> tuple[Tables, Tables]:
        """Tables, and truth, that need the sums over all blocks."""
        added = {
            name: pd.concat([s[name] for s in sums])
            .groupby(level=list(range(sums[0][name].index.nlevels)))
            .sum()
            for name in sums[0]
        }
        costs = marketing.make_costs(added["marketing"], stream(self.seed, "marketing"))
        stock, stock_errors = make_stock(added["stock"], self.season, stream(self.seed, "stock"))
        awareness = make_awareness(added["visits"], stream(self.seed, "awareness"))
        return {"marketing_costs": costs, "stock": stock, "awareness": awareness}, {
            "stock_errors": stock_errors,
            "channels": true_channels(added["channels"]),
            "channel_effects": true_channel_effects(added["campaigns"]),
            "trigger_effects": true_trigger_effects(added["campaigns"]),
            "programme": true_programme(added["programme"]),
            "crm_benefit": true_crm(added["crm"]),
        }

    def facts(self) -> dict[str, Any]:
        """Settings, for datapackage.json."""
        usual = claim_values()
        changed = {name: value for name, value in self.claims.items() if value != usual[name]}
        return {"customers": self.customers, "months": self.months, "seed": self.seed, "claims": changed}


def first_orders(sales: Sales) -> pd.Series:
    """Time of each customer's first order."""
    return sales.orders[: sales.seen].groupby("who")["ordered_at"].min().reindex(range(len(sales.people)))


def experiment_tables(sales: Sales, timeline: Timeline, lift: float, block: Block) -> Part:
    """Units of all experiments, on customers and on visitors, and the true effect on each."""
    visitors, on_visitors = experiments.recommender(timeline, lift, block)
    rows = experiments.trial_rows(sales.trials, sales.orders[: sales.seen], sales.ids, timeline)
    effects = experiments.true_effects(sales.trials, sales.ids)
    return (
        {"experiments": pd.concat([rows, visitors], ignore_index=True)},
        {"effects": pd.concat([effects, on_visitors], ignore_index=True)},
    )


def messages_table(sales: Sales, timeline: Timeline, block: Block) -> pd.DataFrame:
    """The log of the engine that chooses messages."""
    allowed = allowed_by(sales.agreements[1], sales.ids)
    return make_messages(sales.people, sales.ids, sales.orders, allowed, timeline, block)


def service_tables(sales: Sales, goods: Goods, service: Service, order_ids: pd.Series, block: Block) -> Part:
    """Tickets, surveys and complaints, and the truth behind them."""
    hidden = make_tickets(sales, service, block)
    tickets = tickets_table(hidden, sales, service, order_ids, block)
    complaints, true_complaints = make_complaints(hidden, tickets, sales, goods, service, order_ids, block)
    return {
        "tickets": tickets,
        "surveys": make_surveys(hidden, tickets, sales, service, block),
        "complaints": complaints,
    }, {"tickets": true_tickets(hidden, tickets, service), "complaints": true_complaints}


def united(parts: list[Part]) -> Part:
    """All tables, and all truth, of some parts; no two of them make the same one."""
    tables, truth = (
        {name: frame for made in side for name, frame in made.items()} for side in zip(*parts, strict=True)
    )
    return tables, truth


# Tables that are compared with the till's times; most systems keep times to the minute.
TO_THE_SECOND = ("customers", "orders", "returns", "points", "invoices")


def as_kept(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Times of a table as its system keeps them."""
    if name in TO_THE_SECOND:
        return frame
    times = frame.select_dtypes("datetime")
    return frame.assign(**{c: times[c].dt.floor("min") for c in times})


# By blocks a million customers take some minutes and 1.3 GB on disk, and ten millions ten times that.
LIMITS = {"customers": (1, 10_000_000), "months": (1, 240), "seed": (0, 2**32 - 1)}
AT_ONCE = 1_000_000  # customers that memory may hold


def check_at_once(customers: int) -> None:
    """See that a world can be held in memory.

    Raises
    ------
    DataError
        if it has too many customers.
    """
    if customers > AT_ONCE:
        raise DataError(
            f"customers must be a whole number up to {AT_ONCE:,} where all are held in memory; got {customers:,}. "
            "workbook data make DIR --format parquet makes more."
        )


def make_world(
    customers: int = 5000, months: int = 24, seed: int = 2026, claims: Mapping[str, float] | None = None
) -> World:
    """Check the settings of `generate`."""
    given = {"customers": customers, "months": months, "seed": seed}
    for name, (least, most) in LIMITS.items():
        if given[name] < least:
            raise DataError(f"{name} must be a whole number from {least} on; got {given[name]}.")
        if given[name] > most:
            raise DataError(f"{name} must be a whole number up to {most:,}; got {str(given[name])[:40]}.")
    return World(customers, months, seed, claim_values(claims))


def generate(
    customers: int = 5000, months: int = 24, seed: int = 2026, claims: Mapping[str, float] | None = None
) -> Dataset:
    """Make the retailer's data and its truth; the same settings give the same data to the bit.

    Parameters
    ----------
    customers : number of customers won in the period, from 1
    months : whole months up to the end of 2025, from 1
    seed : of all randomness, from 0
    claims : id → value of claims that aren't to be as the course has them (see datasets/claims.csv)

    Raises
    ------
    DataError
        for a setting out of range, or a claim that is no parameter.
    """
    world = make_world(customers, months, seed, claims)
    check_at_once(customers)
    parts = list(map(world.part, world.blocks()))
    shared, shared_truth = world.shared()
    total, total_truth = world.totals([sums for _, _, sums in parts])
    tables = shared | stacked_blocks([t for t, _, _ in parts]) | total
    truth = shared_truth | stacked_blocks([t for _, t, _ in parts]) | total_truth
    return Dataset(
        name="lanyu",
        tables=validate(
            {name: tables[name] for name in schema.CONTRACTS if name in tables}, schema.CONTRACTS
        ),
        start=world.season.start,
        end=world.season.end,
        currency="CNY",
        truth=validate({name: truth[name] for name in schema.TRUTH if name in truth}, schema.TRUTH, tables),
        facts=world.facts(),
    )


def stacked_blocks(parts: list[Tables]) -> Tables:
    """The blocks' tables one below the other."""
    if len(parts) == 1:
        return parts[0]
    return {name: pd.concat([p[name] for p in parts], ignore_index=True) for name in parts[0]}
