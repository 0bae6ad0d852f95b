/*
 * qd sign reproduces every committed vector: text, masked text and signature, and the canonical
 * text of parameters that are given as a user writes them; what must be refused is.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

typedef struct vector {
    const char *recipe, *folder;
    base_buf request;
    yyjson_doc *doc;
    yyjson_val *root;
} vector;

/* Runs qd sign on the vector; param_json (NULL = its body) and one more flag (NULL = none). */
static void run_vector(const vector *v, const char *param_json, const char *flag, said *s) {
    command c = { 0 };
    add(&c, "sign");
    add(&c, v->recipe);
    add_option(&c, "--secret", yyjson_obj_get(v->root, "secret"));
    /* md5 is what an absent --sign-method means; given, it would become a parameter of TOP's. */
    bool top = strncmp(v->recipe, "taobao", 6) == 0;
    if (!top || !yyjson_equals_str(yyjson_obj_get(v->root, "sign_method"), "md5")) {
        add_option(&c, "--sign-method", yyjson_obj_get(v->root, "sign_method"));
    }
    add_option(&c, "--profile", yyjson_obj_get(v->root, "profile"));
    bool json = strcmp(v->recipe, "douyin") == 0 || strcmp(v->recipe, "douyin-spi") == 0;
    if (param_json != NULL) {
        add(&c, "--param-json");
        add(&c, param_json);
    } else {
        add_option(&c, json ? "--param-json" : "--body", yyjson_obj_get(v->root, "body"));
    }
    add_pairs(&c, yyjson_obj_get(v->root, "pairs"));
    if (flag != NULL) {
        add(&c, flag);
    }
    add(&c, "-ojson");
    c.list[c.count] = NULL;
    shell_run(s, c.list);
    for (size_t i = 0; i < c.owned_count; i++) {
        free(c.owned[i]);
    }
}

/* The string that was shown is this file's, the signature the vector's. */
static void expect_stage(const vector *v, const char *param_json, const char *flag,
                         const char *file) {
    base_buf sign, text;
    said s;
    read_all(v->folder, "sign.txt", &sign);
    read_all(v->folder, file, &text);
    run_vector(v, param_json, flag, &s);
    if (s.code != 0) {
        fail_msg("%s: %s", v->folder, base_buf_text(&s.err));
    }
    yyjson_doc *answer = said_json(&s);
    assert_string_equal(json_text(answer, "/string_to_sign"), base_buf_text(&text));
    assert_string_equal(json_text(answer, "/sign"), base_buf_text(&sign));
    yyjson_doc_free(answer);
    base_buf_clear(&sign);
    base_buf_clear(&text);
    said_clear(&s);
}

static void expect_refused(const vector *v, const char *word) {
    said s;
    run_vector(v, NULL, NULL, &s);
    assert_int_equal(s.code, 2);
    yyjson_doc *error = said_error(&s);
    assert_non_null(strstr(json_text(error, "/error/message"), word));
    yyjson_doc_free(error);
    said_clear(&s);
}

static void check_vector(const char *recipe, const char *folder) {
    qd_err err;
    char params[1100], file[1024];
    vector v = { .recipe = recipe, .folder = folder };
    read_all(folder, "request.json", &v.request);
    assert_ok(codec_json_read(base_buf_str(&v.request), 0, &v.doc, &err), &err);
    v.root = yyjson_doc_get_root(v.doc);
    const char *word = yyjson_get_str(yyjson_obj_get(v.root, "refused"));
    snprintf(file, sizeof file, "%s/params.json", folder);
    snprintf(params, sizeof params, "@%s", file);
    if (word != NULL) {
        expect_refused(&v, word);
    } else {
        expect_stage(&v, NULL, NULL, "string_to_sign.txt");
        expect_stage(&v, NULL, "--mask", "masked.txt");
        if (access(file, R_OK) == 0) { /* as a user writes them, in any order */
            expect_stage(&v, params, "--canonical", "string_to_sign.txt");
        }
    }
    yyjson_doc_free(v.doc);
    base_buf_clear(&v.request);
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
    assert_true(check_recipe("douyin") >= 17);
    assert_true(check_recipe("douyin-push") >= 3);
    assert_true(check_recipe("douyin-spi") >= 6);
}

static void every_vector_of_taobao(void **state) {
    (void)state;
    assert_true(check_recipe("taobao") >= 9);
    assert_true(check_recipe("taobao-body") >= 6);
}

static void every_vector_of_solinkup(void **state) {
    (void)state;
    assert_true(check_recipe("solinkup") >= 30);
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

/* Who types the parameters of a call as they travel has said there which hash it is. */
static void the_hash_that_the_parameters_name_is_taken(void **state) {
    (void)state;
    said option, named, other;
    SHELL_RUN(&option, "sign", "taobao", "--secret", "s", "--sign-method", "hmac-sha256",
              "app_key=7", "method=a.b", "-ojson");
    SHELL_RUN(&named, "sign", "taobao", "--secret", "s", "sign_method=hmac-sha256", "app_key=7",
              "method=a.b", "-ojson");
    yyjson_doc *a = said_json(&option), *b = said_json(&named);
    assert_int_equal(strlen(json_text(b, "/sign")), 64);
    assert_string_equal(json_text(a, "/sign"), json_text(b, "/sign"));
    SHELL_RUN(&other, "sign", "solinkup", "--secret", "s", "signMethod=hmac-sha256", "appKey=7",
              "method=a", "-ojson");
    yyjson_doc *c = said_json(&other);
    assert_int_equal(strlen(json_text(c, "/sign")), 64);
    yyjson_doc_free(a);
    yyjson_doc_free(b);
    yyjson_doc_free(c);
    said_clear(&option);
    said_clear(&named);
    said_clear(&other);
    SHELL_RUN(&other, "sign", "taobao", "--secret", "s", "sign_method=sha1", "app_key=7", "-ojson");
    assert_int_equal(other.code, 2);
    said_clear(&other);
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
        cmocka_unit_test(the_hash_that_the_parameters_name_is_taken),
        cmocka_unit_test(mask_hides_the_secret_and_changes_no_signature),
        cmocka_unit_test(param_json_is_signed_as_it_is_unless_canonical),
        cmocka_unit_test(an_unknown_recipe_names_those_that_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
