/*
 * Documents of any shape through every map into a store. First line: the map's name, or nothing:
 * then all of them. The rest is the document.
 */
#include "support.h"
#include "sync/sync.h"

static const char *const map_names[] = { "douyin.order",
                                         "douyin.product",
                                         "douyin.product_detail",
                                         "taobao.trade",
                                         "taobao.item",
                                         "taobao.item_detail",
                                         NULL };

static store *database(void) {
    static store *made;
    qd_err err;
    if (made == NULL) {
        store_options options = STORE_OPTIONS_INIT;
        options.home = fuzz_dir();
        options.clock = fuzz_clock();
        FUZZ_CHECK(store_open(&options, &made, &err) == QD_OK);
    }
    return made;
}

static void try_map(const char *name, yyjson_val *document, base_str raw, int64_t seq) {
    base_arena *arena = base_arena_new(LIMIT_CALL_ARENA);
    store_batch *batch = store_batch_new(database(), "T-fuzz");
    qd_err err;
    FUZZ_CHECK(arena != NULL && batch != NULL);
    const cat_map *map = cat_map_find(name);
    FUZZ_CHECK(map != NULL);
    if (sync_map_document(batch, map, document, raw, seq, arena, &err) == QD_OK) {
        FUZZ_CHECK(store_commit(batch, NULL, &err) == QD_OK);
    } else {
        FUZZ_CHECK(err.message[0] != '\0');
        store_batch_free(batch);
    }
    base_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int64_t seq;
    base_str rest = { (const char *)data, size };
    base_str line = fuzz_line(&rest);
    yyjson_doc *doc = NULL;
    qd_err err;
    if (codec_json_read(rest, 0, &doc, &err) != QD_OK) {
        return 0;
    }
    const char *const *names = map_names;
    bool named = false;
    for (; *names != NULL && !named; names++) {
        named = base_str_is(line, *names);
        if (named) {
            try_map(*names, yyjson_doc_get_root(doc), rest, ++seq);
        }
    }
    for (names = map_names; *names != NULL && !named; names++) {
        try_map(*names, yyjson_doc_get_root(doc), rest, ++seq);
    }
    yyjson_doc_free(doc);
    return 0;
}
