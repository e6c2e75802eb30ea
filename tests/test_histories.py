"""Random histories of a ledger: 500 in every run, as many as XLSVC_HISTORIES says by hand (2,000 before a release).

One of the parts keeps the report and form templates in the ledger: its commands take longer.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.histories.ledger_machine import LedgerMachine
from tests.histories.small_ledger import make

HISTORIES = int(os.environ.get("XLSVC_HISTORIES", "500"))
STEPS = int(os.environ.get("XLSVC_STEPS", "5"))
"""The 2,000 by hand took 7."""
PARTS = (*[("small", 0.12)] * 8, ("whole", 0.04))
SEED = int(os.environ.get("XLSVC_SEED", "20240506"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(len(PARTS)), ids=[*map(str, range(1, len(PARTS))), "whole"])
def test_no_history_loses_or_breaks_anything(part: int, tmp_path: Path) -> None:
    size, share = PARTS[part]

    class Machine(LedgerMachine):
        base = make(tmp_path / "base.xlsx", whole=size == "whole")

    run_state_machine_as_test(
        seed(SEED + part)(Machine),
        settings=settings(
            max_examples=max(1, round(HISTORIES * share) + 1),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            print_blob=True,
        ),
    )
