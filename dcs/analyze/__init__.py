"""Statistics and the data of charts."""

from dcs.analyze.facet import count_column, facet
from dcs.analyze.profile import profile
from dcs.analyze.statistics import analyze

__all__ = ["analyze", "count_column", "facet", "profile"]
