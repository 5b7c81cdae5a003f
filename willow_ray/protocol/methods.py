"""The table of methods and the table of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, JsonValue, RootModel, ValidationError

from willow_ray.protocol import charts, operations, session, table
from willow_ray.protocol.base import NoParams, Params
from willow_ray.protocol.errors import InvalidParamsError, MethodNotFoundError


class Done(RootModel[None]):
    """For methods that have nothing to say; null on the wire."""


class RecipeDocument(RootModel[dict[str, JsonValue]]):
    """A recipe, as `dcs.recipe` declares it."""


@dataclass(frozen=True)
class Method:
    """What a method takes, what it gives, and how the session treats it.

    Attributes:
        params: the model of its `params`.
        result: the model of its result.
        kind: `read` looks at the data of a version and may become a job; `mutate` waits for its turn and goes
            into the journal; `control` is answered at once from what the session knows.

    """

    params: type[Params]
    result: type[BaseModel]
    kind: Literal["read", "mutate", "control"]


METHODS: dict[str, Method] = {
    "session.describe": Method(NoParams, session.SessionDescription, "control"),
    "session.rename": Method(session.Rename, Done, "mutate"),
    "table.window": Method(table.WindowRequest, table.TableWindow, "read"),
    "cell.get": Method(table.CellRequest, table.CellValue, "read"),
    "table.find": Method(table.FindRequest, table.Found, "read"),
    "column.profile": Method(table.ProfileRequest, table.ColumnProfiles, "read"),
    "column.analyze": Method(table.AnalyzeRequest, table.ColumnStatistics, "read"),
    "column.values": Method(table.FacetRequest, table.Facet, "read"),
    "chart.data": Method(charts.ChartRequest, charts.ChartData, "read"),
    "operation.apply": Method(operations.ApplyOperation, operations.Applied, "mutate"),
    "operation.preview": Method(operations.PreviewOperation, operations.Draft, "read"),
    "operation.commit": Method(operations.CommitDraft, operations.Applied, "mutate"),
    "operation.discard": Method(operations.DiscardDraft, Done, "control"),
    "history.list": Method(NoParams, operations.History, "control"),
    "history.undo": Method(operations.Step, operations.CurrentVersion, "mutate"),
    "history.redo": Method(operations.Step, operations.CurrentVersion, "mutate"),
    "history.go": Method(operations.GoTo, operations.CurrentVersion, "mutate"),
    "history.note": Method(operations.Note, Done, "mutate"),
    "recipe.get": Method(operations.RecipeRequest, RecipeDocument, "read"),
    "recipe.apply": Method(operations.ApplyRecipe, operations.RecipeApplied, "mutate"),
    "recipe.code": Method(operations.RecipeRequest, operations.RecipeCode, "read"),
    "job.cancel": Method(session.CancelJob, Done, "control"),
    "request.cancel": Method(session.CancelRequest, Done, "control"),
}
"""Every method, by its name on the wire."""

NOTIFICATIONS: dict[str, type[BaseModel]] = {
    "job.progress": session.Job,
    "job.ended": session.JobEnded,
    "session.changed": session.SessionChanged,
    "session.saved": session.SessionSaved,
    "draft.ready": operations.DraftReady,
    "draft.failed": operations.DraftFailed,
}
"""Every notification that the server sends, by its name on the wire."""


def parse_params(method: str, params: JsonValue) -> Params:
    """Turn the params of a request into their model.

    Raises `MethodNotFoundError` with near names, or `InvalidParamsError` with every fault and its path.
    """
    if method not in METHODS:
        raise MethodNotFoundError(method, METHODS)
    try:
        return METHODS[method].params.model_validate(params)
    except ValidationError as error:
        raise InvalidParamsError.from_validation(error, what=method) from error
