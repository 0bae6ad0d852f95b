/* Paths into documents. */
#include <stdio.h>

#include "support/check.h"
#include "sync/sync_private.h"

static yyjson_doc *parse(const char *text) {
    yyjson_doc *doc = NULL;
    qd_err err;
    assert_ok(codec_json_read(base_str_of(text), 0, &doc, &err), &err);
    return doc;
}

static const char *text_at(const sync_scope *scope, const char *path) {
    return yyjson_get_str(sync_scope_at(scope, path));
}

static void paths_reach_objects_items_and_alternatives(void **state) {
    (void)state;
    yyjson_doc *doc = parse(
        "{\"a\":{\"b\":\"ab\"},\"list\":[{\"x\":\"x0\"},{\"x\":\"x1\"}],\"none\":null,\"e\":\"\"}");
    sync_scope scope;
    sync_scope_init(&scope, yyjson_doc_get_root(doc), NULL, 0);
    assert_string_equal(text_at(&scope, "a.b"), "ab");
    assert_string_equal(text_at(&scope, "list[1].x"), "x1");
    assert_null(sync_scope_at(&scope, "list[2].x"));
    assert_null(sync_scope_at(&scope, "none"));
    assert_string_equal(text_at(&scope, "none|a.c|a.b"), "ab");
    assert_string_equal(text_at(&scope, "e|a.b"), "");
    assert_null(sync_scope_at(&scope, "a.b.c"));
    assert_null(sync_scope_at(&scope, "^a"));
    assert_ptr_equal(sync_scope_at(&scope, ""), yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
}

static void a_child_sees_its_parent(void **state) {
    (void)state;
    yyjson_doc *doc = parse("{\"id\":\"p\",\"lines\":[{\"id\":\"c\"}]}");
    sync_scope parent, child;
    sync_scope_init(&parent, yyjson_doc_get_root(doc), NULL, 0);
    sync_scope_init(&child, sync_scope_at(&parent, "lines[0]"), &parent, 0);
    assert_string_equal(text_at(&child, "id"), "c");
    assert_string_equal(text_at(&child, "^id"), "p");
    yyjson_doc_free(doc);
}

/* More keys than the index starts from, about its size, and beyond it. */
static void every_key_of_a_wide_object_is_found(void **state) {
    (void)state;
    const int widths[] = { 11, 12, 100, 191, 192, 193, 600 };
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        base_buf text;
        base_buf_init(&text, 65536);
        base_buf_add_char(&text, '{');
        for (int i = 0; i < widths[w]; i++) {
            base_buf_printf(&text, "%s\"key_%d\":\"v%d\"", i > 0 ? "," : "", i, i);
        }
        base_buf_add_char(&text, '}');
        yyjson_doc *doc = parse(base_buf_text(&text));
        sync_scope scope;
        sync_scope_init(&scope, yyjson_doc_get_root(doc), NULL, 0);
        for (int i = 0; i < widths[w]; i++) {
            char key[32], value[32];
            snprintf(key, sizeof key, "key_%d", i);
            snprintf(value, sizeof value, "v%d", i);
            assert_string_equal(text_at(&scope, key), value);
        }
        assert_null(sync_scope_at(&scope, "key_"));
        yyjson_doc_free(doc);
        base_buf_clear(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_reach_objects_items_and_alternatives),
        cmocka_unit_test(a_child_sees_its_parent),
        cmocka_unit_test(every_key_of_a_wide_object_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
