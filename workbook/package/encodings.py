"""XML in UTF-16, which Excel reads, as the UTF-8 that everything here is written for."""

from __future__ import annotations

import re

_DECLARED = re.compile(r"""(<\?xml[^>]*?\sencoding\s*=\s*)(["'])[^"']*\2""")


def in_utf8(data: bytes) -> bytes:
    """The part in UTF-8; anything that does not start with UTF-16's byte order mark is given back as it is."""
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return data
    return _DECLARED.sub(r"\1\2UTF-8\2", data.decode("utf-16", "replace"), count=1).encode("utf-8", "replace")
