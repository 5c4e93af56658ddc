"""Marketing contacts, and the few orders that came only because of them.

Each touch has a small chance of its own to cause one more order within two weeks; with every contact beyond a few
a month, that chance falls.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, at_shop_hour, keyed, second, seconds, times
from workbook.retailer.core.streams import Block
from workbook.retailer.marketing.campaign_plan import CHANNELS, COLUMNS, OUTBOUND, TRIGGERS, planned
from workbook.retailer.marketing.history import ADDED, History
from workbook.retailer.marketing.marketing_exposure import ALIKE, Allowed, Purchases, contacts, exposures

WITHIN = 14.0  # days within which an order that was caused comes
SOON = 4.0  # mean days until it comes
FREE, TIRING = 3, 0.75  # contacts in the days before that tire nobody; factor of each contact more
MONTH = 30  # days for which a contact is remembered
INTEREST = 2.5  # how much likelier a click is in the two weeks before an own purchase
CAUSED_CLICK = 0.6  # chance of a click where the touch causes an order
UNLINKED = 0.6  # share of SMS without a link that tells who clicked
OPENED = {
    "e-mail": 0.16,
    "app push": 0.07,
}  # chance that a message which nobody clicks is opened, before fatigue
BY_ITSELF = 0.15  # share of customers whose mail program opens each e-mail by itself


@dataclass(frozen=True)
class Campaigns:
    """All marketing of one block.

    Attributes
    ----------
    campaigns : the table of campaigns
    touches : a row per contact or exposure, by time: who, at, channel, kind, campaign (row of campaigns, or -1),
        held_out, clicked, cost, opened, chance (to cause an order, before fatigue), tired (factor of fatigue on it)
    caused : orders that they caused: who, ordered_at, cause
    effects : sums by channel and kind, see `effect_sums`
    """

    campaigns: pd.DataFrame
    touches: pd.DataFrame
    caused: pd.DataFrame
    effects: pd.DataFrame

    @property
    def added(self) -> pd.DataFrame:
        """Orders that the touches are expected to cause, as in `History.added`."""
        sent = self.touches[~self.touches["held_out"].to_numpy(dtype=bool)]
        rows = sent[["who"]].assign(
            cause="marketing", start=sent["at"], orders=sent["chance"] * sent["tired"]
        )
        return rows.assign(stop=rows["start"] + pd.Timedelta(days=2 * SOON))[ADDED]


def make_campaigns(history: History, allowed: Allowed, block: Block) -> Campaigns:
    """Contact customers, let them come across advertising, and see what orders that causes.

    Parameters
    ----------
    history : what customers do by themselves
    allowed : (who, at, purpose) → whether consent permits each contact
    block : whose customers they are
    """
    plan = planned(history.timeline)
    own = Purchases(history)
    sent = contacts(plan, own, history, allowed, block)
    seen = exposures(plan, own, block.rng("campaigns.exposures"))
    touches = pd.concat([sent, seen], ignore_index=True)
    end = second(history.timeline.season.end) + DAY
    touches = touches[touches["at"] < end]
    touches = touches.iloc[np.lexsort((touches["who"], touches["at"]))].reset_index(drop=True)
    touches = with_chances(touches, history, block)
    causes = block.rng("campaigns.caused").random(len(touches)) < touches["chance"] * touches["tired"]
    causes &= ~touches["held_out"]
    touches = with_clicks(touches, causes.to_numpy(), own, block.rng("campaigns.clicks"))
    touches = touches.assign(cost=costs(touches, block.rng("campaigns.costs")))
    touches = touches.assign(opened=openings(touches, block))
    caused = caused_orders(touches[causes], block.rng("campaigns.orders"))
    effects = sums_by_kind(touches, causes & (caused["at"].reindex(touches.index) < end))
    return Campaigns(
        campaigns=plan[COLUMNS],
        touches=touches.assign(at=times(touches["at"])),
        caused=caused.assign(ordered_at=times(caused["at"]))[["who", "ordered_at", "cause"]].reset_index(
            drop=True
        ),
        effects=effects,
    )


def with_chances(touches: pd.DataFrame, history: History, block: Block) -> pd.DataFrame:
    """Add the chance to cause an order, and by what factor earlier contacts lower it."""
    n = len(history.people)
    open_to = block.rng("campaigns.responsive").gamma(ALIKE, 1 / ALIKE, n)
    effect = touches["channel"].map(CHANNELS.set_index("channel")["effect"])
    special = touches["kind"].map(TRIGGERS.groupby("kind")["effect"].first())
    chance = special.fillna(effect).to_numpy(dtype="float64") * open_to[touches["who"].to_numpy()]
    return touches.assign(chance=np.minimum(chance, 0.9), tired=fatigue(touches))


def fatigue(touches: pd.DataFrame) -> np.ndarray:
    """Factor on what a contact does, by the contacts that went before it within 30 days; 1 for an exposure.

    Parameters
    ----------
    touches : who, at (s, or a time), channel, held_out; in any order
    """
    at = touches["at"].to_numpy() if touches["at"].dtype == "int64" else seconds(touches["at"])
    outbound = touches["channel"].isin(OUTBOUND).to_numpy()
    key = keyed(touches["who"].to_numpy(), at)
    sent = np.sort(key[outbound & ~touches["held_out"].to_numpy(dtype=bool)])
    number = np.searchsorted(sent, key) - np.searchsorted(sent, key - MONTH * DAY)
    return np.where(outbound, TIRING ** np.maximum(number - FREE, 0), 1.0)


def with_clicks(
    touches: pd.DataFrame, causes: np.ndarray, own: Purchases, rng: np.random.Generator
) -> pd.DataFrame:
    """Add whether each touch was clicked, missing where nobody can know."""
    usual = touches["channel"].map(CHANNELS.set_index("channel")["click"]).to_numpy(dtype="float64")
    soon = own.until(touches["who"].to_numpy(), touches["at"].to_numpy()) < WITHIN
    chance = (
        np.minimum(np.nan_to_num(usual) * np.where(soon, INTEREST, 1.0), 0.9) * touches["tired"].to_numpy()
    )
    clicked = rng.random(len(touches)) < np.where(causes, np.maximum(CAUSED_CLICK, chance), chance)
    unlinked = (touches["channel"] == "SMS").to_numpy() & (rng.random(len(touches)) < UNLINKED)
    unknown = np.isnan(usual) | unlinked | touches["held_out"].to_numpy(dtype=bool)
    return touches.assign(clicked=pd.array(clicked, dtype="boolean")).assign(
        clicked=lambda t: t["clicked"].mask(unknown)
    )


def costs(touches: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """CNY that each touch costs; who is held out costs nothing, and a search ad only if it is clicked."""
    row = pd.Index(CHANNELS["channel"]).get_indexer(touches["channel"])
    least, most = CHANNELS["least"].to_numpy()[row], CHANNELS["most"].to_numpy()[row]
    per_click = (CHANNELS["paid"] == "click").to_numpy()[row]
    due = ~touches["held_out"].to_numpy(dtype=bool)
    due &= ~per_click | touches["clicked"].fillna(False).to_numpy(dtype=bool)
    organic = (touches["campaign"] < 0).to_numpy()
    return np.where(due & ~organic, least + rng.random(len(row)) * (most - least), 0.0).round(2)


def openings(touches: pd.DataFrame, block: Block) -> pd.arrays.BooleanArray:
    """Whether each message was opened; missing for what has no opening, and for those who are held out."""
    rng = block.rng("campaigns.openings")
    alone = rng.random(block.customers) < BY_ITSELF
    chance = touches["channel"].map(OPENED).to_numpy(dtype="float64")
    opened = rng.random(len(touches)) < np.nan_to_num(chance) * touches["tired"].to_numpy()
    opened |= touches["clicked"].fillna(False).to_numpy(dtype=bool)
    opened |= alone[touches["who"].to_numpy()] & (touches["channel"] == "e-mail").to_numpy()
    unknown = np.isnan(chance) | touches["held_out"].to_numpy(dtype=bool)
    return pd.arrays.BooleanArray(opened, unknown)


def caused_orders(touches: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One order for each of these touches, within two weeks: who, at (s), cause; index of the touches."""
    before = touches["at"].to_numpy()
    part = rng.random(len(before)) * -np.expm1(-(WITHIN - 1) / SOON)
    at = at_shop_hour(before + (-np.log1p(-part) * SOON * DAY).astype("int64"), rng)
    at = np.where(at <= before, before + rng.integers(600, 7200, len(before)), at)
    trigger = touches["kind"].isin(TRIGGERS["kind"])
    exposed = touches["kind"] == "exposure"
    cause = np.where(exposed, "channel:" + touches["channel"], "campaign:" + touches["channel"])
    cause = np.where(trigger, "trigger:" + touches["kind"], cause)
    return pd.DataFrame({"who": touches["who"], "at": at, "cause": cause}, index=touches.index)


