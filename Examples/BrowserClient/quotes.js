// @ts-check
import { PolicySocket } from "./policy-socket.js";

const parameters = new URLSearchParams(location.search);
// The server of this page, unless the address says otherwise.
const url = parameters.get("server") ?? `wss://${location.host}/quotes`;
const status = /** @type {HTMLElement} */ (document.querySelector("#status"));
const rows = /** @type {HTMLElement} */ (document.querySelector("#quotes"));
const answer = /** @type {HTMLOutputElement} */ (document.querySelector("#answer"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("#order"));

const socket = new PolicySocket({
    url,
    async token(isRenewal) {
        const response = await fetch(isRenewal ? "token-renewed.txt" : "token.txt", { cache: "no-store" });
        if (!response.ok) throw new Error(`status ${response.status}`);
        return (await response.text()).trim();
    },
    shortestWait: Number(parameters.get("wait") ?? 500),
});

/** @type {Map<string, { row: HTMLTableRowElement, count: number }>} */
const quotes = new Map();

/** Every state that was seen, for whoever looks at the page from outside. @type {string[]} */
const history = [];
Object.assign(window, { statusHistory: history });

socket.onstatus = ({ state, code, reason, retryIn }) => {
    status.dataset.state = state;
    const words = [state];
    if (code) words.push(`after close code ${code}`);
    if (reason) words.push(`(${reason})`);
    if (retryIn !== undefined) words.push(`– next try in ${(retryIn / 1000).toFixed(1)} s`);
    status.textContent = words.join(" ");
    history.push(code ? `${state} ${code}` : state);
    if (state === "open") socket.send({ type: "subscribe", payload: { symbol: "ACME" }, timestamp: Date.now() / 1000 });
};

socket.onmessage = (text) => {
    const message = JSON.parse(text);
    if (message.type === "orderAccepted") {
        answer.textContent = `accepted for ${message.subject}: ${message.symbol}`;
        return;
    }
    let quote = quotes.get(message.symbol);
    if (!quote) {
        const row = document.createElement("tr");
        row.append(document.createElement("td"), document.createElement("td"), document.createElement("td"));
        row.cells[1].className = row.cells[2].className = "number";
        rows.append(row);
        quote = { row, count: 0 };
        quotes.set(message.symbol, quote);
    }
    quote.count += 1;
    quote.row.cells[0].textContent = message.symbol;
    quote.row.cells[1].textContent = message.price.toFixed(2);
    quote.row.cells[2].textContent = String(quote.count);
};

form.addEventListener("submit", (event) => {
    event.preventDefault();
    const symbol = new FormData(form).get("symbol");
    const wasSent = socket.send({ type: "order", payload: { symbol }, timestamp: Date.now() / 1000 });
    answer.textContent = wasSent ? "sent" : "not connected";
});

socket.open();
