"""Who buys what and when: the customers of one block, their purchases with all that changes them, and the till's tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.customers import people
from workbook.retailer.customers.demography import make_work, said_of_work
from workbook.retailer.customers.needs import make_needs, said_of_needs
from workbook.retailer.customers.personas import make_styles
from workbook.retailer.customers.profiles import Profiles, make_profiles
from workbook.retailer.marketing import experiments
from workbook.retailer.marketing.campaigns import Allowed, Campaigns, make_campaigns
from workbook.retailer.marketing.experiments import Trial
from workbook.retailer.marketing.history import History
from workbook.retailer.privacy.personal_data import make_folk
from workbook.retailer.privacy.privacy import make_agreements, may_contact
from workbook.retailer.sales import buying
from workbook.retailer.sales.assortment import store_ids
from workbook.retailer.sales.checkout import make_choices
from workbook.retailer.sales.season import Season
from workbook.retailer.sales.supply import FAULTY_RETURNS, Goods
from workbook.retailer.sales.variants import taken
from workbook.retailer.service.service_effects import Service

Wants = tuple[
    np.ndarray, np.ndarray, np.ndarray
]  # chances of categories, price steps, styles; a row per customer
OrdersAndLines = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class Sales:
    """Everything that one block's customers bought, seen and yet to come.

    Attributes
    ----------
    people : rows of customers, with habits (see `people`)
    ids : customer ids by row
    bought : every purchase with how it went: who, inner, nth, left, cause, severity, hours, satisfied …
    orders : every order, by time: who, visit (row of bought), ordered_at, online, channel, store, amount
    lines : every line: at (row of orders), line, product and batch (rows of theirs), quantity, unit_price, amount,
        margin
    back : lines that come back: at (row of lines), returned_at
    seen : orders up to the end of the data; they come first
    basket : expected spend and margin of one purchase at the end of the data
    wants : what each customer looks for: chances of categories, price steps, styles
    needs : what moves each customer, for which scenes and as whom they buy, income, occupation, education
    trials : experiments on customers
    campaigns : marketing contacts and what they caused
    agreements : privacy requests and consents
    """

    people: pd.DataFrame
    ids: pd.Series
    bought: pd.DataFrame
    orders: pd.DataFrame
    lines: pd.DataFrame
    back: pd.DataFrame
    seen: int
    basket: pd.DataFrame
    wants: Wants
    needs: pd.DataFrame
    trials: list[Trial]
    campaigns: Campaigns
    agreements: tuple[pd.DataFrame, pd.DataFrame]


def make_sales(season: Season, service: Service, goods: Goods, block: Block) -> Sales:
    """Let the customers of a block live and buy; see `Sales`."""
    folk, ids = people.make_people(season, block), block.customer_ids()
    folk = people.make_habits(folk, service.prefer, service.claims, block)
    wants = make_wants(folk, block)
    bought = own_visits(folk, service, block)
    own = own_orders(bought, folk, wants, goods, season, block)
    history = History(folk, bought, own[0].assign(amount=amounts(*own)), service.timeline)
    agreements = agreed(history, ids, block)
    campaigns = make_campaigns(history, allowed_by(agreements[1], ids), block)
    trials = experiments.make_trials(history.after(campaigns.caused, campaigns.added), service, block)
    more = caused_visits(all_caused(trials, campaigns), folk, service, block)
    orders, lines = buying.merge([own, extra_orders(more, len(bought), folk, wants, goods, block)])
    lines = lines.assign(batch=goods.batch_of(lines, orders))
    return Sales(
        people=folk,
        ids=ids,
        bought=pd.concat([bought, more.drop(columns="ordered_at")], ignore_index=True),
        orders=orders.assign(amount=amounts(orders, lines)),
        lines=lines,
        back=come_back(lines, orders, goods, block),
        seen=int((orders["ordered_at"] < season.end + pd.Timedelta(days=1)).sum()),
        basket=basket_at_end(folk, wants, goods, service),
        wants=wants,
        needs=make_needs(folk, block).join(make_work(folk, block)),
        trials=trials,
        campaigns=campaigns,
        agreements=agreements,
    )


def make_wants(folk: pd.DataFrame, block: Block) -> Wants:
    """Draw what each customer looks for in the shop."""
    tastes = people.make_tastes(folk, block.rng("tastes"))
    styles = make_styles(folk["segment"].to_numpy(), block.rng("styles"))
    return tastes, people.step_chances(folk["price_level"].to_numpy()), styles


def own_visits(folk: pd.DataFrame, service: Service, block: Block) -> pd.DataFrame:
    """Purchases that customers make of their own accord, with how they went."""
    luck = block.rng("experience")
    bought = buying.purchase_times(
        folk,
        float(service.timeline.season.clock[-1]),
        block.rng("purchases"),
        lambda who, inner: service.experience(folk, who, inner, luck),
    )
    return bought.assign(factor=basket_factor(bought, folk, service), cause="own")


def own_orders(
    bought: pd.DataFrame, folk: pd.DataFrame, wants: Wants, goods: Goods, season: Season, block: Block
) -> OrdersAndLines:
    """Orders of these purchases, and their lines."""
    orders = buying.make_orders(bought, folk, season, block.rng("orders"))
    return orders, buying.make_lines(orders, *wants, goods, block.rng("lines"), block.rng("lines.going_on"))


def extra_orders(
    visits: pd.DataFrame, first: int, folk: pd.DataFrame, wants: Wants, goods: Goods, block: Block
) -> OrdersAndLines:
    """Orders of visits that were caused, and their lines; ``first`` is the row of ``bought`` that the first becomes."""
    orders = visits[["who", "ordered_at", "factor"]].assign(visit=first + np.arange(len(visits)))
    orders = buying.place_orders(orders, folk, block.rng("caused.orders"))
    luck = block.rng("caused.lines"), block.rng("caused.lines.going_on")
    return orders, buying.make_lines(orders, *wants, goods, *luck)


def allowed_by(consents: pd.DataFrame, ids: pd.Series) -> Allowed:
    """Whether customers (rows) may be contacted at a time for a purpose, by their consents."""
    return lambda who, at, purpose: may_contact(consents, ids.take(who), pd.Series(at), purpose)


def all_caused(trials: list[Trial], campaigns: Campaigns) -> pd.DataFrame:
    """Orders that trials and campaigns caused: who, ordered_at, cause."""
    of_trials = [trial.caused.assign(cause=trial.name) for trial in trials]
    return pd.concat([*of_trials, campaigns.caused], ignore_index=True)


def come_back(lines: pd.DataFrame, orders: pd.DataFrame, goods: Goods, block: Block) -> pd.DataFrame:
    """Lines that come back; those of a faulty batch do more often."""
    worse = np.where(goods.is_faulty(lines), FAULTY_RETURNS, 1.0)
    return buying.make_returns(lines, orders, goods.products, block.rng("returns"), worse)


def basket_at_end(folk: pd.DataFrame, wants: Wants, goods: Goods, service: Service) -> pd.DataFrame:
    """Expected spend and margin of one purchase at the end of the data."""
    visits = pd.DataFrame({"who": np.arange(len(folk)), "inner": service.timeline.season.now})
    return buying.expected_basket(folk, *wants, goods.on_shelf, basket_factor(visits, folk, service))


def agreed(history: History, ids: pd.Series, block: Block) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Privacy requests and consents by what customers do of their own accord: they come before any campaign."""
    season, own = history.timeline.season, history.orders
    seen = own[own["ordered_at"] < season.end + pd.Timedelta(days=1)]
    orders = pd.DataFrame(
        {
            "customer_id": ids.take(seen["who"]).array,
            "ordered_at": seen["ordered_at"].array,
            "channel": seen["channel"].array,
        }
    )
    return make_agreements(pd.DataFrame({"customer_id": ids}), orders, season, block)


