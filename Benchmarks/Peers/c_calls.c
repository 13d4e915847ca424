/* Nanoseconds of one message decision through wspolicy.h: c_calls PLAN MESSAGE. CPU time, the smallest of eleven measurements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wspolicy.h>

enum { rounds = 1000000, times = 11, many = 64 };

static wsp_bytes bytes(const char *text) {
    return (wsp_bytes){(const uint8_t *)text, strlen(text)};
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static wsp_connection *connection;
static uint8_t message[1 << 16];
static size_t length;
static const wsp_moment moment = {(uint64_t)1 << 40, 1780000000000000000};

static void stop(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void single(const wsp_moment *at) {
    for (int round = 0; round < rounds; round++) {
        wsp_decision decision;
        if (wsp_receive(connection, WSP_TEXT, message, length, at, &decision) != WSP_FORWARD) stop("not forwarded");
    }
}

static void with_moment(void) { single(&moment); }
static void with_clock(void) { single(NULL); }

static void batch(void) {
    static wsp_message messages[many];
    static wsp_decision decisions[many];
    for (int place = 0; place < many; place++)
        messages[place] = (wsp_message){connection, WSP_TEXT, {message, length}};
    for (int round = 0; round < rounds / many; round++)
        if (wsp_receive_batch(messages, many, &moment, decisions) != 0 || decisions[many - 1].kind != WSP_FORWARD)
            stop("not forwarded");
}

static void measure(const char *name, void (*run)(void)) {
    double least = 0;
    run();
    for (int time = 0; time < times; time++) {
        double start = now();
        run();
        double taken = (now() - start) / rounds;
        if (time == 0 || taken < least) least = taken;
    }
    printf("c %s %.1f\n", name, least);
}

int main(int count, char **arguments) {
    char problem[256];
    wsp_engine *engine;
    if (count != 3) stop("c_calls PLAN MESSAGE");
    if (wsp_engine_load_file(arguments[1], &engine, problem, sizeof problem) != 0) stop(problem);
    FILE *file = fopen(arguments[2], "rb");
    if (file == NULL) stop("no message");
    length = fread(message, 1, sizeof message, file);
    fclose(file);

    const char *fields[][2] = {
        {"Host", "api.example"},      {"Origin", "https://app.example"}, {"Upgrade", "websocket"},
        {"Connection", "Upgrade"},    {"Sec-WebSocket-Version", "13"},   {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
    };
    wsp_header headers[6];
    for (int place = 0; place < 6; place++)
        headers[place] = (wsp_header){bytes(fields[place][0]), bytes(fields[place][1])};
    wsp_handshake handshake = {
        .target = bytes("/ws"), .headers = headers, .header_count = 6, .peer = bytes("203.0.113.7:50112"), .is_tls = 1,
    };
    wsp_decision decision;
    if (wsp_admit(engine, &handshake, &moment, &connection, &decision) != WSP_ACCEPT) stop("refused");

    measure("moment", with_moment);
    measure("batch", batch);
    measure("clock", with_clock);
    wsp_connection_free(connection);
    wsp_engine_free(engine);
    return 0;
}
