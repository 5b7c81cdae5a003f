"""Every operation of the catalogue keeps what dcs.testing says that all of them promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dcs.catalogue import OPERATIONS
from dcs.testing import CHECKS, cases

if TYPE_CHECKING:
    from dcs.operation import Operation

EXAMPLES = settings().max_examples * 3 // 10
SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.parametrize("declaration", OPERATIONS, ids=lambda declaration: declaration.__name__)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a failing case is small as it is drawn
    suppress_health_check=SLOW_TO_DRAW,
)
@given(data=st.data())
def test_conforms(declaration: type[Operation], data: st.DataObject) -> None:
    case = data.draw(cases(declaration))
    for check in CHECKS:
        check(case)