def basket_factor(visits: pd.DataFrame, folk: pd.DataFrame, service: Service) -> np.ndarray:
    """How much larger the basket of each visit is, for the sake of loyalty and of personal offers."""
    who, inner = visits["who"].to_numpy(), visits["inner"].to_numpy()
    personal = folk["personal"].to_numpy()[who] & (inner >= service.timeline.inner("personal offers"))
    return service.basket_factor(folk, who, inner) * (1 + service.claims["clv-analytics"] * personal)


def caused_visits(visits: pd.DataFrame, folk: pd.DataFrame, service: Service, block: Block) -> pd.DataFrame:
    """Visits that trials and campaigns caused, with how they went; nobody leaves with one of them."""
    season = service.timeline.season
    day = (visits["ordered_at"].dt.normalize() - season.start).dt.days.to_numpy().astype("int64")
    visits = visits.assign(inner=season.clock[day], nth=-1, left=False)
    who, inner = visits["who"].to_numpy(), visits["inner"].to_numpy()
    went = service.experience(folk, who, inner, block.rng("caused.experience"))
    return visits.assign(**went, factor=basket_factor(visits, folk, service))


def amounts(orders: pd.DataFrame, lines: pd.DataFrame) -> np.ndarray:
    """What was paid for each order."""
    return np.bincount(lines["at"], weights=lines["amount"], minlength=len(orders)).round(2)


