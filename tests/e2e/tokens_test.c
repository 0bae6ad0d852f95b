/*
 * The token promises against a sandbox of its own process: one renewal over threads and processes,
 * no pair lost wherever its process dies, no hammering, environments kept apart. What the keeper
 * does step by step stands in tests/unit/core/token_test.c.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "e2e_shell.h"
#include "support/kill_vfs.h"
#include "support/token_bench.h"

#define REFRESHES "/tokens/by_answer/token.refresh"
#define CREATES "/tokens/by_answer/token.create"

enum { PROCESSES = 3, THREADS = 8, READY_MS = 60000 };

/* ---- one renewal over 3 processes and 8 threads in each ---- */

typedef struct crowd {
    qd_shop *shop;
    pthread_barrier_t gate;
    atomic_int failed;
} crowd;

static void *call_in_crowd(void *user) {
    crowd *c = user;
    qd_err err;
    pthread_barrier_wait(&c->gate);
    if (token_bench_call(c->shop, &err) != QD_OK) {
        fprintf(stderr, "a call failed: %s\n", err.message);
        atomic_fetch_add(&c->failed, 1);
    }
    return NULL;
}

/* Holds the token in memory, says so, and lets all threads go at the word. Returns its exit code.
 */
static int run_crowd(token_bench *b, int ready_fd, int go_fd) {
    crowd c = { .failed = 0 };
    pthread_t threads[THREADS];
    qd_err err = QD_ERR_INIT;
    char byte = 1;
    rig_open(&b->rig);
    if (jobs_fleet_shop(b->rig.fleet, b->shop.t_code, &c.shop, &err) != QD_OK ||
        token_bench_call(c.shop, &err) != QD_OK || write(ready_fd, &byte, 1) != 1 ||
        read(go_fd, &byte, 1) != 1) {
        fprintf(stderr, "a process could not begin: %s\n", err.message);
        return 2;
    }
    pthread_barrier_init(&c.gate, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, call_in_crowd, &c) != 0) {
            return 2;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_barrier_destroy(&c.gate);
    rig_close(&b->rig);
    return atomic_load(&c.failed) > 0 ? 1 : 0;
}

static pid_t fork_crowd(token_bench *b, int ready_fd, int go_fd) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(run_crowd(b, ready_fd, go_fd));
    }
    return child;
}

static void expect_one_renewal(token_bench *b) {
    int ready[2], go[2];
    pid_t children[PROCESSES];
    char bytes[PROCESSES] = { 0 };
    int64_t before = rig_stat(&b->rig, REFRESHES);
    int64_t creates = rig_stat(&b->rig, CREATES);
    int64_t calls = rig_stat(&b->rig, "/calls/by_method/" TOKEN_METHOD);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(go), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork_crowd(b, ready[1], go[0]);
    }
    close(ready[1]);
    for (int i = 0; i < PROCESSES; i++) {
        struct pollfd word = { .fd = ready[0], .events = POLLIN };
        assert_int_equal(poll(&word, 1, READY_MS), 1);
        assert_int_equal(read(ready[0], bytes, 1), 1);
    }
    token_bench_post(b, "expire"); /* every process holds the token that has just ended */
    assert_int_equal(write(go[1], bytes, PROCESSES), PROCESSES);
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    close(ready[0]);
    close(go[0]);
    close(go[1]);
    assert_int_equal(rig_stat(&b->rig, REFRESHES), before + 1);
    assert_int_equal(rig_stat(&b->rig, CREATES), creates);
    /* Each process was refused at least once and came to the renewal by itself. */
    assert_true(rig_stat(&b->rig, "/calls/by_method/" TOKEN_METHOD) >=
                calls + PROCESSES + PROCESSES * THREADS + PROCESSES);
}

static void threads_and_processes_renew_once(void **state) {
    (void)state;
    token_bench b;
    token_bench_start(&b, 51, true);
    for (int round = 0; round < 3; round++) {
        expect_one_renewal(&b);
    }
    rig_stop(&b.rig);
}

/* ---- killed anywhere between the answer and the first use ---- */

typedef struct outcome {
    bool killed;
    int points;
    qd_err err; /* of the call */
} outcome;

