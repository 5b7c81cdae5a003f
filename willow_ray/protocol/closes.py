"""Why the server closes a WebSocket: codes of RFC 6455, and four of our own."""

from __future__ import annotations

NOT_TEXT = 1003
INTERNAL = 1011
RESTART = 1012
OVERLOAD = 1013
NOT_AUTHENTICATED = 4401
FORBIDDEN = 4403
NOT_FOUND = 4404

MEANINGS: dict[int, str] = {
    NOT_TEXT: "A message was not text.",
    INTERNAL: "A fault of Willow itself; the reason says under which id the log has the details.",
    RESTART: "The session was restarted, or notifications were lost: connect again and describe it anew.",
    OVERLOAD: "The client does not read what it is sent, or too much is going on: connect again later.",
    NOT_AUTHENTICATED: "There is no access token, or not a known one.",
    FORBIDDEN: "The token does not open this session, or a page of another origin or host asks.",
    NOT_FOUND: "There is no such session, or it is somebody else's.",
}
"""Every code with what it means to a client."""
