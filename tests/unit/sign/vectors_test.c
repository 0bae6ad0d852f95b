/*
 * Walks tests/vectors/sign/<recipe>/<case>/ and compares every stage: the parameters (params.json)
 * and their canonical text (param_json.txt), the string to sign, the same masked, the signature. A
 * case with "refused" in its request.json must be refused with that word. The canonical texts
 * alone: tests/vectors/canonical/<case>/. A folder is a case; adding one needs no code.
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
#include <unistd.h>

#include "sign/sign.h"

static const char ROOT[] = QD_SOURCE_DIR "/tests/vectors";

static void read_file(const char *folder, const char *name, base_buf *out) {
    char path[2048];
    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    qd_err err;
    base_buf_init(out, LIMIT_CONF_BYTES);
    if (base_file_read(path, LIMIT_CONF_BYTES, out, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
}

static bool has_file(const char *folder, const char *name) {
    char path[2048];
    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    return access(path, R_OK) == 0;
}

/* The canonical text of one file's JSON is the other file, byte for byte. */
static void check_canonical(const char *folder, const char *input, const char *output) {
    base_buf given, wanted, made;
    qd_err err;
    read_file(folder, input, &given);
    read_file(folder, output, &wanted);
    base_buf_init(&made, LIMIT_CONF_BYTES);
    assert_int_equal(codec_json_canonical_text(base_buf_str(&given), CODEC_JSON_PLAIN, &made, &err),
                     QD_OK);
    if (!base_str_eq(base_buf_str(&made), base_buf_str(&wanted))) {
        fail_msg("%s:\n%s\n%s", folder, base_buf_text(&made), base_buf_text(&wanted));
    }
    base_buf_reset(&made); /* a canonical text is its own canonical text */
    assert_int_equal(
        codec_json_canonical_text(base_buf_str(&wanted), CODEC_JSON_PLAIN, &made, &err), QD_OK);
    assert_string_equal(base_buf_text(&made), base_buf_text(&wanted));
    base_buf_clear(&given);
    base_buf_clear(&wanted);
    base_buf_clear(&made);
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

/* One case, read. */
typedef struct reading {
    const char *folder;
    yyjson_doc *doc;
    yyjson_val *root;
    codec_pair pairs[64];
    sign_input input;
    sign_context *context;
} reading;

static void expect_text(reading *r, bool mask, const char *file) {
    base_buf made, wanted;
    qd_err err;
    read_file(r->folder, file, &wanted);
    base_buf_init(&made, LIMIT_CONF_BYTES);
    assert_int_equal(sign_explain(r->context, &r->input, mask, &made, &err), QD_OK);
    if (!base_str_eq(base_buf_str(&made), base_buf_str(&wanted))) {
        fail_msg("%s, %s:\n%s\n%s", r->folder, file, base_buf_text(&made), base_buf_text(&wanted));
    }
    base_buf_clear(&made);
    base_buf_clear(&wanted);
}

static void expect_sign(reading *r) {
    base_buf wanted;
    char got[SIGN_TEXT_MAX];
    qd_err err;
    read_file(r->folder, "sign.txt", &wanted);
    assert_int_equal(sign_make(r->context, &r->input, got, &err), QD_OK);
    if (strcmp(got, base_buf_text(&wanted)) != 0) {
        fail_msg("%s: %s, not %s", r->folder, got, base_buf_text(&wanted));
    }
    base_buf_clear(&wanted);
}

static void expect_refused(reading *r, base_str word) {
    char got[SIGN_TEXT_MAX] = "untouched";
    char why[64];
    qd_err err;
    assert_true(base_copy(why, sizeof why, word));
    assert_int_equal(sign_make(r->context, &r->input, got, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, why));
    assert_string_equal(got, "untouched");
}

static void check_stages(reading *r) {
    for (int round = 0; round < 2; round++) {
        expect_text(r, false, "string_to_sign.txt");
        expect_text(r, true, "masked.txt");
        expect_sign(r);
        reverse(r->pairs, r->input.pair_count);
    }
    if (has_file(r->folder, "params.json")) {
        base_buf json;
        check_canonical(r->folder, "params.json", "param_json.txt");
        read_file(r->folder, "param_json.txt", &json);
        assert_true(base_str_eq(base_buf_str(&json), r->input.body)); /* what is signed */
        base_buf_clear(&json);
    }
    base_buf masked;
    char secret[256];
    read_file(r->folder, "masked.txt", &masked);
    assert_true(base_copy(secret, sizeof secret, member(r->root, "secret")));
    assert_null(strstr(base_buf_text(&masked), secret));
    base_buf_clear(&masked);
}

static void check_case(const char *recipe_name, const char *folder) {
    base_buf request;
    qd_err err;
    reading r = { .folder = folder };
    read_file(folder, "request.json", &request);
    assert_int_equal(codec_json_read(base_buf_str(&request), 0, &r.doc, &err), QD_OK);
    r.root = yyjson_doc_get_root(r.doc);
    r.input = (sign_input){ r.pairs, read_pairs(r.root, r.pairs, 64), member(r.root, "body"),
                            member(r.root, "sign_method"), member(r.root, "profile") };
    const sign_recipe *recipe = sign_recipe_find(recipe_name);
    assert_non_null(recipe);
    assert_int_equal(sign_context_new(recipe, member(r.root, "secret"), &r.context, &err), QD_OK);
    base_str word = member(r.root, "refused");
    if (word.len > 0) {
        expect_refused(&r, word);
    } else {
        check_stages(&r);
    }
    sign_context_free(r.context);
    yyjson_doc_free(r.doc);
    base_buf_clear(&request);
}

/* Calls check for each folder below ROOT/name; returns how many there are. */
static size_t walk(const char *name, const char *recipe,
                   void (*check)(const char *recipe, const char *folder)) {
    char path[1024];
    assert_true(snprintf(path, sizeof path, "%s/%s", ROOT, name) < (int)sizeof path);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    size_t cases = 0;
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            char folder[1400];
            assert_true(snprintf(folder, sizeof folder, "%s/%s", path, entry->d_name) <
                        (int)sizeof folder);
            check(recipe, folder);
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
        const char *recipe = sign_recipe_name(sign_recipe_at(i));
        char path[256];
        (void)snprintf(path, sizeof path, "sign/%s", recipe);
        size_t found = walk(path, recipe, check_case);
        assert_true(found >= 3); /* each recipe is pinned by several */
        cases += found;
    }
    assert_true(cases >= 74);
}

static void check_canonical_case(const char *recipe, const char *folder) {
    (void)recipe;
    check_canonical(folder, "input.json", "output.txt");
}

static void every_canonical_text_is_reproduced(void **state) {
    (void)state;
    assert_true(walk("canonical", "", check_canonical_case) >= 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_is_reproduced),
        cmocka_unit_test(every_canonical_text_is_reproduced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
