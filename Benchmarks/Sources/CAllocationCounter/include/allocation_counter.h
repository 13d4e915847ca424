/// How many blocks this process has asked for since it began, by any of malloc, calloc, realloc and aligned_alloc.
unsigned long allocation_count(void);
