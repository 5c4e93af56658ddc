"""What a shop could know at the end of a day, cut by hand, a line per table; and noise in place of all that came later."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import Dataset

DAY = pd.Timedelta(days=1)
TOTALS = ["hand_offs", "agent_minutes", "cost", "self_served"]
SCORES = ["nps", "csat", "product", "price", "service", "after_sales", "speed"]


def known_by_hand(data: Dataset, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables of a full data set as they were known at the end of a day before its end."""
    t, over = data.tables, day + DAY
    # Rows
    k = {name: t[name] for name in ("suppliers", "purposes", "vendors")}
    k["products"] = t["products"][~(t["products"]["launched_on"] > day)]
    k["orders"] = t["orders"][t["orders"]["ordered_at"] < over]
    k["order_lines"] = t["order_lines"][t["order_lines"]["order_id"].isin(k["orders"]["order_id"])]
    k["returns"] = t["returns"][t["returns"]["returned_at"] < over]
    k["invoices"] = t["invoices"][t["invoices"]["order_id"].isin(k["orders"]["order_id"])]
    k["points"] = t["points"][t["points"]["posted_at"] < over]
    k["referrals"] = t["referrals"][t["referrals"]["referred_on"] <= day]
    k["tickets"] = t["tickets"][t["tickets"]["opened_at"] < over]
    k["surveys"] = t["surveys"][t["surveys"]["sent_at"] < over]
    k["complaints"] = t["complaints"][t["complaints"]["complained_at"] < over]
    k["touchpoints"] = t["touchpoints"][t["touchpoints"]["touched_at"] < over]
    k["message_log"] = t["message_log"][t["message_log"]["sent_at"] < over]
    k["sessions"] = t["sessions"][t["sessions"]["started_at"] < over]
    for name in ("item_views", "recommendations"):
        k[name] = t[name][t[name]["session_id"].isin(k["sessions"]["session_id"])]
    k["experiments"] = t["experiments"][t["experiments"]["assigned_at"] <= day]
    k["awareness"] = t["awareness"][t["awareness"]["week"] + 6 * DAY <= day]
    k["prospects"] = t["prospects"][t["prospects"]["registered_at"] < over]
    k["prospects"] = blank(k["prospects"], ["customer_id"], ~(k["prospects"]["converted_on"] <= day))
    k["prospects"] = times(k["prospects"], over, "converted_on")
    k["marketing_costs"] = t["marketing_costs"][t["marketing_costs"]["month"] + pd.offsets.MonthEnd(0) <= day]
    k["posts"] = t["posts"][t["posts"]["posted_at"] < over]
    k["source_records"] = t["source_records"][t["source_records"]["created_at"] < over]
    k["profile_changes"] = t["profile_changes"][t["profile_changes"]["changed_at"] < over]
    k["social_activity"] = t["social_activity"][t["social_activity"]["happened_at"] < over]
    k["store_visits"] = t["store_visits"][t["store_visits"]["visited_at"] < over]
    k["stock"] = t["stock"][t["stock"]["week"] + 6 * DAY <= day]
    k["consents"] = t["consents"][t["consents"]["asked_at"] < over]
    k["privacy_requests"] = t["privacy_requests"][t["privacy_requests"]["received_at"] < over]
    k["processing_log"] = t["processing_log"][t["processing_log"]["processed_at"] < over]
    k["deliverables"] = t["deliverables"][t["deliverables"]["planned_on"] <= day]
    k["project_costs"] = t["project_costs"][t["project_costs"]["booked_on"] <= day]
    k["adoption"] = t["adoption"][t["adoption"]["week"] + 7 * DAY <= over]
    k["vendor_scores"] = t["vendor_scores"][t["vendor_scores"]["scored_on"] <= day]
    k["criteria_judgements"] = t["criteria_judgements"][t["criteria_judgements"]["judged_on"] <= day]
    k["leads"] = t["leads"][t["leads"]["created_at"] < over]
    k["lead_stages"] = t["lead_stages"][t["lead_stages"]["entered_at"] < over]
    k["contract_approvals"] = t["contract_approvals"][t["contract_approvals"]["asked_at"] < over]
    k["stores"] = born(t["stores"], "opened_on", day, k["orders"]["store_id"])
    k["batches"] = born(t["batches"], "received_on", day, k["order_lines"]["batch_id"])
    k["batches"] = k["batches"][k["batches"]["product_id"].isin(k["products"]["product_id"])]
    k["campaigns"] = born(t["campaigns"], "started_on", day, k["touchpoints"]["campaign_id"])
    k["policies"] = born(t["policies"], "published_on", day, k["consents"]["policy_version"])
    named = [f["customer_id"] for name, f in k.items() if "customer_id" in f]
    k["customers"] = born(
        t["customers"], "joined_on", day, pd.concat([*named, k["referrals"]["referrer_id"]])
    )
    # Values
    k["customers"] = blank(
        k["customers"], ["joined_on", "acquisition_channel"], k["customers"]["joined_on"] > day
    )
    k["customers"] = times(k["customers"], over, "member_since")
    k["products"] = times(k["products"], over, "withdrawn_on")
    k["invoices"] = times(k["invoices"], over, "invoiced_at").assign(state=None, refunded=np.nan)
    k["campaigns"] = times(k["campaigns"], over, "ended_on", "started_on")
    k["stores"] = times(k["stores"], over, "opened_on")
    k["batches"] = times(k["batches"], over, "received_on")
    k["policies"] = times(k["policies"], over, "published_on")
    k["tickets"] = blank(k["tickets"], TOTALS, ~(k["tickets"]["resolved_at"] < over))
    k["tickets"] = blank(k["tickets"], ["first_response_by"], ~(k["tickets"]["first_response_at"] < over))
    k["tickets"] = times(k["tickets"], over, "first_response_at", "answered_at", "resolved_at")
    k["surveys"] = times(
        blank(k["surveys"], SCORES, ~(k["surveys"]["answered_at"] < over)), over, "answered_at"
    )
    unsettled = ~(k["complaints"]["resolved_at"] < over)
    k["complaints"] = blank(k["complaints"], ["remedy", "remedy_cost"], unsettled)
    k["complaints"] = blank(
        k["complaints"], ["first_response_by"], ~(k["complaints"]["first_response_at"] < over)
    )
    k["complaints"] = times(k["complaints"], over, "first_response_at", "resolved_at")
    unsettled = k["message_log"]["sent_at"] + 3 * DAY > over
    k["message_log"] = blank(k["message_log"], ["reward", "ordered", "margin", "unsubscribed"], unsettled)
    unread = k["experiments"]["measured_on"] > day
    k["experiments"] = blank(k["experiments"], ["ordered", "revenue", "cost", "measured_on"], unread)
    k["posts"] = blank(k["posts"], ["views", "likes"], k["posts"]["posted_at"] + 7 * DAY > over)
    k["source_records"] = times(k["source_records"], over, "updated_at")
    k["consents"] = times(k["consents"], over, "withdrawn_at")
    unanswered = ~(k["privacy_requests"]["answered_at"] < over)
    k["privacy_requests"] = times(blank(k["privacy_requests"], ["outcome"], unanswered), over, "answered_at")
    k["deliverables"] = times(k["deliverables"], over, "started_on", "delivered_on")
    k["leads"] = blank(k["leads"], ["salesperson"], ~(k["leads"]["assigned_at"] < over))
    k["leads"] = blank(k["leads"], ["outcome", "value"], ~(k["leads"]["closed_at"] < over))
    k["leads"] = times(k["leads"], over, "assigned_at", "contacted_at", "closed_at")
    k["contract_approvals"] = times(k["contract_approvals"], over, "decided_at")
    later = ~k["sessions"]["order_id"].isin(k["orders"]["order_id"])  # a session that went on past midnight
    k["sessions"] = blank(k["sessions"], ["order_id"], later)
    return {name: frame.reset_index(drop=True) for name, frame in k.items()}


