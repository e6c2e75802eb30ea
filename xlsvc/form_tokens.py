"""The receipt code of a form: eight letters that people read out and type without mixing them up.

It is random (`app` draws it), so that nobody who holds one form can name another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import count

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which people mix up
MOST_DRAWS = 1000


def free_token(draw: Callable[[], str], taken: set[str]) -> str:
    """A code of `draw` that is not in `taken` (codes as compared: upper case), which gets it too."""
    for _ in range(MOST_DRAWS):
        token = draw().upper()
        if token not in taken:
            taken.add(token)
            return token
    raise AssertionError("no free receipt code in a thousand draws")


def seeded(seed: str) -> Callable[[], str]:
    """A draw that gives the same codes each time: for samples and tests, never for a customer's form."""
    return _codes(seed).__next__


def _codes(seed: str) -> Iterator[str]:
    for number in count():
        value = int.from_bytes(hashlib.sha256(f"{seed}\x1f{number}".encode()).digest()[:8], "big")
        letters = ""
        for _ in range(8):
            value, rest = divmod(value, len(CODE_LETTERS))
            letters += CODE_LETTERS[rest]
        yield f"{letters[:4]}-{letters[4:]}"
