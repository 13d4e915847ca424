// Classes of ASCII, thirty-two bytes at a time where the machine can.

#include "CByteScan.h"

static inline bool is_unprintable(uint8_t byte) { return byte < 0x20 || byte >= 0x7F; }

static size_t count_unprintable(const uint8_t *bytes, size_t count) {
    size_t sum = 0;
    for (size_t index = 0; index < count; index += 1) sum += is_unprintable(bytes[index]);
    return sum;
}

static bool is_target(const uint8_t *bytes, size_t count) {
    // To its end, whatever it finds: so compilers make it wide.
    bool is_other = false;
    for (size_t index = 0; index < count; index += 1) {
        is_other |= is_unprintable(bytes[index]) | (bytes[index] == 0x20) | (bytes[index] == '#');
    }
    return !is_other;
}

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx2"))) static size_t count_unprintable_blocks(const uint8_t *bytes, size_t count) {
    const __m256i one = _mm256_set1_epi8(1), space = _mm256_set1_epi8(0x21), zero = _mm256_setzero_si256();
    __m256i sums = zero;
    size_t index = 0;
    while (count - index >= 32) {
        // A lane counts to 255.
        size_t blocks = (count - index) / 32;
        if (blocks > 255) blocks = 255;
        __m256i counts = zero;
        for (size_t block = 0; block < blocks; block += 1, index += 32) {
            // One more makes 0x7F the least of signed numbers, as bytes from 0x80 on are less than all others.
            __m256i moved = _mm256_add_epi8(_mm256_loadu_si256((const __m256i *)(bytes + index)), one);
            counts = _mm256_sub_epi8(counts, _mm256_cmpgt_epi8(space, moved));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, zero));
    }
    __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    size_t sum = (size_t)_mm_cvtsi128_si64(halves) + (size_t)_mm_extract_epi64(halves, 1);
    return sum + count_unprintable(bytes + index, count - index);
}

/// Of 32 bytes or more.
__attribute__((target("avx2"))) static bool is_target_blocks(const uint8_t *bytes, size_t count) {
    const __m256i one = _mm256_set1_epi8(1), visible = _mm256_set1_epi8(0x22), hash = _mm256_set1_epi8('#');
    __m256i wrong = _mm256_setzero_si256();
    size_t index = 0;
    for (;;) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + index));
        __m256i marks = _mm256_or_si256(_mm256_cmpgt_epi8(visible, _mm256_add_epi8(block, one)), _mm256_cmpeq_epi8(block, hash));
        wrong = _mm256_or_si256(wrong, marks);
        if (count - index <= 32) break;
        index += 32;
        // The last block overlaps the one before.
        if (index > count - 32) index = count - 32;
    }
    return _mm256_movemask_epi8(wrong) == 0;
}

size_t byte_scan_unprintable_count(const uint8_t *bytes, size_t count) {
    return __builtin_cpu_supports("avx2") ? count_unprintable_blocks(bytes, count) : count_unprintable(bytes, count);
}

bool byte_scan_is_target(const uint8_t *bytes, size_t count) {
    return count >= 32 && __builtin_cpu_supports("avx2") ? is_target_blocks(bytes, count) : is_target(bytes, count);
}

#else

size_t byte_scan_unprintable_count(const uint8_t *bytes, size_t count) { return count_unprintable(bytes, count); }

bool byte_scan_is_target(const uint8_t *bytes, size_t count) { return is_target(bytes, count); }

#endif
