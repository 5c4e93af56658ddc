"""All tables that the workbook knows: the only source of the data dictionary."""

from workbook.tables.contract import (
    Table,
    by_id_alone,
    columns,
    date_columns,
    empty,
    key,
    main_time,
    references,
    required_columns,
    rows_known_from,
    type_name,
    validated,
    with_days,
)
from workbook.tables.contracts import (
    digital,
    identity,
    leads,
    loyalty,
    marketing,
    messages,
    privacy,
    project,
    recommendations,
    sales,
    service,
    social,
    supply,
    truth,
)

__all__ = [
    "CONTRACTS",
    "TRUTH",
    "Table",
    "by_id_alone",
    "columns",
    "date_columns",
    "empty",
    "key",
    "main_time",
    "references",
    "required_columns",
    "rows_known_from",
    "type_name",
    "validated",
    "with_days",
]

CONTRACTS: dict[str, type[Table]] = (
    sales.TABLES
    | supply.TABLES
    | marketing.TABLES
    | digital.TABLES
    | recommendations.TABLES
    | messages.TABLES
    | loyalty.TABLES
    | service.TABLES
    | social.TABLES
    | identity.TABLES
    | privacy.TABLES
    | project.TABLES
    | leads.TABLES
)
TRUTH: dict[str, type[Table]] = (
    truth.TRUTH
    | sales.TRUTH
    | supply.TRUTH
    | digital.TRUTH
    | recommendations.TRUTH
    | messages.TRUTH
    | loyalty.TRUTH
    | service.TRUTH
    | social.TRUTH
    | identity.TRUTH
    | privacy.TRUTH
    | project.TRUTH
    | leads.TRUTH
)
