#ifndef C_LIMIT_MEMORY_H
#define C_LIMIT_MEMORY_H

#include <stddef.h>

/// Memory of `byte_count` zero bytes that begins at a cache line; NULL where the system has none.
///
/// The system gives it page by page as it is written first: a large table costs nothing until it is used.
void *_Nullable limit_memory_create(size_t byte_count);

/// Gives memory of `limit_memory_create` back.
void limit_memory_destroy(void *_Nullable memory);

#endif
