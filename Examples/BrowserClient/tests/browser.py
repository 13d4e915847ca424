"""A real browser, the client of this folder, and the quote server over TLS: what a page sees.

browser.py QUOTE-SERVER CHROMIUM FOLDER: screenshots and the browser's profile go to the folder.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.request

import websockets.asyncio.client

SERVER, CHROMIUM, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
CLIENT = pathlib.Path(__file__).resolve().parents[1]
KEY = "the key of the browser's tests, thirty-two"
OURS, FOREIGN = "https://localhost:8443", "https://localhost:8444"


def token(lifetime: int) -> str:
    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    claims = json.dumps({"user_id": "ann", "exp": int(time.time()) + lifetime}).encode()
    signed = encoded(b'{"alg":"HS256"}') + "." + encoded(claims)
    return signed + "." + encoded(hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).digest())


def pages() -> pathlib.Path:
    folder = FOLDER / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ["index.html", "quotes.css", "quotes.js", "policy-socket.js"]:
        shutil.copy(CLIENT / name, folder)
    # Served beside the client, whose path it imports one folder above.
    text = (CLIENT / "tests/client.js").read_text().replace("../policy-socket.js", "./policy-socket.js")
    (folder / "client-tests.js").write_text(text)
    (folder / "blank.html").write_text("<!doctype html><title>blank</title>")
    return folder


def certificate() -> tuple[pathlib.Path, pathlib.Path, str]:
    chain, key = FOLDER / "certificate.pem", FOLDER / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", chain],
        check=True, capture_output=True,
    )  # fmt: skip
    public = subprocess.run(["openssl", "x509", "-in", chain, "-pubkey", "-noout"], check=True, capture_output=True)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-outform", "der"], input=public.stdout, check=True, capture_output=True
    )
    return chain, key, base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


class QuoteServer:
    def __init__(self, port: int, folder: pathlib.Path, chain: pathlib.Path, key: pathlib.Path) -> None:
        self.log = FOLDER / f"server-{port}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [SERVER, "--policy", CLIENT / "policy.yaml", "--port", str(port), "--certificate", chain, "--key", key,
                 "--pages", folder],
                stdout=log, env={**os.environ, "FINANCEHUB_JWT_KEY": KEY},
            )  # fmt: skip
        for _ in range(100):
            if "listening" in self.log.read_text():
                return
            time.sleep(0.1)
        raise SystemExit(f"the server on {port} does not start")


class Browser:
    """A tab of headless Chromium, through its own debugging protocol."""

    def __init__(self, pin: str) -> None:
        profile = FOLDER / "profile"
        shutil.rmtree(profile, ignore_errors=True)
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             f"--ignore-certificate-errors-spki-list={pin}", f"--user-data-dir={profile}", "--remote-debugging-port=0",
             "--window-size=720,520", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        ready = profile / "DevToolsActivePort"
        for _ in range(300):
            if ready.exists() and ready.read_text().count("\n") >= 1:
                break
            time.sleep(0.1)
        self.port = ready.read_text().split("\n")[0]
        self.count = 0

    async def start(self) -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/json") as response:
            tabs = json.load(response)
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        self.socket = await websockets.asyncio.client.connect(address, max_size=None, proxy=None)
        await self.call("Page.enable")

    async def call(self, method: str, **parameters):
        self.count += 1
        number = self.count
        await self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(await self.socket.recv())
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    async def evaluate(self, expression: str):
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def go(self, url: str) -> None:
        await self.call("Page.navigate", url=url)

    async def until(self, expression: str, seconds: float = 20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if value := await self.evaluate(expression):
                    return value
            except AssertionError:
                pass  # the page is not there yet
            await asyncio.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {expression}; the page: {await self.evaluate('document.body.innerText')}")

    async def screenshot(self, name: str) -> None:
        data = (await self.call("Page.captureScreenshot", format="png"))["data"]
        (FOLDER / f"{name}.png").write_bytes(base64.b64decode(data))


async def check(browser: Browser, folder: pathlib.Path, ours: QuoteServer) -> None:
    await browser.start()

    await browser.go(f"{OURS}/blank.html")
    await browser.until("document.title === 'blank'")
    report = await browser.evaluate("import('./client-tests.js').then((tests) => tests.run())")
    assert report["failures"] == [], report["failures"]
    print(f"the client's own tests: {report['count']} passed")

    (folder / "token.txt").write_text(token(600))
    (folder / "token-renewed.txt").write_text(token(600))
    await browser.go(f"{OURS}/")
    await browser.until("Number(document.querySelector('#quotes td:nth-child(3)')?.textContent) > 3")
    await browser.evaluate("document.querySelector('#order button').click()")
    await browser.until("document.querySelector('#answer').textContent === 'accepted for ann: ACME'")
    await browser.screenshot("allowed")
    print("the allowed page: quotes arrive, and an order is accepted")

    (folder / "token.txt").write_text(token(-600))
    await browser.go(f"{OURS}/?renewal")
    await browser.until("Number(document.querySelector('#quotes td:nth-child(3)')?.textContent) > 1")
    history = await browser.evaluate("statusHistory")
    assert history == ["connecting", "open", "connecting", "open"], history
    assert "tokenExpired 4002" in ours.log.read_text()
    print("an expired token: closed with 4002, a new token is fetched, quotes arrive")

    (folder / "token.txt").write_text(token(600) + "x")
    await browser.go(f"{OURS}/?forged")
    await browser.until("document.querySelector('#status')?.dataset.state === 'stopped'")
    assert "4003" in await browser.evaluate("document.querySelector('#status').textContent")
    await browser.screenshot("forged")
    print("a forged token: closed with 4003, the client stops")

    (folder / "token.txt").write_text(token(600))
    await browser.go(f"{FOREIGN}/?server=wss://localhost:8443/quotes&wait=50")
    await browser.until("document.querySelector('#status')?.dataset.state === 'stopped'")
    history = await browser.evaluate("statusHistory")
    assert history.count("connecting") == 4 and history[-1] == "stopped 1006" and "open" not in history, history
    assert ours.log.read_text().count("originForbidden") == 4
    await browser.screenshot("foreign")
    print("a foreign page: 403 before the upgrade, which the page sees as 1006; the client gives up after 4 tries")

    await browser.go(f"{OURS}/?server=ws://localhost:8443/quotes")
    await browser.until("document.querySelector('#status')?.textContent === 'not connected'")
    print("ws: is refused by the client itself")


def main() -> None:
    folder = pages()
    chain, key, pin = certificate()
    servers = [QuoteServer(8443, folder, chain, key), QuoteServer(8444, folder, chain, key)]
    browser = Browser(pin)
    try:
        asyncio.run(asyncio.wait_for(check(browser, folder, servers[0]), 180))
    finally:
        browser.process.kill()
        for server in servers:
            server.process.kill()
    print(f"screenshots: {FOLDER}/*.png")


if __name__ == "__main__":
    main()
