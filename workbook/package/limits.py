"""How much a workbook file may ask of us: every limit of the guard, with its reason, in one table.

Two profiles. `LEDGER` is the office's own book: generous, for a million rows are a real ledger. `STRANGER`
is a file that came by mail or download: tight, for nobody vouches for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True)
class Limit:
    """One limit: its value for the office's own book and for a stranger's file, and why."""

    name: str
    ledger: int
    stranger: int
    reason: str


LIMITS = (
    Limit("file_bytes", 2_000 * MB, 50 * MB,
          "the file is held in memory whole; a million rows of 76 columns are some 300 MB on disk, a returned form "
          "a few dozen kB, a shop platform's export a few MB"),
    Limit("entries", 20_000, 2_000,
          "every entry costs time at each save; a thousand tabs with charts and tables have some 8,000"),
    Limit("inflated_bytes", 8_000 * MB, 200 * MB,
          "a million rows of 76 columns inflate to 3 GB; more than twice that is no ledger"),
    Limit("part_bytes", 6_000 * MB, 100 * MB,
          "nearly all of such a ledger is one log; it is scanned in memory"),
    Limit("free_bytes", 20 * MB, 10 * MB,
          "a part below this size is harmless however well it is packed"),
    Limit("ratio", 120, 120,
          "deflate packs at most 1,032 to 1; measured: blank styled rows 11, one text in every cell 18, one formula 27"),
    Limit("tags_in_tree", 1_500_000, 300_000,
          "parts other than rows and texts are parsed into trees of 100 to 250 bytes a tag; the 65,490 cell formats "
          "that Excel allows are 200,000 tags"),
    Limit("run_bytes", MB, MB,
          "between two tags stand a cell's text (32,767 characters: 330 kB if each is escaped) or one tag's "
          "attributes"),
    Limit("strings", 20_000_000, 1_000_000,
          "entries of the shared strings, each some 100 bytes in memory; a million rows of 20 text columns"),
    Limit("relationships", 70_000, 5_000,
          "of one part; Excel allows 65,530 links on a sheet"),
    Limit("tabs", 2_000, 200,
          "the list of tabs is walked for each tab that is looked up"),
    Limit("names", 100_000, 5_000,
          "defined names are walked whole for each tab that is copied or filled"),
    Limit("tables", 500, 100,
          "of one tab; each is parsed whenever the tab is read"),
    Limit("merges", 500_000, 50_000,
          "of one tab; each is compared with every named cell and with rows to be appended"),
    Limit("cells", 0, 5_000_000,
          "rows times columns in use: a stranger's sheet is handed over as a rectangle; the ledger is read by its "
          "headings, where a far cell costs nothing"),
    Limit("text_chars", 100 * MB, 50 * MB,
          "in a tab's cells: one shared text of 32,767 characters in 400,000 cells is a file of 109 kB and 12 GB of "
          "text for whoever looks at each cell; a ledger may have more if its rows are as long (text_per_byte)"),
    Limit("text_per_byte", 10, 0,
          "characters in a tab's cells to a byte of its part, from where a ledger's text counts as repeated without "
          "end: a cell takes 30 bytes and rarely has 300 characters"),
    Limit("answer_bytes", 0, 400 * MB,
          "what the reading process may send: 50 million characters of Chinese are 300 MB of ASCII JSON"),
    Limit("memory_bytes", 0, 1_500 * MB,
          "of the reading process, addresses included that are never used; the largest file let through needs half"),
    Limit("cpu_seconds", 0, 9,
          "of computing for one file; the largest file let through needs a few"),
    Limit("wall_seconds", 0, 30,
          "until the reading process is ended whatever it does: a share on the network may be slow"),
    Limit("import_cpu_seconds", 0, 45,
          "the same for a table that somebody imports on purpose: measured 6 for 100,000 rows of 14 columns"),
    Limit("import_wall_seconds", 0, 120,
          "until the reading process of an import is ended"),
)  # fmt: skip

Limits = Mapping[str, int]
LEDGER: Limits = {limit.name: limit.ledger for limit in LIMITS}
STRANGER: Limits = {limit.name: limit.stranger for limit in LIMITS}