def sums_by_kind(touches: pd.DataFrame, causes: pd.Series) -> pd.DataFrame:
    """Sums over touches that happened, by channel and kind: touches, chance, tired (chance with fatigue), caused."""
    sent = touches[~touches["held_out"]]
    figures = pd.DataFrame(
        {
            "touches": 1,
            "chance": sent["chance"],
            "tired": sent["chance"] * sent["tired"],
            "caused": causes[sent.index].astype("int64"),
        }
    )
    return figures.groupby([sent["channel"], sent["kind"]]).sum()


def effect_sums(campaigns: Campaigns) -> pd.DataFrame:
    """Sums of one block, to be added over blocks; index channel, kind: touches, chance, tired, caused."""
    return campaigns.effects


def true_channel_effects(sums: pd.DataFrame) -> pd.DataFrame:
    """What a touch of each channel does; see `tables.contracts.digital.TrueChannelEffects`.

    Parameters
    ----------
    sums : `effect_sums`, added over blocks
    """
    own = CHANNELS.set_index("channel")
    total = sums.groupby(level="channel").sum().reindex(own.index, fill_value=0)
    outbound = total.index.isin(OUTBOUND)
    return effect_rows(total, own["effect"]).assign(
        fatigue_after=pd.Series(np.where(outbound, FREE, np.nan)).astype("Int64"),
        fatigue_factor=np.where(outbound, TIRING, 1.0),
    )


