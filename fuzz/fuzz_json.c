/* JSON in, canonical JSON out: what was written reads again and settles. */
#include <string.h>

#include "codec/codec.h"
#include "support.h"

/* Canonical text written again is the same text. */
static void try_style(const yyjson_val *root, codec_json_style style) {
    base_buf once, again;
    qd_err err;
    base_buf_init(&once, LIMIT_REPLY_BYTES);
    base_buf_init(&again, LIMIT_REPLY_BYTES);
    if (codec_json_canonical(root, style, &once, NULL) == QD_OK) {
        FUZZ_CHECK(codec_json_canonical_text(base_buf_str(&once), style, &again, &err) == QD_OK);
        FUZZ_CHECK(base_str_eq(base_buf_str(&once), base_buf_str(&again)));
    }
    base_buf_clear(&once);
    base_buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_str text = { (const char *)data, size };
    yyjson_doc *doc = NULL;
    qd_err err;
    if (codec_json_read(text, 0, &doc, &err) != QD_OK) {
        FUZZ_CHECK(strlen(err.message) > 0);
        return 0;
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    base_buf compact;
    base_buf_init(&compact, LIMIT_REPLY_BYTES);
    FUZZ_CHECK(codec_json_write(root, &compact, &err) == QD_OK);
    base_buf_clear(&compact);
    for (int style = 0; style < 8; style++) {
        if ((style & 3) != 3) {
            try_style(root, (codec_json_style)style);
        }
    }
    base_arena *arena = base_arena_new(LIMIT_REPLY_BYTES);
    base_str scalar;
    int64_t number;
    bool flag;
    (void)codec_json_text(root, arena, &scalar);
    (void)codec_json_i64(root, &number);
    (void)codec_json_bool(root, &flag);
    (void)codec_json_at(root, "a.b.c");
    base_arena_free(arena);
    yyjson_doc_free(doc);
    return 0;
}
