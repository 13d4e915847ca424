// @ts-check

/**
 * How a connection stands.
 * @typedef {"connecting" | "open" | "waiting" | "stopped"} State
 */

/**
 * What the page is told of each change.
 * @typedef {object} Status
 * @property {State} state how the connection stands
 * @property {number} [code] the close code that led here (RFC 6455 §7.4); 1006 where the browser tells no more
 * @property {string} [reason] what the server said, or what the client concluded
 * @property {number} [retryIn] milliseconds until the next try, in the state "waiting"
 */

/**
 * What a client is made of; everything but `url` and `token` has a default.
 * @typedef {object} Options
 * @property {string} url where to; `wss:` only
 * @property {(isRenewal: boolean) => Promise<string>} token fetches a token; a renewal must not come from a cache
 * @property {string[]} [protocols] subprotocols to offer
 * @property {number} [tries] how often in a row a socket may fail to open before the client stops; 4
 * @property {number} [shortestWait] milliseconds before the first retry at most; 500
 * @property {number} [longestWait] milliseconds before any retry at most; 30,000
 * @property {() => number} [random] from 0 up to 1
 * @property {(run: () => void, milliseconds: number) => any} [schedule] runs something later
 * @property {new (url: string, protocols?: string[]) => WebSocket} [socketType] the browser's WebSocket
 */

/** What a close code asks of a client; the codes are those of the policy beside this file. */
const ANSWERS = new Map([
    [1000, "stop"],
    [4000, "stop"], // a message that the policy does not know: sending it again changes nothing
    [4001, "stop"], // no token
    [4002, "renew"], // the token has expired
    [4003, "stop"], // the token is not valid, or not for this
    [4004, "stop"], // the page's origin
    [4008, "stop"], // too large
    [4029, "wait"], // too many
]);

/** A WebSocket that does what the server's policy asks when it closes. */
export class PolicySocket {
    /** @type {Required<Options>} */ #options;
    /** @type {WebSocket | undefined} */ #socket;
    #retries = 0;
    #unopened = 0;
    #renewals = 0;
    /** Raised by `open` and by each stop: what still belongs to an earlier attempt comes to nothing. */
    #attempt = 0;

    /** Called with each message's text. @type {(text: string) => void} */
    onmessage = () => {};
    /** Called with each change. @type {(status: Status) => void} */
    onstatus = () => {};

    /** @param {Options} options */
    constructor(options) {
        const url = new URL(options.url);
        if (url.protocol !== "wss:") throw new TypeError(`${url.protocol} is not encrypted: tokens travel by wss: only`);
        if (url.hash) throw new TypeError("a WebSocket's address has no fragment");
        this.#options = {
            protocols: [],
            tries: 4,
            shortestWait: 500,
            longestWait: 30_000,
            random: Math.random,
            schedule: (run, milliseconds) => setTimeout(run, milliseconds),
            socketType: WebSocket,
            ...options,
        };
    }

    /** Connects; returns at once, and tells by `onstatus`. */
    open() {
        // One connection at a time: an earlier socket, a token on its way and a try that waits are forgotten.
        this.#attempt += 1;
        this.#letGo();
        this.#connect(false);
    }

    /**
     * Sends a value as JSON.
     * @param {unknown} value
     * @returns {boolean} whether the socket was open; nothing is kept for later
     */
    send(value) {
        if (this.#socket?.readyState !== 1) return false;
        this.#socket.send(JSON.stringify(value));
        return true;
    }

    /** Closes for good. */
    close() {
        this.#letGo();
        this.#stop(1000, "closed by the page");
    }

    /** Closes the present socket, and hears nothing of it any more. */
    #letGo() {
        const socket = this.#socket;
        this.#socket = undefined;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close(1000);
    }

    /** @param {boolean} isRenewal */
    async #connect(isRenewal) {
        const attempt = this.#attempt;
        this.onstatus({ state: "connecting" });
        // The page may have closed, or opened anew, when it was told.
        if (attempt !== this.#attempt) return;
        let token;
        try {
            token = await this.#options.token(isRenewal);
        } catch (error) {
            if (attempt !== this.#attempt) return;
            this.#retry(0, `no token: ${error}`);
            return;
        }
        if (attempt !== this.#attempt) return;
        this.#letGo();
        const url = new URL(this.#options.url);
        url.searchParams.set("token", token);
        const socket = new this.#options.socketType(url.href, this.#options.protocols);
        this.#socket = socket;
        let hasOpened = false;
        socket.onopen = () => {
            hasOpened = true;
            this.#unopened = 0;
            this.onstatus({ state: "open" });
        };
        socket.onmessage = (event) => {
            // Only what was served shows that the connection is wanted: an open one may be closed at once.
            this.#retries = 0;
            this.#renewals = 0;
            this.onmessage(String(event.data));
        };
        socket.onclose = (event) => {
            if (hasOpened) this.#closed(event.code, event.reason);
            else this.#neverOpened(event.code);
        };
    }

    /**
     * @param {number} code
     * @param {string} reason
     */
    #closed(code, reason) {
        switch (ANSWERS.get(code)) {
            case "stop":
                this.#stop(code, reason);
                break;
            case "renew":
                this.#renewals += 1;
                // A second token that has expired as well is a clock that is wrong: no hurry.
                if (this.#renewals > 1) this.#retry(code, reason, true);
                else this.#connect(true);
                break;
            default:
                this.#retry(code, reason);
        }
    }

    /** A refusal by HTTP, a certificate, a network: a page sees 1006 for all of them. @param {number} code */
    #neverOpened(code) {
        this.#unopened += 1;
        if (this.#unopened >= this.#options.tries) {
            this.#stop(code, "the socket never opened: the server refuses this page, or cannot be reached");
        } else {
            this.#retry(code, "the socket did not open");
        }
    }

    /**
     * Waits a random time, below a bound that doubles with each try, so that clients do not come back together.
     * @param {number} code
     * @param {string} reason
     * @param {boolean} [isRenewal]
     */
    #retry(code, reason, isRenewal = false) {
        const { shortestWait, longestWait, random, schedule } = this.#options;
        const bound = Math.min(longestWait, shortestWait * 2 ** this.#retries);
        this.#retries += 1;
        const retryIn = Math.round(bound * (0.5 + random() / 2));
        const attempt = this.#attempt;
        this.onstatus({ state: "waiting", code, reason, retryIn });
        schedule(() => {
            if (attempt === this.#attempt) this.#connect(isRenewal);
        }, retryIn);
    }

    /**
     * @param {number} code
     * @param {string} reason
     */
    #stop(code, reason) {
        this.#attempt += 1;
        this.onstatus({ state: "stopped", code, reason });
    }
}