def sales_tables(sales: Sales, season: Season, goods: Goods, block: Block) -> dict[str, pd.DataFrame]:
    """The till's tables, up to the end of the data: customers, orders, order_lines, returns."""
    orders = sales.orders[: sales.seen]
    orders = orders.assign(order_id=block.ids("O", len(orders)))
    lines = sales.lines[sales.lines["at"] < sales.seen]
    back = sales.back[sales.back["returned_at"] < season.end + pd.Timedelta(days=1)]
    back = back[sales.lines["at"].to_numpy()[back["at"]] < sales.seen]
    first = orders.groupby("who")["ordered_at"].min().reindex(range(block.customers))
    customers = people.customers_table(sales.people, first, member_since(sales, orders), sales.ids)
    said = {**said_of_work(sales.needs, block), **said_of_needs(sales.needs, block)}
    return {
        "customers": customers.assign(**said),
        "orders": orders_table(orders, sales.ids).assign(**make_choices(orders, sales.needs, block)),
        "order_lines": with_variants(
            lines_table(lines, orders, goods), lines, sales, customers, goods, block
        ),
        "returns": returns_table(back, sales.lines, orders, goods, sales.ids, block),
    }


def member_since(sales: Sales, orders: pd.DataFrame) -> pd.Series:
    """Time of the order with which each customer joined the programme; missing for the others."""
    joins = sales.bought["nth"].to_numpy() == sales.people["member_from"].to_numpy()[sales.bought["who"]]
    joined = orders[joins[orders["visit"]]].groupby("who")["ordered_at"].min()
    return joined.reindex(range(len(sales.people)))


def orders_table(orders: pd.DataFrame, customers: pd.Series) -> pd.DataFrame:
    """What the till keeps of an order; see `tables.contracts.sales.Orders`."""
    return pd.DataFrame(
        {
            "order_id": orders["order_id"],
            "customer_id": customers.take(orders["who"]).array,
            "ordered_at": orders["ordered_at"],
            "channel": orders["channel"],
            "store_id": store_ids().reindex(orders["store"] - 1).array,
            "amount": orders["amount"],
        }
    )


def lines_table(lines: pd.DataFrame, orders: pd.DataFrame, goods: Goods) -> pd.DataFrame:
    """What the till keeps of a line; see `tables.contracts.sales.OrderLines`."""
    return pd.DataFrame(
        {
            "order_id": orders["order_id"].take(lines["at"]).array,
            "line": lines["line"],
            "product_id": goods.products["product_id"].take(lines["product"]).array,
            "batch_id": goods.batches["batch_id"].take(lines["batch"]).array,
            "quantity": lines["quantity"],
            "unit_price": lines["unit_price"],
            "amount": lines["amount"],
        }
    )


def true_likes(sales: Sales, customers: pd.DataFrame, block: Block) -> tuple[pd.DataFrame, Profiles]:
    """Who the customers are (see `make_folk`), and what they wear and like."""
    folk = make_folk(customers, block)
    return folk, make_profiles(folk, sales.people, sales.wants[2], block)


def with_variants(
    table: pd.DataFrame,
    lines: pd.DataFrame,
    sales: Sales,
    customers: pd.DataFrame,
    goods: Goods,
    block: Block,
) -> pd.DataFrame:
    """Add the size and the colour of each line."""
    folk, profiles = true_likes(sales, customers, block)
    who = sales.orders["who"].to_numpy()[lines["at"]]
    return table.assign(
        **taken(who, lines["product"].to_numpy(), goods.products, folk["male"].to_numpy(), profiles, block)
    )


def returns_table(
    back: pd.DataFrame,
    lines: pd.DataFrame,
    orders: pd.DataFrame,
    goods: Goods,
    customers: pd.Series,
    block: Block,
) -> pd.DataFrame:
    """What the till keeps of a return, by time; see `tables.contracts.sales.Returns`."""
    back = back.sort_values(["returned_at", "at"], ignore_index=True)
    line = lines.iloc[back["at"]].reset_index(drop=True)
    order = orders.iloc[line["at"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "return_id": block.ids("R", len(back)),
            "customer_id": customers.take(order["who"]).array,
            "returned_at": back["returned_at"],
            "order_id": order["order_id"],
            "line": line["line"],
            "product_id": goods.products["product_id"].take(line["product"]).array,
            "quantity": line["quantity"],
            "amount": line["amount"],
        }
    )