/* One call in a new process. kill_at and point (of the database; 0 = none) say where it dies. */
static outcome call_in_child(token_bench *b, probe_step kill_at, int point) {
    outcome out = { .killed = false };
    int report[2], status = 0;
    assert_int_equal(pipe(report), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        token_live l;
        qd_err err = QD_ERR_INIT;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        kill_vfs_count_writes();
        kill_vfs_install(point);
        if (!token_bench_try_open(b, kill_at, NULL, &l, &err)) {
            fprintf(stderr, "a process could not begin: %s\n", err.message);
            _exit(2);
        }
        (void)token_bench_call(l.shop, &out.err);
        token_bench_close(&l);
        out.points = kill_vfs_points();
        _exit(write(report[1], &out, sizeof out) == (ssize_t)sizeof out ? 0 : 2);
    }
    close(report[1]);
    ssize_t got = read(report[0], &out, sizeof out);
    close(report[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        return (outcome){ .killed = true };
    }
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0 && got == (ssize_t)sizeof out);
    return out;
}

/* The journal from line `from` on, by step: how often, and the last text. */
typedef struct story {
    int count[PROBE_STEPS];
    probe_line last[PROBE_STEPS];
    int end;
} story;

static story story_of(token_bench *b, int from) {
    static probe_line lines[PROBE_LINES];
    story s;
    memset(&s, 0, sizeof s);
    s.end = token_probe_read(b->journal, lines, PROBE_LINES);
    assert_true(s.end >= from);
    for (int i = from; i < s.end; i++) {
        s.count[lines[i].step]++;
        s.last[lines[i].step] = lines[i];
    }
    return s;
}

/* Over everything that ever happened: who asked with a refresh token asked with the one that was
 * last known to be on disk, and nobody asked more than twice with one. */
static void expect_no_replaced_token_was_used(token_bench *b) {
    static probe_line lines[PROBE_LINES];
    char on_disk[PROBE_TEXT] = "";
    int asked = 0;
    int count = token_probe_read(b->journal, lines, PROBE_LINES);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        if (lines[i].step == PROBE_SAVED) {
            asked = strcmp(on_disk, lines[i].refresh) == 0 ? asked : 0;
            memcpy(on_disk, lines[i].refresh, sizeof on_disk);
        } else if (lines[i].step == PROBE_REFRESH) {
            assert_string_equal(lines[i].refresh, on_disk);
            assert_true(++asked <= 2);
        }
    }
}

/* What a dead process has left: the pair it had stored, or the old one with its intent. True when
 * the pair that the platform gave is on disk. */
static bool expect_nothing_lost(token_bench *b, const story *s, const qd_token *old) {
    token_live l;
    token_bench_open(b, NULL, &l);
    qd_token now = token_bench_stored(b, &l);
    token_bench_close(&l);
    bool kept = strcmp(now.access, old->access) == 0;
    if (kept) {
        assert_string_equal(now.refresh, old->refresh);
        assert_int_equal(s->count[PROBE_SAVED], 0); /* else it would have been lost */
        if (s->count[PROBE_REFRESH] > 0) {
            assert_true(now.intent_at > 0);
        }
        return false;
    }
    assert_true(s->count[PROBE_SAVE] > 0);
    assert_string_equal(now.access, s->last[PROBE_ANSWER].access);
    assert_string_equal(now.refresh, s->last[PROBE_ANSWER].refresh);
    assert_int_equal(now.intent_at, 0);
    if (s->count[PROBE_SAVED] == 0) { /* committed, but its process did not live to hear of it */
        token_probe_note(b->journal, PROBE_SAVED, now.access, now.refresh);
    }
    return true;
}

static qd_token expire(token_bench *b) {
    token_live l;
    token_bench_open(b, NULL, &l);
    qd_token old = token_bench_stored(b, &l);
    token_bench_close(&l);
    assert_int_equal(old.intent_at, 0);
    token_bench_post(b, "expire");
    return old;
}

/* A self-use app: the next process has a token whatever happened. Returns whether the answer died
 * with the first. */
static bool die_and_go_on(token_bench *b, probe_step kill_at, int point, int *kills) {
    qd_token old = expire(b);
    int from = story_of(b, 0).end;
    outcome first = call_in_child(b, kill_at, point);
    story before = story_of(b, from);
    if (!first.killed) {
        assert_int_equal(first.err.status, QD_OK);
        return false; /* the writer took fewer steps this time */
    }
    ++*kills;
    bool on_disk = expect_nothing_lost(b, &before, &old);
    bool died = !on_disk && before.count[PROBE_ANSWER] > 0;
    from = story_of(b, 0).end;
    outcome second = call_in_child(b, PROBE_NONE, 0);
    if (second.killed || second.err.status != QD_OK) {
        fail_msg("after death at step %d, point %d: %s", (int)kill_at, point, second.err.message);
    }
    story after = story_of(b, from);
    assert_int_equal(after.count[PROBE_REFRESH], on_disk ? 0 : 1);
    assert_int_equal(after.count[PROBE_CREATE], died ? 1 : 0);
    return died;
}

