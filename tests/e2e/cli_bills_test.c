/*
 * qd decrypt and qd bills download against a sandbox of its own: the world's true receivers and its
 * true settlements come out, who decrypted is recorded, and a killed download asks for no second
 * file.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "e2e_shell.h"

typedef struct bench {
    tempdir home;
    practice world;
    char shop[40];
    char open_id[24], closed_id[24];
    char name[64], phone[64], detail[96];
    char from[BASE_DAY_TEXT], to[BASE_DAY_TEXT];
    int64_t rows, settle_fen;
} bench;

static bench b;

static const char *text_of(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text ? text : "";
}

static int64_t number_of(yyjson_val *object, const char *name) {
    int64_t number = -1;
    assert_true(codec_json_i64(yyjson_obj_get(object, name), &number));
    return number;
}

static void read_truth(yyjson_val *shop) {
    size_t i, count;
    yyjson_val *row;
    yyjson_val *bills = yyjson_obj_get(shop, "bills");
    b.rows = number_of(bills, "rows");
    b.settle_fen = number_of(bills, "settle_fen");
    base_day_to_cn(number_of(bills, "until") - 150 * 86400, b.from);
    base_day_to_cn(number_of(bills, "until") - 86400, b.to);
    yyjson_arr_foreach(yyjson_obj_get(shop, "order_list"), i, count, row) {
        if (strcmp(text_of(row, "status"), "4") == 0) {
            base_copy(b.closed_id, sizeof b.closed_id, base_str_of(text_of(row, "id")));
        } else if (strcmp(text_of(row, "status"), "5") == 0) { /* it stays as it is */
            yyjson_val *to = yyjson_obj_get(row, "receiver");
            base_copy(b.open_id, sizeof b.open_id, base_str_of(text_of(row, "id")));
            base_copy(b.name, sizeof b.name, base_str_of(text_of(to, "name")));
            base_copy(b.phone, sizeof b.phone, base_str_of(text_of(to, "phone")));
            base_copy(b.detail, sizeof b.detail, base_str_of(text_of(to, "detail")));
        }
    }
    assert_true(*b.open_id && *b.closed_id && b.rows > 20);
}

static int start(void **state) {
    (void)state;
    said s;
    home_make(&b.home, true);
    practice_start(&b.world, "300", "11");
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth?orders=1");
    yyjson_val *shop = practice_shop(truth, 0);
    read_truth(shop);
    practice_connect(&b.world, NULL, shop, b.shop);
    yyjson_doc_free(truth);
    SHELL_RUN(&s, "sync", "orders", "--shop", b.shop);
    assert_int_equal(s.code, 0);
    said_clear(&s);
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

/* ---- decryption ---- */

static void the_true_receiver_is_shown(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "decrypt", "--shop", b.shop, b.open_id, "--by", "anna", "-o", "json");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(json_int(doc, "/failed"), 0);
    assert_string_equal(json_text(doc, "/texts/0/kind"), "name");
    assert_string_equal(json_text(doc, "/texts/0/text"), b.name);
    assert_string_equal(json_text(doc, "/texts/1/kind"), "phone");
    assert_string_equal(json_text(doc, "/texts/1/text"), b.phone);
    assert_string_equal(json_text(doc, "/texts/2/text"), b.detail);
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "decrypt", "log", "--order", b.open_id, "-o", "json");
    doc = said_json(&s);
    assert_string_equal(json_text(doc, "/0/actor"), "anna");
    assert_string_equal(json_text(doc, "/0/kind"), "decrypt");
    assert_int_equal(json_int(doc, "/0/failed"), 0);
    assert_null(strstr(base_buf_text(&s.out), b.phone));
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "decrypt", "--shop", b.shop, b.open_id, "--mask", "--select", "/texts/0/text");
    assert_int_equal(s.code, 0);
    assert_non_null(strstr(base_buf_text(&s.out), "**"));
    said_clear(&s);
}

