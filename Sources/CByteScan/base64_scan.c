// Base64 with the alphabet of URLs and file names (RFC 4648 §5), thirty-two characters at a time.

#include "CByteScan.h"

#if defined(__x86_64__)

#include <immintrin.h>

/// `offset` in the lanes that lie between two characters.
__attribute__((target("avx2"), always_inline)) static inline __m256i within(__m256i text, char first, char last, char offset) {
    __m256i from = _mm256_cmpgt_epi8(text, _mm256_set1_epi8((char)(first - 1)));
    __m256i to = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(last + 1)), text);
    return _mm256_and_si256(_mm256_and_si256(from, to), _mm256_set1_epi8(offset));
}

__attribute__((target("avx2"))) static size_t scan(const uint8_t *text, size_t count, uint8_t *bytes) {
    size_t done = 0;
    // Twenty-eight bytes are written where twenty-four count, and forty characters are at least thirty.
    while (count - done >= 40) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(text + done));
        // What makes a character its value; no offset is zero.
        __m256i offsets = _mm256_or_si256(
            _mm256_or_si256(within(block, 'A', 'Z', -'A'), within(block, 'a', 'z', 26 - 'a')),
            _mm256_or_si256(
                within(block, '0', '9', 52 - '0'),
                _mm256_or_si256(within(block, '-', '-', 62 - '-'), within(block, '_', '_', 63 - '_'))));
        if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(offsets, _mm256_setzero_si256())) != 0) return done;
        __m256i values = _mm256_add_epi8(block, offsets);
        // Neighbours become numbers of twelve bits, then of twenty-four, the first character's highest.
        __m256i twelves = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
        __m256i groups = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
        const __m256i order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6, 5, 4, 10,
                                               9, 8, 14, 13, 12, -1, -1, -1, -1);
        __m256i packed = _mm256_shuffle_epi8(groups, order);
        uint8_t *place = bytes + done / 4 * 3;
        _mm_storeu_si128((__m128i *)place, _mm256_castsi256_si128(packed));
        _mm_storeu_si128((__m128i *)(place + 12), _mm256_extracti128_si256(packed, 1));
        done += 32;
    }
    return done;
}

size_t base64_scan_url(const uint8_t *text, size_t count, uint8_t *bytes) {
    return __builtin_cpu_supports("avx2") ? scan(text, count, bytes) : 0;
}

#else

size_t base64_scan_url(const uint8_t *text, size_t count, uint8_t *bytes) {
    (void)text;
    (void)count;
    (void)bytes;
    return 0;
}

#endif
