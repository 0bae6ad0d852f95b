/* kill -9 at every commit boundary: no order is missing or there twice, and the truth equals the
 * database. */
#include <signal.h>
#include <sys/wait.h>

#include "support/kill_vfs.h"
#include "support/rig.h"

static const sandbox_options WORLD = { .seed = 31, .shops = 2, .orders = 900 };

/* Syncs in a child that dies at a point; returns whether it was killed. On a full run out_points
 * tells how many points there were. */
static bool sync_in_child(rig *r, int point, int *out_points) {
    int report_pipe[2];
    assert_int_equal(pipe(report_pipe), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        kill_vfs_install(point);
        rig_open(r);
        jobs_report *report = rig_sync(r);
        int points = kill_vfs_points();
        ssize_t sent = write(report_pipe[1], &points, sizeof points);
        jobs_report_free(report);
        rig_close(r);
        _exit(sent == (ssize_t)sizeof points ? 0 : 1);
    }
    close(report_pipe[1]);
    int status = 0;
    waitpid(child, &status, 0);
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    assert_true(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    if (!killed && out_points != NULL) {
        assert_int_equal(read(report_pipe[0], out_points, sizeof *out_points), sizeof *out_points);
    }
    close(report_pipe[0]);
    return killed;
}

/* The folder as it was after the shops were connected, for the next round. */
static void start_over(rig *r) {
    char path[256];
    static const char *const files[] = { "qiandian.db", "qiandian.db-wal", "qiandian.db-shm" };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", r->dir.path, files[i]);
        unlink(path);
    }
    rig_open(r);
    rig_connect(r);
    rig_close(r);
}

static void every_commit_boundary_survives_a_kill(void **state) {
    (void)state;
    rig r;
    int points = 0, kills = 0;
    rig_start(&r, &WORLD);
    start_over(&r);
    assert_false(sync_in_child(&r, 0, &points));
    assert_true(points > 10);
    /* Each point once where they are few; else spread over all of them. */
    int step = points > 60 ? points / 60 + 1 : 1;
    for (int point = 1; point <= points; point += step) {
        start_over(&r);
        if (!sync_in_child(&r, point, NULL)) {
            continue; /* the writer grouped more this time: the point was not reached */
        }
        kills++;
        rig_open(&r);
        jobs_report_free(rig_sync(&r));
        rig_expect_truth(&r);
        rig_post(&r, "/_sandbox/thaw");
        rig_close(&r);
    }
    assert_true(kills >= 10); /* a kill test that killed nothing fails */
    rig_stop(&r);
}

/* Killed again and again without a pause, the run still gets done. */
static void many_kills_in_a_row_still_end_in_truth(void **state) {
    (void)state;
    rig r;
    int kills = 0;
    rig_start(&r, &WORLD);
    start_over(&r);
    for (int point = 9; point < 40 && sync_in_child(&r, point, NULL); point++) {
        kills++;
    }
    assert_true(kills > 0);
    rig_open(&r);
    jobs_report_free(rig_sync(&r));
    jobs_report *report = rig_audit(&r, false);
    assert_int_equal(rig_gap(report), 0);
    jobs_report_free(report);
    rig_expect_truth(&r);
    rig_stop(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_commit_boundary_survives_a_kill),
        cmocka_unit_test(many_kills_in_a_row_still_end_in_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
