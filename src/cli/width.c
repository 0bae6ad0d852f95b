/*
 * How text stands on a terminal: columns of East Asian wide characters, cutting, padding, and no
 * control character from outside. Knows no format.
 */
#include <string.h>

#include "cli/cli_private.h"

typedef struct range {
    uint32_t first, last;
} range;

/* Unicode 15, East Asian Width W and F, joined where only unassigned code points lie between. */
static const range wide[] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },   { 0x23E9, 0x23EC },
    { 0x25FD, 0x25FE },   { 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x26AA, 0x26AB },
    { 0x26BD, 0x26BE },   { 0x26C4, 0x26C5 },   { 0x2705, 0x2705 },   { 0x270A, 0x270B },
    { 0x2728, 0x2728 },   { 0x274C, 0x274C },   { 0x2753, 0x2755 },   { 0x2757, 0x2757 },
    { 0x2795, 0x2797 },   { 0x2B1B, 0x2B1C },   { 0x2B50, 0x2B50 },   { 0x2E80, 0x303E },
    { 0x3041, 0x33FF },   { 0x3400, 0x4DBF },   { 0x4E00, 0xA4CF },   { 0xA960, 0xA97C },
    { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },   { 0xFE10, 0xFE19 },   { 0xFE30, 0xFE6F },
    { 0xFF00, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x1B000, 0x1B2FB }, { 0x1F004, 0x1F004 },
    { 0x1F0CF, 0x1F0CF }, { 0x1F18E, 0x1F18E }, { 0x1F191, 0x1F19A }, { 0x1F200, 0x1F320 },
    { 0x1F32D, 0x1F335 }, { 0x1F337, 0x1F37C }, { 0x1F37E, 0x1F393 }, { 0x1F3A0, 0x1F3CA },
    { 0x1F3E0, 0x1F3F0 }, { 0x1F3F8, 0x1F4FC }, { 0x1F4FF, 0x1F53D }, { 0x1F5FB, 0x1F64F },
    { 0x1F680, 0x1F6C5 }, { 0x1F6D0, 0x1F6D7 }, { 0x1F7E0, 0x1F7EB }, { 0x1F90C, 0x1F9FF },
    { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD }
};

/* Combining marks, joiners, direction marks, variation selectors. */
static const range zero[] = { { 0x0300, 0x036F }, { 0x0591, 0x05BD }, { 0x0610, 0x061A },
                              { 0x064B, 0x065F }, { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A },
                              { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF },
                              { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x2064 },
                              { 0x2066, 0x2069 }, { 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F },
                              { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF }, { 0xE0100, 0xE01EF } };

static bool within(const range *ranges, size_t count, uint32_t code) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && code >= ranges[low].first;
}

/* One character of UTF-8 at text; *len is at least 1. Broken bytes come as 0xFFFD, one by one. */
static uint32_t next(base_str text, size_t *len) {
    unsigned char lead = (unsigned char)text.ptr[0];
    size_t want = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    *len = 1;
    if (want == 1) {
        return lead;
    }
    if (want == 0 || want > text.len || lead > 0xF4) {
        return 0xFFFD;
    }
    uint32_t code = lead & (0x7Fu >> want);
    for (size_t i = 1; i < want; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if ((byte & 0xC0) != 0x80) {
            return 0xFFFD;
        }
        code = code << 6 | (byte & 0x3Fu);
    }
    *len = want;
    return code;
}

static bool is_control(uint32_t code) {
    /* Direction overrides can make a table lie about its columns. */
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

static size_t columns_of(uint32_t code) {
    if (code < 0x300) {
        return 1;
    }
    if (is_control(code)) {
        return 1;
    }
    if (within(zero, sizeof zero / sizeof zero[0], code)) {
        return 0;
    }
    return within(wide, sizeof wide / sizeof wide[0], code) ? 2 : 1;
}

size_t cli_width(base_str text) {
    size_t columns = 0, len;
    for (size_t at = 0; at < text.len; at += len) {
        columns += columns_of(next((base_str){ text.ptr + at, text.len - at }, &len));
    }
    return columns;
}

static void add_blanks(base_buf *out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        base_buf_add_char(out, ' ');
    }
}

void cli_pad(base_buf *out, base_str text, size_t least, size_t most, bool right) {
    size_t width = cli_width(text);
    bool cut = most > 0 && width > most;
    size_t room = cut ? most - 1 : width;
    if (right && !cut && width < least) {
        add_blanks(out, least - width);
    }
    size_t used = 0, len;
    for (size_t at = 0; at < text.len; at += len) {
        uint32_t code = next((base_str){ text.ptr + at, text.len - at }, &len);
        size_t columns = columns_of(code);
        if (used + columns > room) {
            break;
        }
        used += columns;
        if (is_control(code) || (code == 0xFFFD && len == 1)) {
            base_buf_add_char(out, '?');
        } else {
            base_buf_add(out, text.ptr + at, len);
        }
    }
    if (cut) {
        base_buf_add_text(out, "\xE2\x80\xA6");
        used++;
    }
    if (!right || cut) {
        add_blanks(out, used < least ? least - used : 0);
    }
}

void cli_thousands(base_buf *out, int64_t number) {
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    const char *start = digits;
    if (*start == '-') {
        base_buf_add_char(out, '-');
        start++;
    }
    size_t len = strlen(start);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            base_buf_add_char(out, ',');
        }
        base_buf_add_char(out, start[i]);
    }
}
