// Sends messages over WebSockets and counts the answers: one thread, one message in flight a connection.
//
// ws_load PORT CONNECTIONS PAYLOAD-BYTES SECONDS [FILE]: the payload is FILE's bytes, or a JSON text of that size. Prints answers a
// second. With SECONDS 0 the connections are opened and held until standard input ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    fprintf(stderr, "ws_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static size_t header(unsigned char *to, size_t length, int masked) {
    size_t count = 2;
    to[0] = 0x81;
    unsigned char mask = masked ? 0x80 : 0;
    if (length < 126) to[1] = mask | (unsigned char)length;
    else if (length < 65536) {
        to[1] = mask | 126, to[2] = (unsigned char)(length >> 8), to[3] = (unsigned char)length;
        count = 4;
    } else {
        to[1] = mask | 127;
        for (int i = 0; i < 8; i++) to[2 + i] = (unsigned char)((uint64_t)length >> (56 - 8 * i));
        count = 10;
    }
    return count;
}

static int connection(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const char *head = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                       "Origin: https://app.example\r\n\r\n";
    if (write(fd, head, strlen(head)) != (ssize_t)strlen(head)) fail("write");
    char answer[2048];
    size_t count = 0;
    while (count < 4 || memcmp(answer + count - 4, "\r\n\r\n", 4)) {
        ssize_t n = read(fd, answer + count, 1);
        if (n != 1 || ++count == sizeof answer) fail("handshake");
    }
    if (strncmp(answer, "HTTP/1.1 101", 12)) errno = EPROTO, fail("handshake refused");
    return fd;
}

static void send_all(int fd, const unsigned char *bytes, size_t count) {
    while (count) {
        ssize_t n = send(fd, bytes, count, MSG_NOSIGNAL);
        if (n < 0) fail("send");
        bytes += n, count -= (size_t)n;
    }
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "usage: ws_load PORT CONNECTIONS PAYLOAD-BYTES SECONDS [FILE]\n"), 2;
    int port = atoi(argv[1]), connections = atoi(argv[2]);
    size_t length = (size_t)atol(argv[3]);
    double seconds = atof(argv[4]);
    unsigned char *payload = malloc(length + 1);
    if (argc > 5) {
        FILE *file = fopen(argv[5], "rb");
        if (!file || fread(payload, 1, length, file) != length) fail("file");
        fclose(file);
    } else {
        memset(payload, 'x', length);
        if (length >= 32) {
            memcpy(payload, "{\"type\":\"quote\",\"text\":\"", 24);
            memcpy(payload + length - 2, "\"}", 2);
        }
    }
    unsigned char *frame = malloc(length + 16), ignored[16];
    size_t size = header(frame, length, 1);
    const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    memcpy(frame + size, mask, 4), size += 4;
    for (size_t i = 0; i < length; i++) frame[size + i] = payload[i] ^ mask[i & 3];
    size += length;
    size_t answer = header(ignored, length, 0) + length;

    int *sockets = malloc(sizeof(int) * (size_t)connections);
    size_t *missing = malloc(sizeof(size_t) * (size_t)connections);
    int poll = epoll_create1(0);
    for (int i = 0; i < connections; i++) {
        sockets[i] = connection(port);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, sockets[i], &event)) fail("epoll");
    }
    if (seconds <= 0) {
        printf("open\n"), fflush(stdout);
        while (read(0, ignored, 1) > 0) {}
        return 0;
    }
    static unsigned char buffer[1 << 20];
    uint64_t answers = 0;
    double start = now(), end = start + seconds;
    for (int i = 0; i < connections; i++) missing[i] = answer, send_all(sockets[i], frame, size);
    while (now() < end) {
        struct epoll_event events[256];
        int count = epoll_wait(poll, events, 256, 100);
        for (int e = 0; e < count; e++) {
            uint32_t i = events[e].data.u32;
            ssize_t n = recv(sockets[i], buffer, missing[i] < sizeof buffer ? missing[i] : sizeof buffer, MSG_DONTWAIT);
            if (n == 0) errno = ECONNRESET, fail("the server closed");
            if (n < 0) {
                if (errno == EAGAIN) continue;
                fail("recv");
            }
            missing[i] -= (size_t)n;
            if (!missing[i]) answers++, missing[i] = answer, send_all(sockets[i], frame, size);
        }
    }
    printf("%.0f\n", (double)answers / (now() - start));
    return 0;
}
