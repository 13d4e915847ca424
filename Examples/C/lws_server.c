/*
 * lws_server PLAN PORT
 *
 * A server of libwebsockets that echoes what its policy lets pass. The policy decides
 *
 *   before the upgrade, in LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: refusals by HTTP with the policy's status and fields;
 *   each whole message, in LWS_CALLBACK_RECEIVE: fragments are put together here, up to the largest message that is
 *   looked at, and libwebsockets itself checks frames and UTF-8;
 *   deadlines, in LWS_CALLBACK_TIMER.
 *
 * libwebsockets shows header fields by name, so the policy sees those of `fields` below; a field that stands twice arrives as
 * one with a comma, which no origin, host or token is. It answers pings itself and shows no control frames.
 *
 *     cc lws_server.c $(pkg-config --cflags --libs wspolicy libwebsockets) -o lws_server
 *     ./lws_server quotes.wsplan 8080
 */
#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wspolicy.h>

/* More than any message of the policy; what is longer is handed to it by its length and refused there. */
enum { MOST_MESSAGE = 1 << 20, MOST_FIELD = 16 << 10 };

static wsp_engine *engine;
static volatile sig_atomic_t is_over;

struct session {
    wsp_connection *connection;
    uint8_t *message; /* LWS_PRE bytes in front, as lws_write wants */
    size_t length;
    int is_binary;
    int is_waiting; /* a message waits to be echoed */
    uint32_t close_code;
};

/* What was decided about a handshake, from the confirmation of its upgrade to its session. */
struct admitted {
    wsp_connection *connection;
    wsp_decision decision;
};

