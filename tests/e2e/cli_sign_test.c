/* qd sign reproduces every committed vector, text and signature, and shows no masked secret. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "e2e_shell.h"
#include "support/tempdir.h"

enum { ARGUMENTS = 60, FILE_BYTES = 1024 * 1024 };

static void read_all(const char *folder, const char *name, base_buf *out) {
    char path[1024];
    qd_err err;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    base_buf_init(out, FILE_BYTES);
    assert_ok(base_file_read(path, FILE_BYTES, out, &err), &err);
}

typedef struct command {
    const char *list[ARGUMENTS];
    char *owned[ARGUMENTS];
    size_t count, owned_count;
} command;

static void add(command *c, const char *argument) {
    assert_true(c->count + 1 < ARGUMENTS);
    c->list[c->count++] = argument;
}

static void add_option(command *c, const char *name, yyjson_val *value) {
    if (yyjson_get_len(value) > 0) {
        add(c, name);
        add(c, yyjson_get_str(value));
    }
}

/* The vector's parameters as a user types them: k=v, and @@ where a value begins with @. */
static void add_pairs(command *c, yyjson_val *pairs) {
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(pairs, i, max, key, value) {
        const char *text = yyjson_get_str(value);
        size_t size = yyjson_get_len(key) + yyjson_get_len(value) + 3;
        char *argument = malloc(size);
        assert_non_null(argument);
        snprintf(argument, size, "%s=%s%s", yyjson_get_str(key), text[0] == '@' ? "@" : "", text);
        c->owned[c->owned_count++] = argument;
        add(c, argument);
    }
}

static void check_vector(const char *recipe, const char *folder) {
    base_buf request, sign, text;
    qd_err err;
    yyjson_doc *doc = NULL;
    command c = { 0 };
    said s;
    read_all(folder, "request.json", &request);
    read_all(folder, "sign.txt", &sign);
    read_all(folder, "string_to_sign.txt", &text);
    assert_ok(codec_json_read(base_buf_str(&request), 0, &doc, &err), &err);
    yyjson_val *root = yyjson_doc_get_root(doc);
    add(&c, "sign");
    add(&c, recipe);
    add_option(&c, "--secret", yyjson_obj_get(root, "secret"));
    /* md5 is what an absent --sign-method means; given, it would become a parameter of its own. */
    if (!yyjson_equals_str(yyjson_obj_get(root, "sign_method"), "md5")) {
        add_option(&c, "--sign-method", yyjson_obj_get(root, "sign_method"));
    }
    add_option(&c, "--profile", yyjson_obj_get(root, "profile"));
    bool json = strcmp(recipe, "douyin") == 0 || strcmp(recipe, "douyin-spi") == 0;
    add_option(&c, json ? "--param-json" : "--body", yyjson_obj_get(root, "body"));
    add_pairs(&c, yyjson_obj_get(root, "pairs"));
    add(&c, "-ojson");
    c.list[c.count] = NULL;
    shell_run(&s, c.list);
    if (s.code != 0) {
        fail_msg("%s: %s", folder, base_buf_text(&s.err));
    }
    yyjson_doc *answer = said_json(&s);
    assert_string_equal(json_text(answer, "/string_to_sign"), base_buf_text(&text));
    assert_string_equal(json_text(answer, "/sign"), base_buf_text(&sign));
    yyjson_doc_free(answer);
    yyjson_doc_free(doc);
    for (size_t i = 0; i < c.owned_count; i++) {
        free(c.owned[i]);
    }
    base_buf_clear(&request);
    base_buf_clear(&sign);
    base_buf_clear(&text);
    said_clear(&s);
}

static int check_recipe(const char *recipe) {
    char folder[512], one[1024];
    int count = 0;
    snprintf(folder, sizeof folder, "%s/tests/vectors/sign/%s", QD_SOURCE_DIR, recipe);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            snprintf(one, sizeof one, "%s/%s", folder, entry->d_name);
            check_vector(recipe, one);
            count++;
        }
    }
    closedir(dir);
    return count;
}

static void every_vector_of_douyin(void **state) {
    (void)state;
    assert_true(check_recipe("douyin") >= 4);
    assert_true(check_recipe("douyin-push") >= 1);
    assert_true(check_recipe("douyin-spi") >= 1);
}

