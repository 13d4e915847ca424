/*
 * decide PLAN ORIGIN MESSAGE...
 *
 * Decides one opening handshake from a page of ORIGIN and the messages that follow, as a server would.
 *
 *     cc decide.c $(pkg-config --cflags --libs wspolicy) -o decide
 *     ./decide quotes.wsplan https://app.example '{"type":"subscribe"}' '{"type":"subscribe","admin":true}'
 */
#include <stdio.h>
#include <string.h>
#include <wspolicy.h>

static wsp_bytes bytes(const char *text) {
    wsp_bytes bytes = {(const uint8_t *)text, strlen(text)};
    return bytes;
}

static void print_text(const char *label, wsp_connection *connection, int32_t text) {
    char buffer[512];
    int64_t length = wsp_text(connection, text, buffer, sizeof buffer);
    if (length > 0)
        printf("  %s: %s%s\n", label, buffer, (size_t)length < sizeof buffer ? "" : "...");
}

static void print_why(wsp_connection *connection, const wsp_decision *decision) {
    char name[64];
    wsp_violation_name(decision->violation, name, sizeof name);
    printf("  violation: %s\n", name);
    print_text("reason", connection, WSP_TEXT_REASON);
    print_text("policy", connection, WSP_TEXT_POLICY);
    print_text("pointer", connection, WSP_TEXT_POINTER);
    print_text("detail", connection, WSP_TEXT_DETAIL);
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: %s PLAN ORIGIN MESSAGE...\n", arguments[0]);
        return 2;
    }

    char problem[256];
    wsp_engine *engine;
    if (wsp_engine_load_file(arguments[1], &engine, problem, sizeof problem) != 0) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }

    wsp_header headers[] = {
        {bytes("Host"), bytes("api.example")},
        {bytes("Upgrade"), bytes("websocket")},
        {bytes("Connection"), bytes("Upgrade")},
        {bytes("Sec-WebSocket-Version"), bytes("13")},
        {bytes("Sec-WebSocket-Key"), bytes("dGhlIHNhbXBsZSBub25jZQ==")},
        {bytes("Origin"), bytes(arguments[2])},
    };
    wsp_handshake handshake = {
        .target = bytes("/ws"),
        .headers = headers,
        .header_count = sizeof headers / sizeof headers[0],
        .peer = bytes("203.0.113.7:50112"),
        .is_tls = 1,
    };

    wsp_connection *connection;
    wsp_decision decision;
    switch (wsp_admit(engine, &handshake, NULL, &connection, &decision)) {
    case WSP_ACCEPT:
        puts("handshake: accepted");
        break;
    case WSP_REFUSE:
        if (decision.delivery == WSP_DELIVER_HTTP)
            printf("handshake: refused by HTTP %u\n", decision.status);
        else
            printf("handshake: refused by close code %u\n", decision.close_code);
        print_why(connection, &decision);
        break;
    default:
        fputs("handshake: cannot be read\n", stderr);
        wsp_engine_free(engine);
        return 1;
    }

    for (int place = 3; place < count; place += 1) {
        wsp_bytes message = bytes(arguments[place]);
        switch (wsp_receive(connection, WSP_TEXT, message.data, message.length, NULL, &decision)) {
        case WSP_FORWARD:
            puts("message: forwarded");
            break;
        case WSP_WARN:
            puts("message: forwarded with a warning");
            print_why(connection, &decision);
            break;
        case WSP_AUTHENTICATED:
            puts("message: a token, taken");
            break;
        case WSP_DROP:
            puts("message: dropped");
            print_why(connection, &decision);
            break;
        case WSP_CLOSE:
            printf("message: closed with %u\n", decision.close_code);
            print_why(connection, &decision);
            break;
        default:
            puts("message: the connection is closed");
        }
    }

    wsp_connection_free(connection);
    wsp_engine_free(engine);
    return 0;
}
