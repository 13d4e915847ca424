#ifndef C_BYTE_SCAN_H
#define C_BYTE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Whether `utf8_scan_string` may be called on this machine.
bool utf8_scan_is_supported(void);

/// The first quote, backslash or control character (below 0x20) from `start` on; NULL where what stands before it is not
/// UTF-8 (RFC 3629).
///
/// `start` is the first byte of a character. Behind the text stand a zero byte and 31 further readable bytes.
const uint8_t *_Nullable utf8_scan_string(const uint8_t *_Nonnull start);

/// Decodes base64 with the alphabet of URLs (RFC 4648 §5), strictly: false where a character is none of it, or a bit of the last one
/// that carries nothing is set, or no text has that length.
///
/// `bytes` has room for what `count` characters decode to: three for each four, one or two for the rest. What stands there after a
/// refusal counts nothing.
bool base64_decode_url(const uint8_t *_Nonnull text, size_t count, uint8_t *_Nonnull bytes);

/// The same on machines without instructions for it.
bool base64_decode_url_slowly(const uint8_t *_Nonnull text, size_t count, uint8_t *_Nonnull bytes);

/// How many bytes are neither printable ASCII nor a space.
size_t byte_scan_unprintable_count(const uint8_t *_Nonnull bytes, size_t count);

/// Whether all bytes are printable ASCII, and none is a space or `#`: what a request target has (RFC 9112 §3.2).
bool byte_scan_is_target(const uint8_t *_Nonnull bytes, size_t count);

/// The first place of a byte among `count`; `count` where it is none of them.
static inline size_t byte_scan_first(const uint8_t *_Nonnull bytes, size_t count, uint8_t byte) {
    const uint8_t *found = memchr(bytes, byte, count);
    return found ? (size_t)(found - bytes) : count;
}

// Sixteen bytes at once, called from Swift without a call: a bit for each of them, the first byte's lowest. Why C: Swift has no
// instruction that gathers the outcome of a comparison of bytes in one register.

#if defined(__x86_64__)

#include <emmintrin.h>

/// Set where a byte is a quote, a backslash, a control character or beyond ASCII.
static inline uint32_t byte_scan_string_stops(const uint8_t *_Nonnull bytes) {
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    // Signed: what is beyond ASCII is negative.
    __m128i stops = _mm_or_si128(
        _mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
    return (uint32_t)_mm_movemask_epi8(stops);
}

/// Set where a byte is no decimal digit.
static inline uint32_t byte_scan_non_digits(const uint8_t *_Nonnull bytes) {
    __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    // The digits are moved to the ten lowest numbers of a signed byte.
    __m128i moved = _mm_add_epi8(block, _mm_set1_epi8((char)(0x80 - '0')));
    return (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(moved, _mm_set1_epi8((char)(0x80 + 9))));
}

#else

static inline uint32_t byte_scan_string_stops(const uint8_t *_Nonnull bytes) {
    uint32_t stops = 0;
    for (int index = 0; index < 16; index += 1) {
        uint8_t byte = bytes[index];
        stops |= (uint32_t)(byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') << index;
    }
    return stops;
}

static inline uint32_t byte_scan_non_digits(const uint8_t *_Nonnull bytes) {
    uint32_t others = 0;
    for (int index = 0; index < 16; index += 1) others |= (uint32_t)((uint8_t)(bytes[index] - '0') > 9) << index;
    return others;
}

#endif

#endif
