"""The tables of the project and of business customers, which do not grow with the customers, and their truth."""

import pandas as pd

from workbook.retailer.core.streams import Part, stream
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.project import adoption, leads, phases, vendors


def make_project(timeline: Timeline, seed: int) -> Part:
    """Deliverables, bookings, users, vendors, leads; see `tables.contracts.project` and `tables.contracts.leads`."""
    deliverables, bookings = phases.make_phases(timeline, stream(seed, "project.phases"))
    pipeline, true_leads = leads.make_leads(timeline, stream(seed, "project.leads"))
    tables = {
        "deliverables": deliverables,
        "project_costs": bookings,
        "adoption": adoption.make_adoption(timeline, stream(seed, "project.adoption")),
        **vendors.make_vendors(timeline, stream(seed, "project.vendors")),
        **pipeline,
    }
    return tables, {"project": true_project(), "vendors": vendors.true_vendors(), "leads": true_leads}


def true_project() -> pd.DataFrame:
    """What is to be expected of the project; see `tables.contracts.project.TrueProject`."""
    return pd.DataFrame(
        [
            ("cost against the plan", 1 + phases.OVERRUN, "ratio"),
            ("time against the plan", 1 + phases.DELAY, "ratio"),
            ("adoption ceiling", adoption.CEILING, "share of staff"),
            ("adoption speed", adoption.SPEED, "1/week"),
            ("adoption midpoint", adoption.MIDPOINT, "weeks"),
            (
                "log odds of winning per doubling of the hours to the first talk",
                leads.PER_DOUBLING,
                "log odds",
            ),
            ("approval time in the system against before", leads.WORKFLOW, "ratio"),
        ],
        columns=["quantity", "value", "unit"],
    )