static const struct {
    enum lws_token_indexes token;
    const char *name;
} fields[] = {
    {WSI_TOKEN_HOST, "Host"},
    {WSI_TOKEN_ORIGIN, "Origin"},
    {WSI_TOKEN_UPGRADE, "Upgrade"},
    {WSI_TOKEN_CONNECTION, "Connection"},
    {WSI_TOKEN_VERSION, "Sec-WebSocket-Version"},
    {WSI_TOKEN_KEY, "Sec-WebSocket-Key"},
    {WSI_TOKEN_PROTOCOL, "Sec-WebSocket-Protocol"},
    {WSI_TOKEN_HTTP_AUTHORIZATION, "Authorization"},
    {WSI_TOKEN_HTTP_COOKIE, "Cookie"},
    {WSI_TOKEN_X_FORWARDED_FOR, "X-Forwarded-For"},
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static wsp_bytes bytes(const char *text) {
    wsp_bytes bytes = {(const uint8_t *)text, strlen(text)};
    return bytes;
}

/* Asks the policy about the handshake of `wsi`; the texts live in one block that is freed at the end. */
static int32_t admit(struct lws *wsi, wsp_connection **connection, wsp_decision *decision) {
    char *block = malloc((FIELD_COUNT + 1) * MOST_FIELD);
    int32_t kind = WSP_ERROR_ARGUMENT;
    wsp_header headers[FIELD_COUNT];
    size_t count = 0;
    char peer[80] = "", address[64] = "";
    char *target = block;

    *connection = NULL;
    if (!block)
        return kind;
    for (size_t place = 0; place < FIELD_COUNT; place += 1) {
        char *value = block + (place + 1) * MOST_FIELD;
        if (lws_hdr_total_length(wsi, fields[place].token) == 0)
            continue;
        if (lws_hdr_copy(wsi, value, MOST_FIELD, fields[place].token) < 0)
            goto done; /* longer than fits: undecided, so refused */
        headers[count].name = bytes(fields[place].name);
        headers[count].value = bytes(value);
        count += 1;
    }
    if (lws_hdr_copy(wsi, target, MOST_FIELD, WSI_TOKEN_GET_URI) < 0)
        goto done;
    /* The query comes back part by part, without its question mark and ampersands. */
    for (int part = 0;; part += 1) {
        size_t used = strlen(target);
        if (used + 2 >= MOST_FIELD)
            goto done;
        int length = lws_hdr_copy_fragment(wsi, target + used + 1, (int)(MOST_FIELD - used - 1), WSI_TOKEN_HTTP_URI_ARGS, part);
        if (length < 0)
            break;
        target[used] = part == 0 ? '?' : '&';
        target[used + 1 + (size_t)length] = 0;
    }
    lws_get_peer_simple(wsi, address, sizeof address);
    if (address[0])
        snprintf(peer, sizeof peer, strchr(address, ':') ? "[%s]:1" : "%s:1", address);

    wsp_handshake handshake = {
        .target = bytes(target), .headers = headers, .header_count = count, .peer = bytes(peer), .is_tls = lws_is_ssl(wsi)};
    kind = wsp_admit(engine, &handshake, NULL, connection, decision);
done:
    free(block);
    return kind;
}

static void forget(struct admitted *admitted) {
    if (!admitted)
        return;
    wsp_connection_free(admitted->connection);
    free(admitted);
}

/* Answers a handshake that the policy refuses by HTTP, and hangs up: what follows it stays unread. */
static int refuse(struct lws *wsi, wsp_connection *connection, const wsp_decision *decision) {
    uint8_t buffer[LWS_PRE + 4096];
    char *start = (char *)buffer + LWS_PRE, lines[2048];

    if (wsp_text(connection, WSP_TEXT_HEADERS, lines, sizeof lines) >= (int64_t)sizeof lines)
        return -1;
    int length = snprintf(start, sizeof buffer - LWS_PRE, "HTTP/1.1 %u Refused\r\n%sContent-Length: 0\r\n\r\n",
                          decision->status, lines);
    lws_write(wsi, (uint8_t *)start, (size_t)length, LWS_WRITE_HTTP_HEADERS);
    return -1;
}

static void set_timer(struct lws *wsi, struct session *session) {
    int64_t left = wsp_next_deadline(session->connection, NULL);
    lws_set_timer_usecs(wsi, left < 0 ? LWS_SET_TIMER_USEC_CANCEL : left / 1000 + 1);
}

/* Closes with the policy's code and reason. */
static int close_by_policy(struct lws *wsi, struct session *session, uint32_t code) {
    char reason[124] = "";
    wsp_text(session->connection, WSP_TEXT_REASON, reason, sizeof reason);
    lws_close_reason(wsi, (enum lws_close_status)code, (uint8_t *)reason, strlen(reason));
    return -1;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length) {
    struct session *session = user;
    wsp_decision decision;

    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: {
        /* Decided here where a status can still be sent, and kept for the session below. */
        struct admitted *admitted = calloc(1, sizeof *admitted);
        if (!admitted)
            return -1;
        int32_t kind = admit(wsi, &admitted->connection, &admitted->decision);
        if (kind == WSP_ACCEPT || (kind == WSP_REFUSE && admitted->decision.delivery == WSP_DELIVER_CLOSE)) {
            lws_set_opaque_user_data(wsi, admitted);
            return 0;
        }
        int answer = kind == WSP_REFUSE ? refuse(wsi, admitted->connection, &admitted->decision) : -1;
        forget(admitted);
        return answer;
    }

    case LWS_CALLBACK_ESTABLISHED: {
        struct admitted *admitted = lws_get_opaque_user_data(wsi);
        memset(session, 0, sizeof *session);
        if (!admitted)
            return -1;
        session->connection = admitted->connection;
        session->close_code = admitted->decision.close_code;
        admitted->connection = NULL;
        lws_set_opaque_user_data(wsi, NULL);
        forget(admitted);
        /* Refused by a close code: after the upgrade, so that a page can read it. */
        if (session->close_code) {
            lws_callback_on_writable(wsi);
            return 0;
        }
        session->message = malloc(LWS_PRE + MOST_MESSAGE);
        if (!session->message)
            return -1;
        set_timer(wsi, session);
        return 0;
    }

    case LWS_CALLBACK_RECEIVE:
        if (!session->message || session->is_waiting)
            return -1;
        if (lws_is_first_fragment(wsi)) {
            session->length = 0;
            session->is_binary = lws_frame_is_binary(wsi);
        }
        if (length > MOST_MESSAGE - session->length)
            return close_by_policy(wsi, session, 1009);
        memcpy(session->message + LWS_PRE + session->length, in, length);
        session->length += length;
        if (!lws_is_final_fragment(wsi))
            return 0;
        switch (wsp_receive(session->connection, session->is_binary ? WSP_BINARY : WSP_TEXT,
                            session->message + LWS_PRE, session->length, NULL, &decision)) {
        case WSP_FORWARD:
        case WSP_WARN:
            session->is_waiting = 1;
            lws_rx_flow_control(wsi, 0);
            lws_callback_on_writable(wsi);
            break;
        case WSP_DROP:
        case WSP_AUTHENTICATED:
            break;
        case WSP_CLOSE:
            return close_by_policy(wsi, session, decision.close_code);
        default:
            return -1;
        }
        set_timer(wsi, session);
        return 0;

    case LWS_CALLBACK_SERVER_WRITEABLE:
        if (session->close_code)
            return close_by_policy(wsi, session, session->close_code);
        if (!session->is_waiting)
            return 0;
        session->is_waiting = 0;
        if (lws_write(wsi, session->message + LWS_PRE, session->length,
                      session->is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < (int)session->length)
            return -1;
        lws_rx_flow_control(wsi, 1);
        return 0;

    case LWS_CALLBACK_TIMER:
        if (session && session->connection) {
            if (wsp_tick(session->connection, NULL, &decision) == WSP_CLOSE)
                return close_by_policy(wsi, session, decision.close_code);
            set_timer(wsi, session);
        }
        return 0;

    case LWS_CALLBACK_CLOSED:
        free(session->message);
        session->message = NULL;
        wsp_connection_free(session->connection);
        session->connection = NULL;
        return 0;

    case LWS_CALLBACK_WSI_DESTROY:
        /* An upgrade that was confirmed and then failed. */
        forget(lws_get_opaque_user_data(wsi));
        lws_set_opaque_user_data(wsi, NULL);
        return 0;

    default:
        return lws_callback_http_dummy(wsi, reason, user, in, length);
    }
}

static void stop(int number) {
    (void)number;
    is_over = 1;
}

int main(int count, char **arguments) {
    static const struct lws_protocols protocols[] = {
        {"quotes", callback, sizeof(struct session), 64 << 10, 0, NULL, 0},
        {NULL, NULL, 0, 0, 0, NULL, 0},
    };
    char problem[256];

    if (count != 3) {
        fprintf(stderr, "usage: %s PLAN PORT\n", arguments[0]);
        return 2;
    }
    if (wsp_engine_load_file(arguments[1], &engine, problem, sizeof problem) != 0) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    lws_set_log_level(LLL_ERR, NULL);
    struct lws_context_creation_info info = {0};
    info.port = atoi(arguments[2]);
    info.protocols = protocols;
    struct lws_context *context = lws_create_context(&info);
    if (!context)
        return 1;
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    printf("listening on %s\n", arguments[2]);
    fflush(stdout);
    while (!is_over && lws_service(context, 0) >= 0) {
    }
    lws_context_destroy(context);
    wsp_engine_free(engine);
    return 0;
}