def born(frame, time, day, named):
    """Rows whose day has come, and those that known rows name."""
    return frame[(frame[time] <= day) | frame.iloc[:, 0].isin(named)]


def blank(frame, columns, where):
    """The frame with some columns empty in some rows."""
    return frame.assign(**{c: frame[c].astype(object).mask(where, None) for c in columns if c in frame})


def times(frame, over, *columns):
    """The frame without times that came later."""
    return frame.assign(**{c: frame[c].where(frame[c] < over) for c in columns if c in frame})


def noised(data: Dataset, day: pd.Timestamp, seed: int = 0) -> Dataset:
    """A data set of the same past: later rows have their values shuffled, and later values are others."""
    rng, known = np.random.default_rng(seed), known_by_hand(data, day)
    tables = {name: noised_table(name, frame, known[name], day, rng) for name, frame in data.tables.items()}
    return replace(data, tables=tables)


def noised_table(name, whole, known, day, rng):
    """Shuffle each column among the rows that aren't known, and change what isn't known of the others."""
    key = schema.key(schema.CONTRACTS[name])
    there = pd.MultiIndex.from_frame(whole[key]).isin(pd.MultiIndex.from_frame(known[key]))
    noise = whole.copy()
    for column in whole.columns.difference(key):
        noise.loc[~there, column] = rng.permutation(whole.loc[~there, column].array)
        values = known.set_index(key)[column].reindex(
            pd.MultiIndex.from_frame(whole[key]) if len(key) > 1 else whole[key[0]]
        )
        hidden = there & values.isna().to_numpy() & whole[column].notna().to_numpy()
        if hidden.any():
            noise.loc[hidden, column] = other_values(whole[column], hidden, day, rng)
    return noise


def other_values(column, hidden, day, rng):
    """Values in place of hidden ones: later times, and anything that the column holds elsewhere."""
    if pd.api.types.is_datetime64_dtype(column):
        last = max(column.max(), day + 2 * DAY).normalize()
        days = rng.integers(1, (last - day).days + 1, hidden.sum())
        return pd.Series(day + days * DAY, dtype=column.dtype).array
    return rng.choice(column.dropna().to_numpy(), hidden.sum())
