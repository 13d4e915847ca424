/*
 * libwspolicy: decides WebSocket handshakes and messages by a compiled policy.
 *
 * A plan comes from `wspolicy compile POLICY -o PLAN`. An engine runs it and is shared by all threads; a connection is used by
 * one thread at a time, and a second one at the same moment is told WSP_ERROR_BUSY. Engines and connections may be freed
 * in any order.
 *
 * Functions that decide return a decision (above zero) or an error (below zero). An error means that the call was wrong, and
 * that nothing was decided: deliver nothing. No function ends the process, whatever it is given; a handle must be one that
 * this library returned and that is not freed yet, or NULL.
 *
 * Bytes are given as an address and a length. The address may be NULL where the length is 0. Everything is copied
 * before a function returns; the library keeps no address of the caller's.
 *
 * Texts are UTF-8 and are written into the caller's memory: at most capacity - 1 bytes and a zero, cut between characters.
 * What is returned is the whole text's length without the zero, so that a longer text can be asked for again; WSP_NONE
 * where there is no such text. The memory may be NULL where the capacity is 0.
 */
#ifndef WSPOLICY_H
#define WSPOLICY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface: the number in the library's name, libwspolicy.so.1. */
enum { WSP_INTERFACE_VERSION = 1 };

enum wsp_error {
    WSP_ERROR_ARGUMENT = -1, /* a handle or an address is NULL, or a length cannot be */
    WSP_ERROR_FILE = -2,     /* a file cannot be read */
    WSP_ERROR_PLAN = -3,     /* the bytes are no plan of this version, or are damaged */
    WSP_ERROR_KEYS = -4,     /* a key or a list that the plan names is missing or unusable */
    WSP_ERROR_BUSY = -5,     /* the connection is in use by another thread */
    WSP_NONE = -6            /* there is no such text, header, type or deadline */
};

enum wsp_decision_kind {
    WSP_ACCEPT = 1,        /* the connection may open */
    WSP_REFUSE = 2,        /* it may not: answer as `deliver` says */
    WSP_FORWARD = 3,       /* the message may be delivered */
    WSP_WARN = 4,          /* the same, and reported */
    WSP_DROP = 5,          /* the message is not delivered; the connection goes on */
    WSP_CLOSE = 6,         /* close the connection with `close_code` */
    WSP_WAIT = 7,          /* nothing is due; of a server's message: hold it back, the client has not said who it is */
    WSP_AUTHENTICATED = 8, /* the message brought a token and is not delivered */
    WSP_CLOSED = 9         /* the connection was refused or closed before */
};

enum wsp_opcode { WSP_TEXT = 1, WSP_BINARY = 2 };

enum wsp_delivery {
    WSP_DELIVER_HTTP = 1, /* before the upgrade, by `status`; then the connection ends, and what follows stays unread */
    WSP_DELIVER_CLOSE = 2 /* upgrade, then close with `close_code` */
};

/* What a refusal is for, in the order in which a decision reports the first. */
enum wsp_violation {
    WSP_BAD_HANDSHAKE = 1,
    WSP_HANDSHAKE_TOO_LARGE = 2,
    WSP_CLIENT_FORBIDDEN = 3,
    WSP_TLS_REQUIRED = 4,
    WSP_HOST_FORBIDDEN = 5,
    WSP_PATH_FORBIDDEN = 6,
    WSP_ORIGIN_MISSING = 7,
    WSP_ORIGIN_FORBIDDEN = 8,
    WSP_CONNECTION_RATE = 9,
    WSP_CONNECTION_COUNT = 10,
    WSP_SUBPROTOCOL_FORBIDDEN = 11,
    WSP_TOKEN_MISSING = 12,
    WSP_TOKEN_INVALID = 13,
    WSP_TOKEN_EXPIRED = 14,
    WSP_TOKEN_REVOKED = 15,
    WSP_CLAIM_FORBIDDEN = 16,
    WSP_STORE_UNAVAILABLE = 17,
    WSP_PROTOCOL_ERROR = 18,
    WSP_CONTROL_FRAME_RATE = 19,
    WSP_BINARY_FORBIDDEN = 20,
    WSP_FRAME_TOO_LARGE = 21,
    WSP_MESSAGE_TOO_LARGE = 22,
    WSP_TOO_MANY_FRAGMENTS = 23,
    WSP_COMPRESSION_BOMB = 24,
    WSP_MESSAGE_RATE = 25,
    WSP_BYTE_RATE = 26,
    WSP_INVALID_UTF8 = 27,
    WSP_MALFORMED_JSON = 28,
    WSP_NESTING_TOO_DEEP = 29,
    WSP_DUPLICATE_KEY = 30,
    WSP_UNSAFE_NUMBER = 31,
    WSP_BATCH_TOO_LARGE = 32,
    WSP_UNKNOWN_MESSAGE_TYPE = 33,
    WSP_SCHEMA_MISMATCH = 34,
    WSP_FORBIDDEN_CONTENT = 35,
    WSP_RULE_DENIED = 36,
    WSP_HANDSHAKE_TIMEOUT = 37,
    WSP_TOKEN_TIMEOUT = 38,
    WSP_IDLE_TIMEOUT = 39,
    WSP_LIFETIME_REACHED = 40,
    WSP_SLOW_CLIENT = 41,
    WSP_POLICY_CHANGED = 42
};

