"""FinanceHub behind its policy: `daphne financehub.asgi:application`, or `uvicorn financehub.asgi:application`.

FINANCEHUB_PLAN names the compiled policy; without it, nothing protects the application.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financehub.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

http = get_asgi_application()

from financehub.consumers import QuotesConsumer

from wspolicy import WebSocketPolicyMiddleware

application = ProtocolTypeRouter(
    {"http": http, "websocket": URLRouter([path("ws", QuotesConsumer.as_asgi())])},
)


def protect(app, **options):
    """The application behind the policy; Daphne cannot tell all of it, and what it cannot is logged at start-up."""
    return WebSocketPolicyMiddleware(
        app, plan=os.environ["FINANCEHUB_PLAN"], allow_partial=True, reload_every=1, **options
    )


if "FINANCEHUB_PLAN" in os.environ:
    application = protect(application)