static void every_vector_of_taobao(void **state) {
    (void)state;
    assert_true(check_recipe("taobao") >= 5);
    assert_true(check_recipe("taobao-body") >= 3);
}

static void every_vector_of_solinkup(void **state) {
    (void)state;
    assert_true(check_recipe("solinkup") >= 1);
}

static void options_become_the_parameters_that_are_signed(void **state) {
    (void)state;
    said typed, options;
    SHELL_RUN(&typed, "sign", "taobao", "--secret", "helloworld", "-ojson", "method=a.b",
              "timestamp=2016-01-01 12:00:00", "sign_method=hmac", "--sign-method", "hmac",
              "app_key=12345678");
    SHELL_RUN(&options, "sign", "taobao", "--secret", "helloworld", "-ojson", "--method", "a.b",
              "--timestamp", "2016-01-01 12:00:00", "--sign-method", "hmac", "app_key=12345678");
    assert_int_equal(typed.code, 0);
    assert_int_equal(options.code, 0);
    assert_string_equal(base_buf_text(&typed.out), base_buf_text(&options.out));
    assert_non_null(strstr(base_buf_text(&options.out), "sign_methodhmac"));
    said_clear(&typed);
    said_clear(&options);
}

static void mask_hides_the_secret_and_changes_no_signature(void **state) {
    (void)state;
    said shown, masked;
    SHELL_RUN(&shown, "sign", "douyin", "--secret", "top-secret-words", "--method", "a.b",
              "--timestamp", "1700000000", "--param-json", "{}", "app_key=7", "-ojson");
    SHELL_RUN(&masked, "sign", "douyin", "--secret", "top-secret-words", "--method", "a.b",
              "--timestamp", "1700000000", "--param-json", "{}", "app_key=7", "-ojson", "--mask");
    assert_non_null(strstr(base_buf_text(&shown.out), "top-secret-words"));
    assert_null(strstr(base_buf_text(&masked.out), "top-secret-words"));
    yyjson_doc *a = said_json(&shown), *b = said_json(&masked);
    assert_string_equal(json_text(a, "/sign"), json_text(b, "/sign"));
    yyjson_doc_free(a);
    yyjson_doc_free(b);
    said_clear(&shown);
    said_clear(&masked);
}

static void param_json_is_signed_as_it_is_unless_canonical(void **state) {
    (void)state;
    said raw, sorted;
    SHELL_RUN(&raw, "sign", "douyin", "--secret", "s", "--method", "a.b", "--timestamp", "1",
              "--param-json", "{\"b\": 1, \"a\": 2}", "app_key=7", "-ojson");
    SHELL_RUN(&sorted, "sign", "douyin", "--secret", "s", "--method", "a.b", "--timestamp", "1",
              "--param-json", "{\"b\": 1, \"a\": 2}", "app_key=7", "-ojson", "--canonical");
    yyjson_doc *a = said_json(&raw), *b = said_json(&sorted);
    assert_non_null(strstr(json_text(a, "/string_to_sign"), "param_json{\"b\": 1, \"a\": 2}"));
    assert_non_null(strstr(json_text(b, "/string_to_sign"), "param_json{\"a\":2,\"b\":1}"));
    yyjson_doc_free(a);
    yyjson_doc_free(b);
    said_clear(&raw);
    said_clear(&sorted);
}

static void an_unknown_recipe_names_those_that_there_are(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "sign", "nosuch", "--secret", "s", "-o", "json");
    assert_int_equal(s.code, 2);
    yyjson_doc *doc = said_error(&s);
    assert_non_null(strstr(json_text(doc, "/error/message"), "taobao-body"));
    yyjson_doc_free(doc);
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_of_douyin),
        cmocka_unit_test(every_vector_of_taobao),
        cmocka_unit_test(every_vector_of_solinkup),
        cmocka_unit_test(options_become_the_parameters_that_are_signed),
        cmocka_unit_test(mask_hides_the_secret_and_changes_no_signature),
        cmocka_unit_test(param_json_is_signed_as_it_is_unless_canonical),
        cmocka_unit_test(an_unknown_recipe_names_those_that_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