static void a_death_at_every_step_loses_no_token(void **state) {
    (void)state;
    token_bench b;
    int kills = 0;
    token_bench_start(&b, 52, true);
    for (int step = PROBE_INTENT; step < PROBE_STEPS; step++) {
        if (step == PROBE_CREATE) {
            continue; /* not on this way */
        }
        bool died = die_and_go_on(&b, (probe_step)step, 0, &kills);
        assert_int_equal(died, step == PROBE_ANSWER || step == PROBE_SAVE);
    }
    assert_int_equal(kills, PROBE_STEPS - 2); /* each step was reached, and killed */
    expect_no_replaced_token_was_used(&b);
    rig_stop(&b.rig);
}

static void a_death_at_every_write_and_sync_loses_no_token(void **state) {
    (void)state;
    token_bench b;
    int kills = 0, died = 0;
    token_bench_start(&b, 53, true);
    (void)expire(&b);
    outcome whole = call_in_child(&b, PROBE_NONE, 0);
    assert_false(whole.killed);
    assert_int_equal(whole.err.status, QD_OK);
    assert_true(whole.points >= 8); /* two saves, each with writes and a sync */
    for (int point = 1; point <= whole.points; point++) {
        died += die_and_go_on(&b, PROBE_NONE, point, &kills) ? 1 : 0;
    }
    assert_true(kills >= 8); /* a kill test that killed nothing fails */
    assert_true(died > 0);   /* nor did it kill before the answer only */
    expect_no_replaced_token_was_used(&b);
    rig_stop(&b.rig);
}

/* An app that cannot create tokens: its owner is told, once the old refresh token was tried. */
static void an_answer_that_died_is_told_to_the_owner(void **state) {
    (void)state;
    token_bench b;
    token_live l;
    qd_err err;
    token_bench_start(&b, 54, false);
    static const probe_step steps[] = { PROBE_ANSWER, PROBE_SAVE };
    for (size_t i = 0; i < 2; i++) {
        qd_token old = expire(&b);
        int from = story_of(&b, 0).end;
        assert_true(call_in_child(&b, steps[i], 0).killed);
        story before = story_of(&b, from);
        assert_false(expect_nothing_lost(&b, &before, &old));
        int64_t refreshes = rig_stat(&b.rig, REFRESHES);
        outcome second = call_in_child(&b, PROBE_NONE, 0);
        assert_int_equal(second.err.status, QD_E_AUTH);
        assert_non_null(strstr(second.err.message, "cut off"));
        assert_non_null(strstr(second.err.message, "authorise"));
        assert_true(second.err.limited_until > 0);
        outcome third = call_in_child(&b, PROBE_NONE, 0); /* within the pause */
        assert_int_equal(third.err.status, QD_E_AUTH);
        assert_int_equal(rig_stat(&b.rig, REFRESHES), refreshes + 1);
        token_bench_open(&b, NULL, &l);
        token_bench_authorise(&b, &l);
        assert_ok(token_bench_call(l.shop, &err), &err);
        token_bench_close(&l);
    }
    expect_no_replaced_token_was_used(&b);
    rig_stop(&b.rig);
}

static void the_shell_says_exit_4_and_why(void **state) {
    (void)state;
    token_bench b;
    said s;
    token_bench_start(&b, 55, false);
    (void)expire(&b);
    assert_true(call_in_child(&b, PROBE_ANSWER, 0).killed);
    int64_t refreshes = rig_stat(&b.rig, REFRESHES);
    SHELL_RUN(&s, "call", TOKEN_METHOD, "--shop", b.shop.t_code, "page=0", "size=10", "--home",
              b.rig.dir.path, "-o", "json");
    assert_int_equal(s.code, 4);
    yyjson_doc *error = said_error(&s);
    assert_non_null(strstr(json_text(error, "/error/message"), "cut off"));
    assert_non_null(strstr(json_text(error, "/error/message"), "authorise"));
    yyjson_doc_free(error);
    said_clear(&s);
    assert_int_equal(rig_stat(&b.rig, REFRESHES), refreshes + 1);
    rig_stop(&b.rig);
}

/* ---- refused, unchanged ---- */

/* Wall time that moves only when told; the rest is the machine's. */
static int64_t still_ms;

static int64_t still_wall(void *self) {
    (void)self;
    return still_ms;
}

