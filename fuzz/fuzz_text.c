/* Times and money as text: what is accepted is written again and means the same. */
#include <string.h>

#include "support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_str text = { (const char *)data, size };
    int64_t value = -1, again = -1;
    char shown[BASE_HTTP_DATE];
    if (base_time_from_cn(text, &value)) {
        base_time_to_cn(value, shown);
        FUZZ_CHECK(base_time_from_cn(base_str_of(shown), &again) && again == value);
        base_day_to_cn(value, shown);
        FUZZ_CHECK(base_time_from_cn(base_str_of(shown), &again));
        FUZZ_CHECK(again == base_day_start_cn(value));
    }
    if (base_time_from_http(text, &value)) {
        base_time_to_http(value, shown);
        FUZZ_CHECK(base_time_from_http(base_str_of(shown), &again) && again == value);
    }
    (void)base_time_from_rfc3339(text, &value);
    if (base_fen_from_yuan(text, &value)) {
        base_fen_to_yuan(value, shown);
        FUZZ_CHECK(base_fen_from_yuan(base_str_of(shown), &again) && again == value);
    }
    (void)base_str_to_i64(text, &value);
    char copy[16];
    bool whole = base_copy(copy, sizeof copy, text);
    if (base_utf8_valid(text)) {
        FUZZ_CHECK(base_utf8_valid(base_str_of(copy)));
        FUZZ_CHECK(whole == (size < sizeof copy) || memchr(data, 0, size) != NULL);
    }
    return 0;
}
