"""How a route gets at the open library."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from api.services import Services


async def opened_services(request: Request) -> Services:
    """The services of the app; 503 before the library is open. Async, so that it costs no thread."""
    services = getattr(request.app.state, "services", None)
    if not isinstance(services, Services):
        raise HTTPException(503, "the library is not open yet; try again in a moment")
    return services


Opened = Annotated[Services, Depends(opened_services)]
