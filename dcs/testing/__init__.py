"""A conformance suite for operations: what every one of them promises, tried on random tables.

A new operation is covered as it is declared, nothing is written for it::

    @pytest.mark.parametrize("declaration", dcs.catalogue.OPERATIONS)
    @given(st.data())
    def test_conforms(declaration, data):
        case = data.draw(dcs.testing.cases(declaration))
        for check in dcs.testing.CHECKS:
            check(case)

It needs hypothesis, which is not among the requirements of dcs.
"""

from dcs.testing.cases import Case, cases
from dcs.testing.checks import CHECKS
from dcs.testing.parameters import messages
from dcs.testing.tables import tables

__all__ = ["CHECKS", "Case", "cases", "messages", "tables"]
