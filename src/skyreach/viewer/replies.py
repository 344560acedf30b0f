"""Answers of the local server: JSON, text, bytes; faults as JSON; long answers on a thread."""

import json
from collections.abc import Callable
from typing import Any

from skyreach.errors import BadInput, SkyreachError


def answered(document: Any, status: int = 200) -> Any:
    """A document as JSON."""
    from starlette.responses import Response

    return Response(json.dumps(document, ensure_ascii=False, allow_nan=False), status, media_type="application/json")


def text(content: str, kind: str) -> Any:
    """Text of a kind, in UTF-8."""
    from starlette.responses import Response

    return Response(content, media_type=f"{kind}; charset=utf-8")


def told(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What is wrong with a request as JSON, not as a traceback."""

    def endpoint(request: Any) -> Any:
        try:
            return answer(request)
        except BadInput as fault:
            return answered({"error": str(fault)}, 404 if request.method == "GET" else 422)
        except SkyreachError as fault:
            return answered({"error": str(fault)}, 500)

    return endpoint


def threaded(route: Any) -> Any:
    """The same route with its (synchronous) endpoint called on a thread, so that a long answer holds up no other; what a
    request sends is read before and lies in `request.state.body`."""
    from starlette.concurrency import run_in_threadpool
    from starlette.routing import Route

    async def endpoint(request: Any) -> Any:
        request.state.body = await request.body() if request.method == "POST" else b""
        return await run_in_threadpool(route.endpoint, request)

    return Route(route.path, endpoint, methods=list(route.methods))


def sent(request: Any) -> dict[str, Any]:
    """The JSON object that a request brings; BadInput where it is none."""
    try:
        found = json.loads(request.state.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput("request", "no JSON object", 'for example {"data": {...}}')
    return found
