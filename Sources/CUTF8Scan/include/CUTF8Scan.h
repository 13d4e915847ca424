#ifndef C_UTF8_SCAN_H
#define C_UTF8_SCAN_H

#include <stdbool.h>
#include <stdint.h>

/// Whether `utf8_scan_string` may be called on this machine.
bool utf8_scan_is_supported(void);

/// The first quote, backslash or control character (below 0x20) from `start` on; NULL where what stands before it is not
/// UTF-8 (RFC 3629).
///
/// `start` is the first byte of a character. Behind the text stand a zero byte and 31 further readable bytes.
const uint8_t *_Nullable utf8_scan_string(const uint8_t *_Nonnull start);

#endif
