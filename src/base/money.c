/*
 * Money as int64 fen, and its text form in yuan with two digits. No floating point anywhere.
 */
#include <stdio.h>

#include "base/base.h"

bool base_fen_from_yuan(base_str text, int64_t *out_fen) {
    size_t i = 0;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (negative) {
        i = 1;
    }
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t fen = 0;
    int whole = 0;     /* 1 once a digit stood before the point */
    int decimals = -1; /* digits after the point; -1 before it */
    for (; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && decimals < 0 && whole) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9') {
            return false;
        }
        if (decimals < 0) {
            whole = 1;
        } else if (decimals < 2) {
            decimals++;
        } else if (c == '0') {
            continue;
        } else {
            return false;
        }
        uint64_t digit = (uint64_t)(c - '0');
        if (fen > (limit - digit) / 10) {
            return false;
        }
        fen = fen * 10 + digit;
    }
    if (!whole || decimals == 0) {
        return false;
    }
    for (int missing = decimals < 0 ? 2 : 2 - decimals; missing > 0; missing--) {
        if (fen > limit / 10) {
            return false;
        }
        fen *= 10;
    }
    if (negative) {
        *out_fen = fen == limit ? INT64_MIN : -(int64_t)fen;
    } else {
        *out_fen = (int64_t)fen;
    }
    return true;
}

void base_fen_to_yuan(int64_t fen, char out[BASE_FEN_TEXT]) {
    uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    snprintf(out, BASE_FEN_TEXT, "%s%llu.%02llu", fen < 0 ? "-" : "",
             (unsigned long long)(size / 100), (unsigned long long)(size % 100));
}