static qd_clock still_clock(void) {
    qd_clock clock = *qd_clock_system();
    still_ms = clock.wall_ms(clock.self);
    clock.wall_ms = still_wall;
    return clock;
}

static void pass_time(token_bench *b, int64_t seconds) {
    char path[64];
    snprintf(path, sizeof path, "/_sandbox/advance?seconds=%lld", (long long)seconds);
    rig_post(&b->rig, path);
    still_ms += seconds * 1000;
}

/* The platform knows the stored refresh token no more. */
static void spoil(token_bench *b, token_live *l) {
    qd_token token = token_bench_stored(b, l);
    base_copy(token.refresh, sizeof token.refresh, BASE_STR("replaced-long-ago"));
    token_bench_store(b, l, &token);
    token_bench_post(b, "expire");
}

/* A self-use app whose shop has withdrawn: asked for a new pair after 30 s, 60 s ... an hour. */
static void a_refused_token_backs_off_over_restarts(void **state) {
    (void)state;
    token_bench b;
    token_live l;
    qd_err err;
    qd_clock clock = still_clock();
    token_bench_start(&b, 56, true);
    token_bench_open(&b, &clock, &l);
    spoil(&b, &l);
    token_bench_close(&l);
    store_shop known = b.shop;
    base_copy(b.shop.shop_id, sizeof b.shop.shop_id, BASE_STR("404"));
    token_bench_open(&b, &clock, &l);
    int64_t refreshes = rig_stat(&b.rig, REFRESHES);
    int64_t creates = rig_stat(&b.rig, CREATES);
    int64_t pause = 30;
    for (int refusals = 1; refusals <= 9; refusals++) {
        for (int i = 0; i < 5; i++) {
            assert_int_equal(token_bench_call(l.shop, &err), QD_E_AUTH);
            assert_int_equal(qd_err_limited_until(&err), still_ms / 1000 + pause);
        }
        token_bench_close(&l); /* the pause is on disk */
        token_bench_open(&b, &clock, &l);
        pass_time(&b, pause - 1);
        assert_int_equal(token_bench_call(l.shop, &err), QD_E_AUTH);
        assert_int_equal(qd_err_limited_until(&err), still_ms / 1000 + 1);
        assert_int_equal(rig_stat(&b.rig, REFRESHES), refreshes + 1);
        assert_int_equal(rig_stat(&b.rig, CREATES), creates + refusals);
        assert_int_equal(token_bench_stored(&b, &l).failures, refusals);
        pass_time(&b, 1);
        pause = pause * 2 < 3600 ? pause * 2 : 3600;
    }
    b.shop = known;
    token_bench_close(&l);
    token_bench_open(&b, &clock, &l); /* by its own id: another's owner would be refused */
    token_bench_authorise(&b, &l);    /* whatever pause there is, the owner's word ends it */
    assert_ok(token_bench_call(l.shop, &err), &err);
    assert_int_equal(token_bench_stored(&b, &l).failures, 0);
    token_bench_close(&l);
    rig_stop(&b.rig);
}

/* An app that needs its owner: what keeps calling sends nothing, and the refused refresh token is
 * never sent again, pause or not. */
static void a_refused_shop_is_left_alone(void **state) {
    (void)state;
    token_bench b;
    token_live l;
    qd_err err;
    qd_clock clock = still_clock();
    token_bench_start(&b, 57, false);
    token_bench_open(&b, &clock, &l);
    spoil(&b, &l);
    assert_int_equal(token_bench_call(l.shop, &err), QD_E_AUTH);
    int64_t calls = rig_stat(&b.rig, "/calls/total");
    int64_t refreshes = rig_stat(&b.rig, REFRESHES);
    assert_true(calls > 0);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(token_bench_call(l.shop, &err), QD_E_AUTH);
    }
    assert_int_equal(rig_stat(&b.rig, "/calls/total"), calls);
    for (int i = 0; i < 4; i++) {
        pass_time(&b, 3600);
        assert_int_equal(token_bench_call(l.shop, &err), QD_E_AUTH);
        assert_true(qd_err_needs_auth(&err));
    }
    assert_int_equal(rig_stat(&b.rig, REFRESHES), refreshes);
    token_bench_authorise(&b, &l);
    assert_ok(token_bench_call(l.shop, &err), &err);
    token_bench_close(&l);
    rig_stop(&b.rig);
}

