/* Answers of any shape through every platform's decoder, and through the reading of tokens. */
#include "platforms/platforms.h"
#include "support.h"

static void try_platform(const core_platform *platform, yyjson_val *root) {
    core_request request = { .platform = cat_platform_find(platform->name),
                             .method_name = "order.searchList",
                             .base_url = "http://127.0.0.1",
                             .now = FUZZ_NOW };
    core_decoded decoded = { .ok = false };
    qd_err err;
    base_arena *arena = base_arena_new(LIMIT_CALL_ARENA);
    FUZZ_CHECK(arena != NULL);
    request.arena = arena;
    if (platform->decode(&request, root, arena, &decoded, &err) == QD_OK) {
        FUZZ_CHECK(!decoded.ok || decoded.code.len == 0);
        qd_token token = { .version = 0 };
        if (decoded.data != NULL && platform->token_read != NULL) {
            (void)platform->token_read(decoded.data, FUZZ_NOW, &token, &err);
        }
        (void)cat_classify(request.platform, decoded.code, decoded.sub_code);
    }
    base_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    yyjson_doc *doc = NULL;
    qd_err err;
    if (codec_json_read((base_str){ (const char *)data, size }, 0, &doc, &err) != QD_OK) {
        return 0;
    }
    const core_platform *platform;
    for (size_t i = 0; (platform = platforms_at(i)) != NULL; i++) {
        try_platform(platform, yyjson_doc_get_root(doc));
    }
    yyjson_doc_free(doc);
    return 0;
}