def true_trigger_effects(sums: pd.DataFrame) -> pd.DataFrame:
    """What a contact of each trigger does; see `tables.contracts.digital.TrueTriggerEffects`."""
    own = TRIGGERS.groupby("kind")["effect"].first()
    total = sums.groupby(level="kind").sum().reindex(own.index, fill_value=0)
    return effect_rows(total, own)


def effect_rows(total: pd.DataFrame, usual: pd.Series) -> pd.DataFrame:
    """Effect of a touch as it is on average over those who were touched; as planned where nobody was."""
    touches = total["touches"].to_numpy()
    each = np.where(touches > 0, total["chance"] / np.maximum(touches, 1), usual.reindex(total.index))
    return pd.DataFrame(
        {
            total.index.name: total.index.to_numpy(),
            "effect": each.round(5),
            "touches": touches.astype("int64"),
            "orders_expected": total["tired"].to_numpy().round(2),
            "orders_caused": total["caused"].to_numpy().astype("int64"),
        }
    )


def touchpoints_table(campaigns: Campaigns, ids: pd.Series, block: Block) -> pd.DataFrame:
    """What the shop keeps of its contacts; see `tables.contracts.digital.Touchpoints`."""
    touches = campaigns.touches
    names = campaigns.campaigns["campaign_id"]
    return pd.DataFrame(
        {
            "touch_id": block.ids("H", len(touches), 6),
            "customer_id": ids.take(touches["who"]).array,
            "touched_at": touches["at"].array,
            "channel": touches["channel"].array,
            "campaign_id": names.reindex(touches["campaign"]).array,
            "held_out": touches["held_out"].array,
            "clicked": touches["clicked"].array,
            "cost": touches["cost"].array,
            "opened": touches["opened"].array,
        }
    )
