"""What the data is: contracts, data sets, import, and the summary by customer."""

import sys

# Wherever Spark is installed pandera tries to load this again and again; it warns of pandas 3 and fails on it.
sys.modules.setdefault("pyspark.pandas", None)  # type: ignore[arg-type]
