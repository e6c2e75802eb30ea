"""`python -m workbook.template` writes templates.xlsx at the top of the source tree (or to the path given)."""

import sys
from pathlib import Path

from . import write_templates

write_templates(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "templates.xlsx")