static void closed_orders_fail_beside_the_others(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "decrypt", "--shop", b.shop, b.open_id, b.closed_id, "-o", "json");
    assert_int_equal(s.code, 1);
    yyjson_doc *doc = NULL;
    assert_int_equal(codec_json_read(base_buf_str(&s.out), 0, &doc, NULL), QD_OK);
    assert_string_equal(json_text(doc, "/texts/0/text"), b.name);
    assert_int_equal(json_int(doc, "/failed") > 0, 1);
    assert_non_null(strstr(base_buf_text(&s.out), "\"200001\""));
    assert_non_null(strstr(base_buf_text(&s.err), "200001"));
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "decrypt", "--shop", b.shop, "77", "-o", "json");
    assert_int_equal(s.code, 3);
    said_clear(&s);
    SHELL_RUN(&s, "decrypt", "--shop", b.shop, "--text", "#a#b#1##");
    assert_int_equal(s.code, 2);
    said_clear(&s);
}

/* ---- bills ---- */

static void assert_whole(const char *path) {
    base_buf text;
    int64_t rows = -1; /* the line of names */
    base_buf_init(&text, 1 << 24);
    assert_int_equal(base_file_read(path, 1 << 24, &text, NULL), QD_OK);
    for (const char *at = base_buf_text(&text); (at = strchr(at, '\n')) != NULL; at++) {
        rows++;
    }
    assert_int_equal(rows, b.rows);
    base_buf_clear(&text);
}

static void download(said *s, const char *kind, const char *path) {
    SHELL_RUN(s, "bills", "download", "--shop", b.shop, "--from", b.from, "--to", b.to, "--kind",
              kind, "--file", path, "-o", "json");
}

static void a_bill_has_every_settled_row(void **state) {
    (void)state;
    char path[200];
    said s;
    snprintf(path, sizeof path, "%s/account.csv", b.home.path);
    download(&s, "account", path);
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(json_int(doc, "/asked"), 1);
    assert_string_equal(json_text(doc, "/format"), "csv");
    yyjson_doc_free(doc);
    said_clear(&s);
    assert_whole(path);
    /* What was finished is asked for anew. */
    download(&s, "account", path);
    assert_int_equal(s.code, 0);
    doc = said_json(&s);
    assert_int_equal(json_int(doc, "/asked"), 1);
    yyjson_doc_free(doc);
    said_clear(&s);
}

/* Waits until the platform has been asked for a file of settlements. */
static void wait_until_asked(void) {
    for (int i = 0; i < 500; i++) {
        yyjson_doc *stats = practice_get(&b.world, "/_sandbox/stats");
        yyjson_val *rows =
            yyjson_obj_get(yyjson_obj_get(yyjson_doc_get_root(stats), "calls"), "by_method");
        bool polled = yyjson_obj_get(rows, "order.downloadToShop") != NULL;
        yyjson_doc_free(stats);
        if (polled) {
            return;
        }
        (void)nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    fail_msg("nobody asked for the file");
}

static void a_killed_download_goes_on_with_the_same_file(void **state) {
    (void)state;
    char path[200];
    said s;
    snprintf(path, sizeof path, "%s/settled.csv", b.home.path);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        execl(getenv("QD"), "qd", "bills", "download", "--shop", b.shop, "--from", b.from, "--to",
              b.to, "--file", path, "-o", "json", (char *)NULL);
        _exit(127);
    }
    wait_until_asked();
    int how = 0;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFSIGNALED(how)); /* or it was done before it could be killed */
    assert_int_equal(access(path, F_OK), -1);
    download(&s, "settlement", path);
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(json_int(doc, "/asked"), 0);
    yyjson_doc_free(doc);
    said_clear(&s);
    assert_whole(path);
}

static void days_to_come_are_refused_by_the_platform(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "bills", "download", "--shop", b.shop, "--from", b.from, "--to", "2099-01-01",
              "--file", "/nonexistent/bill.csv", "-o", "json");
    assert_int_equal(s.code, 3); /* the folder is looked at first */
    said_clear(&s);
    char path[200];
    snprintf(path, sizeof path, "%s/later.csv", b.home.path);
    SHELL_RUN(&s, "bills", "download", "--shop", b.shop, "--from", b.from, "--to", "2099-01-01",
              "--file", path, "-o", "json");
    assert_int_equal(s.code, 1);
    assert_non_null(strstr(base_buf_text(&s.err), "100027"));
    assert_int_equal(access(path, F_OK), -1);
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_true_receiver_is_shown),
        cmocka_unit_test(closed_orders_fail_beside_the_others),
        cmocka_unit_test(a_killed_download_goes_on_with_the_same_file),
        cmocka_unit_test(a_bill_has_every_settled_row),
        cmocka_unit_test(days_to_come_are_refused_by_the_platform),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