static void an_unchanged_pair_is_asked_for_once(void **state) {
    (void)state;
    token_bench b;
    token_live l;
    qd_err err;
    token_bench_start(&b, 58, true);
    token_bench_open(&b, NULL, &l);
    qd_token token = token_bench_stored(&b, &l);
    token.expires_at = qd_shop_now(l.shop) + 2000; /* we believe so; the platform has seven days */
    token.obtained_at = token.expires_at - 604800;
    token_bench_store(&b, &l, &token);
    int64_t asked = rig_stat(&b.rig, REFRESHES);
    for (int i = 0; i < 20; i++) {
        assert_ok(token_bench_call(l.shop, &err), &err);
    }
    assert_int_equal(rig_stat(&b.rig, REFRESHES), asked + 1);
    assert_int_equal(rig_stat(&b.rig, "/tokens/by_answer/same_pair"), 1);
    qd_token after = token_bench_stored(&b, &l);
    assert_string_equal(after.access, token.access);
    assert_string_equal(after.refresh, token.refresh);
    assert_int_equal(after.expires_at, token.expires_at); /* its life did not grow */
    assert_int_equal(after.intent_at, 0);
    token_bench_close(&l);
    rig_stop(&b.rig);
}

/* ---- environments ---- */

static void expect_same(const qd_token *a, const qd_token *b) {
    assert_string_equal(a->access, b->access);
    assert_string_equal(a->refresh, b->refresh);
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->failures, b->failures);
    assert_int_equal(a->retry_after, b->retry_after);
}

/* One shop under one handle, its production played by one sandbox, its test environment by
 * another. */
static void environments_of_a_shop_share_no_token(void **state) {
    (void)state;
    token_bench b, other;
    token_live l;
    qd_err err;
    void *lock = NULL;
    qd_shop *production = NULL;
    token_bench_start(&b, 59, true);
    token_bench_start(&other, 60, true);
    token_bench_open(&b, NULL, &l);
    qd_token sandbox = token_bench_stored(&b, &l);
    rig_open(&other.rig);
    base_secret secret = { NULL, 0 };
    assert_ok(store_app_secret(other.rig.store, "douyin", other.shop.app_key, &secret, &err), &err);
    qd_app_options app_options = { .platform = "douyin",
                                   .key = other.shop.app_key,
                                   .secret = secret.ptr };
    qd_app *app = NULL;
    assert_ok(qd_app_new(&app_options, &app, &err), &err);
    base_secret_clear(&secret);
    qd_shop_options options = { .handle = b.shop.t_code,
                                .environment = "production",
                                .shop_id = other.shop.shop_id,
                                .base_url = other.rig.base_url,
                                .token_store = store_tokens(l.store) };
    assert_ok(qd_shop_new(app, &options, &production, &err), &err);
    assert_ok(token_bench_call(production, &err),
              &err); /* has none of its own yet: it asks for one */
    qd_token first = token_bench_token(&l, b.shop.t_code, "production");
    qd_token same = token_bench_stored(&b, &l);
    assert_string_not_equal(first.access, sandbox.access);
    expect_same(&same, &sandbox);
    /* A renewal here waits for no lock there, and writes nothing there. */
    qd_token_store *tokens = store_tokens(l.store);
    assert_ok(tokens->try_lock(tokens, b.shop.t_code, "sandbox", &lock, &err), &err);
    token_bench_post(&other, "expire");
    assert_ok(token_bench_call(production, &err), &err);
    tokens->unlock(tokens, lock);
    qd_token second = token_bench_token(&l, b.shop.t_code, "production");
    assert_string_not_equal(second.access, first.access);
    same = token_bench_stored(&b, &l);
    expect_same(&same, &sandbox);
    /* The other way round. */
    token_bench_post(&b, "expire");
    assert_ok(token_bench_call(l.shop, &err), &err);
    same = token_bench_token(&l, b.shop.t_code, "production");
    expect_same(&same, &second);
    assert_string_not_equal(token_bench_stored(&b, &l).access, sandbox.access);
    qd_shop_free(production);
    qd_app_free(app);
    token_bench_close(&l);
    rig_stop(&other.rig);
    rig_stop(&b.rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_and_processes_renew_once),
        cmocka_unit_test(a_death_at_every_step_loses_no_token),
        cmocka_unit_test(a_death_at_every_write_and_sync_loses_no_token),
        cmocka_unit_test(an_answer_that_died_is_told_to_the_owner),
        cmocka_unit_test(the_shell_says_exit_4_and_why),
        cmocka_unit_test(a_refused_token_backs_off_over_restarts),
        cmocka_unit_test(a_refused_shop_is_left_alone),
        cmocka_unit_test(an_unchanged_pair_is_asked_for_once),
        cmocka_unit_test(environments_of_a_shop_share_no_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
