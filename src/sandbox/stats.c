/*
 * Named counters of bounded size. Knows nothing of what is counted.
 */
#include <string.h>

#include "sandbox/sandbox_private.h"

void face_count(face_counters *counters, base_str name) {
    counters->total++;
    for (size_t i = 0; i < counters->used; i++) {
        if (base_str_is(name, counters->rows[i].name)) {
            counters->rows[i].count++;
            return;
        }
    }
    if (counters->used == FACE_COUNTERS - 1) {
        name = BASE_STR("other"); /* the last row takes every further name */
    } else if (counters->used == FACE_COUNTERS) {
        counters->rows[FACE_COUNTERS - 1].count++;
        return;
    }
    (void)base_copy(counters->rows[counters->used].name, FACE_COUNTER_NAME, name);
    counters->rows[counters->used].count = 1;
    counters->used++;
}

void face_counters_write(const face_counters *counters, const char *key, base_buf *out) {
    base_buf_printf(out, "{\"total\":%llu,\"%s\":{", (unsigned long long)counters->total, key);
    for (size_t i = 0; i < counters->used; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        codec_json_quote(out, base_str_of(counters->rows[i].name));
        base_buf_printf(out, ":%llu", (unsigned long long)counters->rows[i].count);
    }
    base_buf_add_text(out, "}}");
}
