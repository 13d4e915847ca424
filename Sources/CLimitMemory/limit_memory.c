#include "CLimitMemory.h"

#include <stdint.h>
#include <stdlib.h>

#define LINE 64

// What calloc returned stands in the word before the line that is handed out.
void *limit_memory_create(size_t byte_count) {
    if (byte_count > SIZE_MAX - 2 * LINE) return NULL;
    char *start = calloc(1, byte_count + 2 * LINE);
    if (!start) return NULL;
    char *line = (char *)(((uintptr_t)start + 2 * LINE - 1) & ~(uintptr_t)(LINE - 1));
    ((void **)line)[-1] = start;
    return line;
}

void limit_memory_destroy(void *memory) {
    if (memory) free(((void **)memory)[-1]);
}
