// UTF-8 inside of JSON strings, thirty-two bytes at a time.
//
// The method is that of Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte" (2021): three table
// look-ups by nibbles say of each pair of neighbouring bytes what may be wrong with it, and an error is what all three
// agree on. Why C: Swift reaches neither byte shuffles nor functions for a processor's own instructions.

#include "CByteScan.h"

#if defined(__x86_64__)

#include <immintrin.h>

bool utf8_scan_is_supported(void) { return __builtin_cpu_supports("avx2"); }

// What a pair of bytes may be.
enum {
    LEAD_WITHOUT_TAIL = 1 << 0,
    TAIL_WITHOUT_LEAD = 1 << 1,
    LONG_FORM_OF_THREE = 1 << 2,
    BEYOND_UNICODE = 1 << 3,
    SURROGATE = 1 << 4,
    LONG_FORM_OF_TWO = 1 << 5,
    // F0 80…8F is a long form, F5…FF 80…8F lies beyond Unicode: both have a second byte that begins with 8.
    FOUR_WITH_8 = 1 << 6,
    TAIL_BEHIND_TAIL = 1 << 7,
    ANY_LOW = LEAD_WITHOUT_TAIL | TAIL_WITHOUT_LEAD | TAIL_BEHIND_TAIL,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
#define TEXT TAIL_WITHOUT_LEAD
#define LOW_5_UP (ANY_LOW | BEYOND_UNICODE | FOUR_WITH_8)
#define TAIL (TAIL_WITHOUT_LEAD | LONG_FORM_OF_TWO | TAIL_BEHIND_TAIL)

__attribute__((target("avx2"), always_inline)) static inline __m256i before(__m256i bytes, __m256i earlier, int count) {
    // The high half of what came before, the low half of these bytes: what each half needs from its left.
    __m256i between = _mm256_permute2x128_si256(earlier, bytes, 0x21);
    switch (count) {
    case 1: return _mm256_alignr_epi8(bytes, between, 15);
    case 2: return _mm256_alignr_epi8(bytes, between, 14);
    default: return _mm256_alignr_epi8(bytes, between, 13);
    }
}

/// Bytes that are not zero where something is wrong.
__attribute__((target("avx2"), always_inline)) static inline __m256i faults(__m256i bytes, __m256i earlier) {
    const __m256i low_bits = _mm256_set1_epi8(0x0F);
    const __m256i by_first_high = TWICE(
        TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT,
        (char)TAIL_BEHIND_TAIL, (char)TAIL_BEHIND_TAIL, (char)TAIL_BEHIND_TAIL, (char)TAIL_BEHIND_TAIL,
        LEAD_WITHOUT_TAIL | LONG_FORM_OF_TWO,
        LEAD_WITHOUT_TAIL,
        LEAD_WITHOUT_TAIL | LONG_FORM_OF_THREE | SURROGATE,
        LEAD_WITHOUT_TAIL | BEYOND_UNICODE | FOUR_WITH_8);
    const __m256i by_first_low = TWICE(
        (char)(ANY_LOW | LONG_FORM_OF_THREE | LONG_FORM_OF_TWO | FOUR_WITH_8),
        (char)(ANY_LOW | LONG_FORM_OF_TWO),
        (char)ANY_LOW, (char)ANY_LOW,
        (char)(ANY_LOW | BEYOND_UNICODE),
        (char)LOW_5_UP, (char)LOW_5_UP, (char)LOW_5_UP, (char)LOW_5_UP, (char)LOW_5_UP, (char)LOW_5_UP, (char)LOW_5_UP,
        (char)LOW_5_UP,
        (char)(LOW_5_UP | SURROGATE),
        (char)LOW_5_UP, (char)LOW_5_UP);
    const __m256i by_second_high = TWICE(
        LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL,
        LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL,
        (char)(TAIL | LONG_FORM_OF_THREE | FOUR_WITH_8),
        (char)(TAIL | LONG_FORM_OF_THREE | BEYOND_UNICODE),
        (char)(TAIL | SURROGATE | BEYOND_UNICODE),
        (char)(TAIL | SURROGATE | BEYOND_UNICODE),
        LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL, LEAD_WITHOUT_TAIL);
    __m256i first = before(bytes, earlier, 1);
    __m256i first_high = _mm256_and_si256(_mm256_srli_epi16(first, 4), low_bits);
    __m256i second_high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low_bits);
    __m256i pairs = _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(by_first_high, first_high),
                         _mm256_shuffle_epi8(by_first_low, _mm256_and_si256(first, low_bits))),
        _mm256_shuffle_epi8(by_second_high, second_high));
    // The third byte of three and the third and fourth of four are tails behind tails; nothing else may be.
    __m256i third = _mm256_subs_epu8(before(bytes, earlier, 2), _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(before(bytes, earlier, 3), _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i tails = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    return _mm256_xor_si256(pairs, tails);
}

/// Thirty-two times FF, then zeros: at 31 - n begins a mask of the first n + 1 bytes.
static const uint8_t first_bytes[64] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

__attribute__((target("avx2"))) const uint8_t *utf8_scan_string(const uint8_t *start) {
    const uint8_t *place = start;
    __m256i earlier = _mm256_setzero_si256();
    for (;;) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)place);
        // A byte below 0x20 is the smaller one of itself and 0x1F.
        __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
        __m256i stops = _mm256_or_si256(
            control,
            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                            _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'))));
        uint32_t found = (uint32_t)_mm256_movemask_epi8(stops);
        if (found != 0) {
            int index = __builtin_ctz(found);
            // What stands behind the stop is no part of the string. The stop itself ends a character that is cut short.
            __m256i mask = _mm256_loadu_si256((const __m256i *)(first_bytes + 31 - index));
            __m256i wrong = faults(_mm256_and_si256(bytes, mask), earlier);
            return _mm256_testz_si256(wrong, wrong) ? place + index : 0;
        }
        __m256i wrong = faults(bytes, earlier);
        if (!_mm256_testz_si256(wrong, wrong)) return 0;
        earlier = bytes;
        place += 32;
    }
}

#else

bool utf8_scan_is_supported(void) { return false; }

const uint8_t *utf8_scan_string(const uint8_t *start) {
    (void)start;
    return 0;
}

#endif
