// @ts-check
import { PolicySocket } from "../policy-socket.js";

/** A WebSocket that does what a test says. */
class ScriptedSocket {
    /** @type {ScriptedSocket[]} */ static all = [];
    /** @type {string[]} */ sent = [];
    readyState = 0;
    /** @type {any} */ onopen;
    /** @type {any} */ onmessage;
    /** @type {any} */ onclose;

    /** @param {string} url */
    constructor(url) {
        this.url = url;
        ScriptedSocket.all.push(this);
    }
    /** @param {string} text */
    send(text) {
        this.sent.push(text);
    }
    close() {
        this.readyState = 3;
    }
    opens() {
        this.readyState = 1;
        this.onopen?.();
    }
    /** @param {number} code @param {string} [reason] */
    closes(code, reason = "") {
        this.readyState = 3;
        this.onclose?.({ code, reason });
    }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** @param {Partial<import("../policy-socket.js").Options>} [options] */
async function started(options = {}) {
    ScriptedSocket.all = [];
    /** @type {{ run: () => void, milliseconds: number }[]} */
    const later = [];
    /** @type {boolean[]} */
    const renewals = [];
    /** @type {string[]} */
    const states = [];
    const client = new PolicySocket({
        url: "wss://quotes.example/quotes?v=1",
        token: async (isRenewal) => (renewals.push(isRenewal), `t+${renewals.length}`),
        schedule: (run, milliseconds) => later.push({ run, milliseconds }),
        random: () => 1,
        // @ts-ignore a socket as far as the client looks
        socketType: ScriptedSocket,
        ...options,
    });
    client.onstatus = ({ state, code }) => states.push(code ? `${state} ${code}` : state);
    client.open();
    await settled();
    const last = () => /** @type {ScriptedSocket} */ (ScriptedSocket.all.at(-1));
    const passes = async () => {
        later.shift()?.run();
        await settled();
    };
    return { client, later, renewals, states, last, passes };
}

/** @param {unknown} found @param {unknown} wanted */
function equal(found, wanted) {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (left !== right) throw new Error(`${left} is not ${right}`);
}

/** @type {Record<string, () => Promise<void>>} */
const tests = {
    async "ws: is refused before anything is sent"() {
        for (const url of ["ws://quotes.example/", "http://quotes.example/", "wss://quotes.example/#x"]) {
            let refused = false;
            try {
                new PolicySocket({ url, token: async () => "" });
            } catch (error) {
                refused = error instanceof TypeError;
            }
            equal(refused, true);
        }
    },
    async "the token is encoded into the address"() {
        const { last } = await started();
        equal(last().url, "wss://quotes.example/quotes?v=1&token=t%2B1");
    },
    async "4002 fetches a new token and reconnects at once, a second one waits"() {
        const { last, renewals, states, later, passes } = await started();
        last().opens();
        last().closes(4002, "token expired");
        await settled();
        equal(renewals, [false, true]);
        equal(later.length, 0);
        last().opens();
        last().closes(4002);
        await settled();
        equal(states.at(-1), "waiting 4002");
        await passes();
        equal(renewals, [false, true, true]);
    },
    async "4029 backs off, longer each time, up to the bound"() {
        const { last, later, passes } = await started({ shortestWait: 100, longestWait: 350 });
        const waits = [];
        for (let turn = 0; turn < 4; turn++) {
            last().opens();
            last().closes(4029);
            waits.push(later[0].milliseconds);
            await passes();
        }
        equal(waits, [100, 200, 350, 350]);
    },
    async "the wait is random in its upper half"() {
        const { last, later } = await started({ shortestWait: 100, random: () => 0 });
        last().opens();
        last().closes(4029);
        equal(later[0].milliseconds, 50);
    },
    async "a message that was served resets the wait"() {
        const { last, later, passes } = await started({ shortestWait: 100 });
        last().opens();
        last().closes(4029);
        await passes();
        last().opens();
        last().onmessage({ data: "{}" });
        last().closes(1012);
        equal(later[0].milliseconds, 100);
    },
    async "codes that nothing will change stop the client"() {
        for (const code of [1000, 4000, 4001, 4003, 4004, 4008]) {
            const { last, later, states } = await started();
            last().opens();
            last().closes(code);
            equal([states.at(-1), later.length, ScriptedSocket.all.length], [`stopped ${code}`, 0, 1]);
        }
    },
    async "a socket that never opens is given up after a few tries"() {
        const { last, later, states, passes } = await started({ tries: 3 });
        for (let turn = 0; turn < 3; turn++) {
            last().closes(1006);
            await passes();
        }
        equal(ScriptedSocket.all.length, 3);
        equal([states.at(-1), later.length], ["stopped 1006", 0]);
    },
    async "a connection that is lost after it opened is tried again"() {
        const { last, states, passes } = await started({ tries: 2 });
        for (let turn = 0; turn < 5; turn++) {
            last().opens();
            last().closes(1006);
            equal(states.at(-1), "waiting 1006");
            await passes();
        }
    },
    async "a token that cannot be fetched is tried again"() {
        let tries = 0;
        const { states, passes, last } = await started({
            token: async () => {
                tries += 1;
                if (tries === 1) throw new Error("offline");
                return "t";
            },
        });
        equal(states.at(-1), "waiting");
        await passes();
        equal(last().url, "wss://quotes.example/quotes?v=1&token=t");
    },
    async "what the page closes stays closed"() {
        const { client, last, later, states } = await started();
        last().opens();
        client.close();
        last().closes(1006);
        equal([states.at(-1), later.length], ["stopped 1000", 0]);
        equal(client.send({}), false);
    },
    async "open while a token is fetched leaves one connection"() {
        /** @type {((token: string) => void)[]} */
        const fetched = [];
        const { client, last } = await started({ token: () => new Promise((resolve) => fetched.push(resolve)) });
        client.open();
        fetched[1]("second");
        await settled();
        fetched[0]("first");
        await settled();
        equal([ScriptedSocket.all.length, last().url], [1, "wss://quotes.example/quotes?v=1&token=second"]);
    },
    async "a token that is fetched for an earlier connection, or fails, changes nothing"() {
        /** @type {{ resolve: (token: string) => void, reject: (error: Error) => void }[]} */
        const fetched = [];
        const { client, later, states } = await started({
            token: () => new Promise((resolve, reject) => fetched.push({ resolve, reject })),
        });
        client.close();
        client.open();
        client.close();
        fetched[0].resolve("late");
        fetched[1].reject(new Error("offline"));
        await settled();
        equal([ScriptedSocket.all.length, later.length], [0, 0]);
        equal(states, ["connecting", "stopped 1000", "connecting", "stopped 1000"]);
    },
    async "open while a retry waits takes the retry's place"() {
        const { client, last, later, passes } = await started();
        last().opens();
        last().closes(4029);
        client.open();
        await settled();
        equal([ScriptedSocket.all.length, later.length], [2, 1]);
        await passes();
        equal(ScriptedSocket.all.length, 2);
        // Closed and opened again while it waits.
        last().opens();
        last().closes(4029);
        client.close();
        client.open();
        await settled();
        await passes();
        equal([ScriptedSocket.all.length, last().readyState], [3, 0]);
    },
    async "open closes an earlier socket, and nothing of it is heard"() {
        const { client, last, later, states } = await started();
        const earlier = last();
        earlier.opens();
        /** @type {string[]} */
        const heard = [];
        client.onmessage = (text) => heard.push(text);
        client.open();
        equal(earlier.readyState, 3);
        await settled();
        last().opens();
        earlier.onmessage?.({ data: "old" });
        earlier.opens();
        earlier.closes(1006);
        last().onmessage({ data: "new" });
        equal([heard, later.length], [["new"], 0]);
        equal(states, ["connecting", "open", "connecting", "open"]);
    },
    async "a page that opens or closes when it is told leaves one connection"() {
        const { client, last, later, passes } = await started();
        const tell = client.onstatus;
        client.onstatus = (status) => {
            tell(status);
            if (status.state === "waiting") client.open();
        };
        last().opens();
        last().closes(4029);
        await settled();
        equal([ScriptedSocket.all.length, later.length], [2, 1]);
        await passes();
        equal(ScriptedSocket.all.length, 2);
        client.onstatus = ({ state }) => {
            if (state === "connecting") client.close();
        };
        client.open();
        await settled();
        equal(ScriptedSocket.all.length, 2);
    },
    async "what is sent while the socket is not open is said to be lost"() {
        const { client, last } = await started();
        equal(client.send({ type: "order" }), false);
        last().opens();
        equal(client.send({ type: "order" }), true);
        equal(last().sent, ['{"type":"order"}']);
    },
};

/** Runs every test; a line for each that fails. */
export async function run() {
    const failures = [];
    for (const [name, test] of Object.entries(tests)) {
        try {
            await test();
        } catch (error) {
            failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
        }
    }
    return { count: Object.keys(tests).length, failures };
}
