"""Write what is ours in the notebooks, Markdown and code without outputs, as text files: outputs quote what customers wrote."""

import json
import sys
from pathlib import Path


def main(notebooks: Path, out: Path) -> None:
    """Write a text file for each notebook below a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(notebooks.rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        said = "\n\n".join("".join(cell["source"]) for cell in cells)
        (out / f"{path.stem}.txt").write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
