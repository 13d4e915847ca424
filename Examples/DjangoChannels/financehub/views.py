"""The demo's page, and counters of the policy's decisions for a Prometheus server."""

import base64
import hashlib
import hmac
import json
import os
import time
from pathlib import Path

from django.http import HttpResponse

PAGE = Path(__file__).with_name("page.html")


def demo_token() -> str:
    """A token of the demo's only user, for an hour. A real site gives one to whoever has logged in."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    claims = {"user_id": 42, "exp": int(time.time()) + 3600}
    signed = f'{part(b"""{"alg":"HS256","typ":"JWT"}""")}.{part(json.dumps(claims).encode())}'
    key = os.environ["FINANCEHUB_JWT_KEY"].encode()
    return f"{signed}.{part(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def page(request):
    """The page; its token stands in it."""
    return HttpResponse(PAGE.read_text().replace("@TOKEN@", demo_token()))


def metrics(request):
    """Decisions by kind and violation."""
    from financehub.asgi import application

    lines = ["# TYPE websocket_policy_decisions_total counter"]
    for kind, violations in getattr(application, "metrics", dict)().items():
        for violation, count in violations.items():
            name = "" if violation == "-" else violation
            lines.append(f'websocket_policy_decisions_total{{decision="{kind}",violation="{name}"}} {count}')
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