/* A plan at work. */
typedef struct wsp_engine wsp_engine;
/* One handshake and, where it was accepted, the connection that it opened. */
typedef struct wsp_connection wsp_connection;

typedef struct wsp_bytes {
    const uint8_t *data;
    size_t length;
} wsp_bytes;

typedef struct wsp_header {
    wsp_bytes name;
    wsp_bytes value;
} wsp_header;

/* When an event happens. Wherever one is asked for, NULL means now, by the system's clocks. */
typedef struct wsp_moment {
    uint64_t ticks;           /* nanoseconds of a clock that never goes back */
    int64_t unix_nanoseconds; /* nanoseconds since 1970, which dates in tokens are compared with */
} wsp_moment;

/* An opening handshake as it came: nothing decoded, duplicates kept, in order. */
typedef struct wsp_handshake {
    wsp_bytes method;  /* of no length: GET */
    wsp_bytes version; /* of no length: 1.1 */
    wsp_bytes target;  /* path and query */
    const wsp_header *headers;
    size_t header_count;
    wsp_bytes peer; /* 203.0.113.7:50112, [2001:db8::1]:50112; of no length: a connection without an address */
    int32_t is_tls; /* not 0: this server ended TLS on the connection */
} wsp_handshake;

typedef struct wsp_decision {
    int32_t kind;          /* wsp_decision_kind, or an error */
    int32_t violation;     /* wsp_violation, or 0 */
    uint64_t observed;     /* bit n: sections in observe mode would have refused with violation n */
    int32_t type;          /* the message's place in the policy's types, or -1 */
    int32_t delivery;      /* wsp_delivery of a refusal, else 0 */
    uint32_t status;       /* the HTTP status of a refusal, also of one by a close where no socket can be spared; else 0 */
    uint32_t close_code;   /* of a close, and of a refusal that is delivered by one, else 0 */
    uint32_t retry_after;  /* seconds, or 0 */
    int32_t awaits_token;  /* not 0: accepted, and the first message must bring the token */
    uint64_t close_wait;   /* where the connection ends: nanoseconds that the peer may take to answer */
} wsp_decision;

/* One message of many that are decided in one call. */
typedef struct wsp_message {
    wsp_connection *connection;
    int32_t opcode;
    wsp_bytes payload;
} wsp_message;

/* Texts of a connection. Those of a fault are of the last decision that had one, until the next call that decides. */
enum wsp_text {
    WSP_TEXT_REASON = 1,  /* for the client: at most 123 bytes, names the violation and nothing of the policy */
    WSP_TEXT_POLICY = 2,  /* for the operator: the policy's line that decided, path:line:column */
    WSP_TEXT_POINTER = 3, /* JSON Pointer into the message */
    WSP_TEXT_DETAIL = 4,  /* for the operator: a sentence without secrets */
    WSP_TEXT_ROUTE = 5,   /* the route's path as the policy writes it */
    WSP_TEXT_SUBPROTOCOL = 6,
    WSP_TEXT_SUBJECT = 7, /* whom the verified token belongs to */
    WSP_TEXT_CLAIMS = 8,  /* the claims of the verified token, a JSON object */
    WSP_TEXT_HEADERS = 9  /* fields of the 101, or of the refusal: lines that end with CR LF */
};

/* Texts of an engine. */
enum wsp_engine_text {
    WSP_ENGINE_NAME = 1,
    WSP_ENGINE_TARGET = 2, /* gateway, nio, asgi or library: where the policy is meant to be enforced */
    WSP_ENGINE_DIGEST = 3, /* SHA-256 of the policy's files, 64 hexadecimal digits */
    WSP_ENGINE_NOTES = 4   /* what whoever starts the server should know of the keys: lines */
};

/* What a policy asks of the server around it. */
enum wsp_demand_kind {
    WSP_DEMAND_STATUS = 1,         /* refusals with `violation` are told by HTTP status `value` */
    WSP_DEMAND_CLOSE_CODE = 2,     /* closes with `violation` have the code `value` */
    WSP_DEMAND_REASON = 3,         /* a reason of the policy's own for `violation` */
    WSP_DEMAND_HEADERS = 4,        /* `value` fields on the 101 */
    WSP_DEMAND_FRAME_SIZE = 5,     /* a limit on frames */
    WSP_DEMAND_FRAGMENTS = 6,      /* a limit on fragments */
    WSP_DEMAND_CONTROL_FRAMES = 7, /* a limit on pings, pongs and closes */
    WSP_DEMAND_OUTBOUND_QUEUE = 8, /* a limit on what waits for a client that does not read */
    WSP_DEMAND_HANDSHAKE_TIME = 9, /* a limit on how long a handshake may take to arrive, in nanoseconds */
    WSP_DEMAND_QUESTIONS = 10      /* `value` tokens, limits and shared lists about which somebody must be asked, which nobody is here */
};

