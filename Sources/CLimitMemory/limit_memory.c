#include "CLimitMemory.h"

#include <stdint.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#define LINE 64
#define LARGE ((size_t)2 << 20)

// What the system returned stands in the words before the line that is handed out: the start, and how much is mapped.
struct head {
    void *start;
    size_t mapped;
};

static void *line_after(char *start, size_t alignment, size_t mapped) {
    uintptr_t first = (uintptr_t)start + sizeof(struct head);
    char *line = (char *)((first + alignment - 1) & ~(uintptr_t)(alignment - 1));
    ((struct head *)line)[-1] = (struct head){start, mapped};
    return line;
}

void *limit_memory_create(size_t byte_count) {
    if (byte_count > SIZE_MAX / 2) return NULL;
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    // Keys of a large table lie anywhere in it: with large pages a look at one does not miss its address as well.
    if (byte_count >= 2 * LARGE) {
        size_t size = byte_count + 2 * LARGE;
        char *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (start == MAP_FAILED) return NULL;
        char *line = line_after(start, LARGE, size);
        madvise(line, byte_count, MADV_HUGEPAGE);
        return line;
    }
#endif
    char *start = calloc(1, byte_count + 2 * LINE);
    return start ? line_after(start, LINE, 0) : NULL;
}

void limit_memory_destroy(void *memory) {
    if (!memory) return;
    struct head head = ((struct head *)memory)[-1];
#if defined(__linux__)
    if (head.mapped > 0) {
        munmap(head.start, head.mapped);
        return;
    }
#endif
    free(head.start);
}
