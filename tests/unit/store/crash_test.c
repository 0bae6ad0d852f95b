/*
 * kill -9 in the middle of a stream of commits: whatever was cut, cursor, rows, lines, documents
 * and events agree, and a token that save() acknowledged is there.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "store_support.h"

enum { KILLS = 24, ROWS_A_BATCH = 7 };

/* Written by the child, read by the parent after the kill. */
typedef struct shared {
    volatile int64_t acknowledged; /* cursor of the last commit that was reported durable */
    volatile int64_t token_version;
} shared;

static void note_commit(void *user, const store_commit_info *info) {
    shared *sh = user;
    if (info->status == QD_OK) {
        sh->acknowledged++;
    }
}

static void fill_batch(store_batch *batch, int64_t step) {
    qd_err err = QD_ERR_INIT;
    for (int i = 0; i < ROWS_A_BATCH; i++) {
        char id[32];
        char line[48];
        char raw[64];
        snprintf(id, sizeof id, "%lld-%d", (long long)step, i);
        snprintf(line, sizeof line, "%s-line", id);
        snprintf(raw, sizeof raw, "{\"id\":\"%s\"}", id);
        row r = order_row(id, "paid", step);
        row l = line_row(line, 1);
        if (store_batch_add(batch, TABLE_ORDERS, r.v, base_str_of(raw), step, &err) != QD_OK ||
            store_batch_add_child(batch, TABLE_ORDER_LINES, l.v, &err) != QD_OK) {
            _exit(3);
        }
    }
}

/* Step n moves the cursor to n and stores seven orders; goes on until it is killed. */
static void child(const char *home, const char *t_code, shared *sh) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    store_claim *claim = NULL;
    store_cursor cursor;
    qd_token token;
    memset(&token, 0, sizeof token);
    options.home = home;
    if (store_open(&options, &s, &err) != QD_OK ||
        store_claim_take(s, t_code, "orders", &claim, &err) != QD_OK ||
        store_cursor_get(s, t_code, "orders", &cursor, &err) != QD_OK) {
        fprintf(stderr, "%s\n", err.message);
        _exit(2);
    }
    sh->acknowledged = cursor.complete_to;
    qd_token_store *tokens = store_tokens(s);
    for (;;) {
        store_batch *batch = store_batch_new(s, t_code);
        cursor.complete_to++;
        fill_batch(batch, cursor.complete_to);
        store_batch_set_cursor(batch, claim, &cursor);
        store_submit(batch, note_commit, sh);
        if (cursor.complete_to % 5 == 0) {
            snprintf(token.access, sizeof token.access, "access-%lld",
                     (long long)sh->token_version + 1);
            if (tokens->save(tokens, t_code, "production", &token, sh->token_version, &err) !=
                QD_OK) {
                int64_t stored = sh->token_version;
                qd_token now;
                /* Killed between the commit and our note of it: one ahead is right. */
                if (tokens->load(tokens, t_code, "production", &now, &err) != QD_OK ||
                    now.version != stored + 1) {
                    _exit(4);
                }
                sh->token_version = now.version;
                continue;
            }
            sh->token_version++;
        }
    }
}

static int64_t check_after(const char *home, const char *t_code, const shared *sh) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    store_cursor cursor;
    qd_token token;
    options.home = home;
    OK(store_open(&options, &s, &err));
    OK(store_check(s, &err));
    OK(store_cursor_get(s, t_code, "orders", &cursor, &err));
    assert_true(cursor.complete_to >= sh->acknowledged);
    int64_t rows = cursor.complete_to * ROWS_A_BATCH;
    assert_int_equal(rows, count_of(s, TABLE_ORDERS, t_code));
    assert_int_equal(rows, count_of(s, TABLE_ORDER_LINES, t_code));
    assert_int_equal(rows, count_of(s, TABLE_PAYLOAD, t_code));
    assert_int_equal(rows, count_of(s, TABLE_EVENT, t_code));
    store_event *events = NULL;
    size_t count = 0;
    OK(store_events(s, 0, 1000000, &events, &count, &err));
    assert_int_equal(rows, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal((int64_t)i + 1, events[i].seq);
    }
    free(events);
    qd_token_store *tokens = store_tokens(s);
    OK(tokens->load(tokens, t_code, "production", &token, &err));
    assert_true(token.version == sh->token_version || token.version == sh->token_version + 1);
    store_close(s);
    return cursor.complete_to;
}

static void a_killed_writer_leaves_cursor_and_rows_in_step(void **state) {
    char home[256];
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    store_shop shop;
    int64_t reached = 0;
    int moved = 0;
    (void)state;
    shared *sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(sh != MAP_FAILED);
    memset(&shop, 0, sizeof shop);
    snprintf(shop.platform, sizeof shop.platform, "douyin");
    make_home(home);
    options.home = home;
    OK(store_open(&options, &s, &err));
    OK(store_shop_add(s, &shop, &err));
    store_close(s);

    for (int i = 0; i < KILLS; i++) {
        /* The kill comes after so many commits were seen, at another moment of the next each time.
         */
        int64_t until = reached + 1 + i % 4;
        fflush(NULL);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            child(home, shop.t_code, sh);
            _exit(1);
        }
        while (sh->acknowledged < until) {
            int result = 0;
            assert_int_equal(0, waitpid(pid, &result, WNOHANG)); /* it must not end by itself */
            usleep(200);
        }
        usleep((useconds_t)(i * 137 % 1500)); /* where in the next commit, not whether */
        assert_int_equal(0, kill(pid, SIGKILL));
        int result = 0;
        assert_int_equal(pid, waitpid(pid, &result, 0));
        assert_true(WIFSIGNALED(result));
        int64_t now = check_after(home, shop.t_code, sh);
        moved += now > reached;
        reached = now;
    }
    assert_int_equal(KILLS, moved); /* a test that killed nothing would prove nothing */
    munmap(sh, sizeof *sh);
    drop_home(home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_writer_leaves_cursor_and_rows_in_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