typedef struct wsp_demand {
    int32_t kind;      /* wsp_demand_kind */
    int32_t violation; /* wsp_violation, or 0 */
    uint64_t value;
} wsp_demand;

/* --- Engines --- */

/* Makes an engine of a plan; its keys come from the environment and from files, as the policy names them.
 * Returns 0 and the engine, or an error, NULL, and a sentence in `problem`. */
int32_t wsp_engine_load(const uint8_t *plan, size_t length, wsp_engine **engine, char *problem, size_t capacity);

/* The same with a plan in a file, whose path ends with a zero. */
int32_t wsp_engine_load_file(const char *path, wsp_engine **engine, char *problem, size_t capacity);

/* Puts a newer plan, with its keys read anew, in the place of the engine's. New handshakes are decided by it, and limits that
 * both have go on counting; connections that are open stay with the plan that admitted them. After an error the engine is as it was. */
int32_t wsp_engine_reload(wsp_engine *engine, const uint8_t *plan, size_t length, char *problem, size_t capacity);

/* The same with a plan in a file. */
int32_t wsp_engine_reload_file(wsp_engine *engine, const char *path, char *problem, size_t capacity);

/* Reads the lists of `token.revoked` anew; open connections of who is revoked close at their next event. After an
 * error all lists are as they were. */
int32_t wsp_engine_reload_revocations(wsp_engine *engine, char *problem, size_t capacity);

/* A text of the engine: wsp_engine_text. */
int64_t wsp_engine_text(wsp_engine *engine, int32_t text, char *buffer, size_t capacity);

/* What the policy asks of the server: writes up to `capacity` demands and returns how many there are. */
int64_t wsp_engine_demands(wsp_engine *engine, wsp_demand *demands, size_t capacity);

/* Frees the engine; connections that it admitted go on. NULL does nothing. */
void wsp_engine_free(wsp_engine *engine);

/* --- Handshakes --- */

/* Decides an opening handshake: WSP_ACCEPT or WSP_REFUSE, and in both cases a connection that is to be freed. After an
 * error `*connection` is NULL. `decision` may be NULL. */
int32_t wsp_admit(wsp_engine *engine, const wsp_handshake *handshake, const wsp_moment *at,
                  wsp_connection **connection, wsp_decision *decision);

/* --- Connections --- */

/* Decides a whole message of the client. `decision` may be NULL. */
int32_t wsp_receive(wsp_connection *connection, int32_t opcode, const uint8_t *data, size_t length,
                    const wsp_moment *at, wsp_decision *decision);

/* Decides many messages, in order, and writes a decision each; those of one connection stand in the order of their arrival.
 * Returns 0; what is wrong with a message is the `kind` of its decision. */
int32_t wsp_receive_batch(const wsp_message *messages, size_t count, const wsp_moment *at, wsp_decision *decisions);

/* Decides a whole message that the server is about to send. `decision` may be NULL. */
int32_t wsp_send(wsp_connection *connection, int32_t opcode, const uint8_t *data, size_t length,
                 const wsp_moment *at, wsp_decision *decision);

/* So many bytes wait for the client to read: WSP_WAIT, or WSP_CLOSE beyond the limit. `decision` may be NULL. */
int32_t wsp_queued(wsp_connection *connection, uint64_t byte_count, const wsp_moment *at, wsp_decision *decision);

/* Time has passed: WSP_WAIT, or WSP_CLOSE where a deadline is met. `decision` may be NULL. */
int32_t wsp_tick(wsp_connection *connection, const wsp_moment *at, wsp_decision *decision);

/* Nanoseconds until the next deadline if nothing happens before, or WSP_NONE. Where policies list who is revoked, one
 * stands at most a second away. */
int64_t wsp_next_deadline(wsp_connection *connection, const wsp_moment *at);

/* A text of the connection: wsp_text. */
int64_t wsp_text(wsp_connection *connection, int32_t text, char *buffer, size_t capacity);

/* The name of a message type by its place, as decisions give it; `is_server` not 0: of the server's messages. */
int64_t wsp_type_name(wsp_connection *connection, int32_t type, int32_t is_server, char *buffer, size_t capacity);

/* Ends the connection's part in every count; texts can still be asked for. A second call does nothing. */
int32_t wsp_close(wsp_connection *connection);

/* Closes and frees the connection. NULL does nothing; a connection in use by another thread is not freed: WSP_ERROR_BUSY. */
int32_t wsp_connection_free(wsp_connection *connection);

/* --- Words --- */

/* The name of a violation, as policies and logs spell it. */
int64_t wsp_violation_name(int32_t violation, char *buffer, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
