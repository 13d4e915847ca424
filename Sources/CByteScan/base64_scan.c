// Base64 with the alphabet of URLs (RFC 4648 §5), read strictly: thirty-two characters at a time where the machine can.

#include "CByteScan.h"

/// Bytes that so many characters decode to; no text has one more than a multiple of four.
static inline size_t decoded_count(size_t count) { return count / 4 * 3 + (count % 4 ? count % 4 - 1 : 0); }

/// The value of a character; 64 for one outside of the alphabet.
static inline uint32_t value(uint8_t character) {
    if (character >= 'A' && character <= 'Z') return character - 'A';
    if (character >= 'a' && character <= 'z') return character - 'a' + 26;
    if (character >= '0' && character <= '9') return character - '0' + 52;
    return character == '-' ? 62 : character == '_' ? 63 : 64;
}

static bool decode(const uint8_t *text, size_t count, uint8_t *bytes) {
    uint32_t bits = 0, pending = 0;
    for (size_t index = 0; index < count; index += 1) {
        uint32_t next = value(text[index]);
        if (next == 64) return false;
        bits = bits << 6 | next;
        pending += 6;
        if (pending >= 8) {
            pending -= 8;
            *bytes++ = (uint8_t)(bits >> pending);
        }
    }
    return (bits & ((1u << pending) - 1)) == 0;
}

#if defined(__x86_64__)

#include <immintrin.h>

/// `offset` in the lanes that lie between two characters.
__attribute__((target("avx2"), always_inline)) static inline __m256i within(__m256i text, char first, char last, char offset) {
    __m256i from = _mm256_cmpgt_epi8(text, _mm256_set1_epi8((char)(first - 1)));
    __m256i to = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(last + 1)), text);
    return _mm256_and_si256(_mm256_and_si256(from, to), _mm256_set1_epi8(offset));
}

/// Decodes thirty-two characters to twenty-four bytes and writes twenty-eight; marks the characters outside of the alphabet.
__attribute__((target("avx2"), always_inline)) static inline __m256i block(const uint8_t *text, uint8_t *bytes) {
    __m256i characters = _mm256_loadu_si256((const __m256i *)text);
    // What makes a character its value; no offset is zero.
    __m256i offsets = _mm256_or_si256(
        _mm256_or_si256(within(characters, 'A', 'Z', -'A'), within(characters, 'a', 'z', 26 - 'a')),
        _mm256_or_si256(
            within(characters, '0', '9', 52 - '0'),
            _mm256_or_si256(within(characters, '-', '-', 62 - '-'), within(characters, '_', '_', 63 - '_'))));
    __m256i values = _mm256_add_epi8(characters, offsets);
    // Neighbours become numbers of twelve bits, then of twenty-four, the first character's highest.
    __m256i twelves = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
    __m256i groups = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
    const __m256i order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6, 5, 4, 10, 9, 8,
                                           14, 13, 12, -1, -1, -1, -1);
    __m256i packed = _mm256_shuffle_epi8(groups, order);
    _mm_storeu_si128((__m128i *)bytes, _mm256_castsi256_si128(packed));
    _mm_storeu_si128((__m128i *)(bytes + 12), _mm256_extracti128_si256(packed, 1));
    return _mm256_cmpeq_epi8(offsets, _mm256_setzero_si256());
}

__attribute__((target("avx2"))) static bool decode_blocks(const uint8_t *text, size_t count, uint8_t *bytes) {
    __m256i wrong = _mm256_setzero_si256();
    size_t done = 0;
    // Forty characters are at least thirty bytes: there is room for what a block writes.
    for (; count - done >= 40; done += 32) wrong = _mm256_or_si256(wrong, block(text + done, bytes + done / 4 * 3));
    // The rest among characters whose value is zero.
    size_t rest = count - done, decoded = decoded_count(rest);
    uint8_t tail[64], end[64];
    const __m256i zeros = _mm256_set1_epi8('A');
    _mm256_storeu_si256((__m256i *)tail, zeros);
    _mm256_storeu_si256((__m256i *)(tail + 32), zeros);
    memcpy(tail, text + done, rest);
    wrong = _mm256_or_si256(wrong, block(tail, end));
    if (rest > 32) wrong = _mm256_or_si256(wrong, block(tail + 32, end + 24));
    memcpy(bytes + done / 4 * 3, end, decoded);
    // The bits of the last character that carry nothing stand in the next byte.
    return _mm256_movemask_epi8(wrong) == 0 && end[decoded] == 0;
}

bool base64_decode_url(const uint8_t *text, size_t count, uint8_t *bytes) {
    if (count % 4 == 1) return false;
    return __builtin_cpu_supports("avx2") ? decode_blocks(text, count, bytes) : base64_decode_url_slowly(text, count, bytes);
}

#else

bool base64_decode_url(const uint8_t *text, size_t count, uint8_t *bytes) {
    return base64_decode_url_slowly(text, count, bytes);
}

#endif

bool base64_decode_url_slowly(const uint8_t *text, size_t count, uint8_t *bytes) {
    return count % 4 != 1 && decode(text, count, bytes);
}
