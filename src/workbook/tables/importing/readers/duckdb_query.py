"""What a query finds in a DuckDB database."""

from collections.abc import Iterator
from pathlib import Path

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.typed import BATCH, typed_pieces


def query_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Turn what a query finds in a DuckDB database into text; it can change nothing, nor reach beyond the database."""
    import duckdb

    query = options.query.strip()
    try:
        with duckdb.connect(path, read_only=True, config={"enable_external_access": False}) as con:
            if not query:
                names = [name for (name,) in con.execute("SHOW TABLES").fetchall()]
                raise DataError(
                    f"{path.name} is a DuckDB database; say which rows with --query 'SELECT …'. Its tables are "
                    f"{', '.join(names) or 'none'}."
                )
            found = con.sql(query) if len(con.extract_statements(query)) == 1 else None
            if found is None:
                raise DataError(f"--query must be one SELECT; got {query!r}.")
            facts = {"format": "DuckDB", "query": query}
            yield from typed_pieces(found.to_arrow_reader(BATCH), path.name, facts)
    except duckdb.Error as error:
        raise DataError(f"{path.name}: {str(error).splitlines()[0]}") from None


READER = Reader("duckdb", lambda start, path: start[8:12] == b"DUCK", query_pieces, queried=True)
