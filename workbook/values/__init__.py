"""Raw cell to typed value: one reader per column kind, and the frame a sheet's cells become.

Read as, never changed: a repaired cell is listed with old and new, an ambiguous one is asked, and no
digit is ever invented (requirements §3).
"""

from .cleaning import SUMMARY_WORDS, Parsed, clean, number_text, plain
from .dates import from_serial, moments, read_moment, serial, show
from .durations import parse_duration, read_duration, show_duration
from .numbers import half_up, read_number
from .parts import read_confirmation, split_compound, split_owner
from .phones import is_phone_like, read_phone
from .reading import Reading, read_frame, read_one
from .sums import summary_rows, tells_record
from .vocabulary import Entry, Vocabularies

__all__ = [
    "SUMMARY_WORDS",
    "Entry",
    "Parsed",
    "Reading",
    "Vocabularies",
    "clean",
    "from_serial",
    "half_up",
    "is_phone_like",
    "moments",
    "number_text",
    "parse_duration",
    "plain",
    "read_confirmation",
    "read_duration",
    "read_frame",
    "read_moment",
    "read_number",
    "read_one",
    "read_phone",
    "serial",
    "show",
    "show_duration",
    "split_compound",
    "split_owner",
    "summary_rows",
    "tells_record",
]
