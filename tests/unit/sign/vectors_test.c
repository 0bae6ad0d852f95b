/*
 * Walks tests/vectors/sign/<recipe>/<case>/ and compares every stage: the string to sign and the
 * signature. A folder is a case; adding one needs no code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign/sign.h"

static const char ROOT[] = QD_SOURCE_DIR "/tests/vectors/sign";

static void read_file(const char *folder, const char *name, base_buf *out) {
    char path[2048];
    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    qd_err err;
    base_buf_init(out, LIMIT_CONF_BYTES);
    if (base_file_read(path, LIMIT_CONF_BYTES, out, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
}

static base_str member(yyjson_val *root, const char *name) {
    yyjson_val *value = yyjson_obj_get(root, name);
    return (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
}

static size_t read_pairs(yyjson_val *root, codec_pair *pairs, size_t room) {
    size_t count = 0;
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(yyjson_obj_get(root, "pairs"), index, max, key, value) {
        assert_true(count < room);
        pairs[count].name = (base_str){ yyjson_get_str(key), yyjson_get_len(key) };
        pairs[count++].value = (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
    }
    return count;
}

/* The pairs in reverse order, too: no recipe may depend on the order in which they come. */
static void reverse(codec_pair *pairs, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        codec_pair other = pairs[i];
        pairs[i] = pairs[count - 1 - i];
        pairs[count - 1 - i] = other;
    }
}

static void check_case(const char *recipe_name, const char *folder) {
    base_buf request;
    base_buf text;
    base_buf sign;
    base_buf made;
    qd_err err;
    read_file(folder, "request.json", &request);
    read_file(folder, "string_to_sign.txt", &text);
    read_file(folder, "sign.txt", &sign);
    base_buf_init(&made, LIMIT_CONF_BYTES);
    yyjson_doc *doc = NULL;
    assert_int_equal(codec_json_read(base_buf_str(&request), 0, &doc, &err), QD_OK);
    yyjson_val *root = yyjson_doc_get_root(doc);

    codec_pair pairs[64];
    sign_input input = { pairs, read_pairs(root, pairs, 64), member(root, "body"),
                         member(root, "sign_method"), member(root, "profile") };
    const sign_recipe *recipe = sign_recipe_find(recipe_name);
    assert_non_null(recipe);
    sign_context *context = NULL;
    assert_int_equal(sign_context_new(recipe, member(root, "secret"), &context, &err), QD_OK);
    for (int round = 0; round < 2; round++) {
        char got[SIGN_TEXT_MAX];
        base_buf_reset(&made);
        assert_int_equal(sign_explain(context, &input, false, &made, &err), QD_OK);
        if (strcmp(base_buf_text(&made), base_buf_text(&text)) != 0) {
            fail_msg("%s:\n%s\n%s", folder, base_buf_text(&made), base_buf_text(&text));
        }
        assert_int_equal(sign_make(context, &input, got, &err), QD_OK);
        if (strcmp(got, base_buf_text(&sign)) != 0) {
            fail_msg("%s: %s, not %s", folder, got, base_buf_text(&sign));
        }
        base_buf_reset(&made);
        assert_int_equal(sign_explain(context, &input, true, &made, &err), QD_OK);
        char secret[256];
        assert_true(base_copy(secret, sizeof secret, member(root, "secret")));
        assert_null(strstr(base_buf_text(&made), secret));
        reverse(pairs, input.pair_count);
    }
    sign_context_free(context);
    yyjson_doc_free(doc);
    base_buf_clear(&request);
    base_buf_clear(&text);
    base_buf_clear(&sign);
    base_buf_clear(&made);
}

static size_t walk_recipe(const char *recipe) {
    char path[1024];
    assert_true(snprintf(path, sizeof path, "%s/%s", ROOT, recipe) < (int)sizeof path);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    size_t cases = 0;
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            char folder[1400];
            assert_true(snprintf(folder, sizeof folder, "%s/%s", path, entry->d_name) <
                        (int)sizeof folder);
            check_case(recipe, folder);
            cases++;
        }
    }
    closedir(dir);
    return cases;
}

static void every_vector_is_reproduced(void **state) {
    (void)state;
    size_t cases = 0;
    for (size_t i = 0; sign_recipe_at(i); i++) {
        size_t found = walk_recipe(sign_recipe_name(sign_recipe_at(i)));
        assert_true(found > 0); /* each recipe is pinned by at least one case */
        cases += found;
    }
    assert_true(cases >= 30);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_vector_is_reproduced) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
