/*
 * The pages that show how to do things, done: every ```sh block of a page runs in order, as one
 * script, against a sandbox of its own. What a reader finds there works, or this test is red.
 * Blocks that need a real platform or a terminal are marked ```console and do not run.
 *
 * A page finds in its environment: qd in the PATH, B (the sandbox's address), QD_HOME (empty, new),
 * and a folder of its own to write in.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e_shell.h"
#include "support/tempdir.h"

enum { PAGE_BYTES = 1024 * 1024, OUTPUT_SHOWN = 6000 };

typedef struct page_world {
    tempdir home;
    practice world;
} page_world;

static page_world w;

static int start(void **state) {
    (void)state;
    unsetenv("QD_KEY");
    unsetenv("QD_SECRET");
    tempdir_make(&w.home);
    practice_start(&w.world, "240", "7");
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&w.world);
    tempdir_remove(&w.home);
    return 0;
}

/* Appends the page's ```sh blocks, each announced with its line. Returns how many. */
static size_t collect(const char *page, base_buf *script) {
    size_t blocks = 0;
    size_t line_number = 0;
    bool inside = false;
    for (const char *at = page; *at; line_number++) {
        size_t len = strcspn(at, "\n");
        base_str line = { at, len };
        if (!inside && base_str_is(line, "```sh")) {
            inside = true;
            blocks++;
            base_buf_printf(script, "echo '--- line %zu' >&2\n", line_number + 1);
        } else if (inside && base_str_is(line, "```")) {
            inside = false;
        } else if (inside) {
            base_buf_add_str(script, line);
            base_buf_add_char(script, '\n');
        }
        at += len + (at[len] == '\n');
    }
    assert_false(inside);
    return blocks;
}

/* The folder of qd comes first in the PATH, so that pages can say just `qd`. */
static void set_environment(void) {
    char path[8192], home[512], bin[4096];
    const char *qd = getenv("QD");
    assert_non_null(qd);
    const char *slash = strrchr(qd, '/');
    assert_non_null(slash);
    assert_true(base_copy(bin, sizeof bin, (base_str){ qd, (size_t)(slash - qd) }));
    snprintf(path, sizeof path, "%s:%s", bin, getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
    snprintf(home, sizeof home, "%s/home", w.home.path);
    setenv("PATH", path, 1);
    setenv("QD_HOME", home, 1);
    setenv("B", w.world.base_url, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
}

static int run_script(const char *script, const char *output) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        int out = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        set_environment();
        dup2(null, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        if (chdir(w.home.path) != 0) {
            _exit(126);
        }
        execl("/bin/sh", "sh", "-eu", script, (char *)NULL);
        _exit(126);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void run_page(const char *name) {
    char path[1024], script_path[600], output_path[600];
    qd_err err;
    base_buf page, script, output;
    base_buf_init(&page, PAGE_BYTES);
    base_buf_init(&script, PAGE_BYTES);
    base_buf_init(&output, 64 * PAGE_BYTES);
    snprintf(path, sizeof path, "%s/docs/%s", QD_SOURCE_DIR, name);
    assert_ok(base_file_read(path, PAGE_BYTES, &page, &err), &err);
    assert_true(collect(base_buf_text(&page), &script) > 0);
    snprintf(script_path, sizeof script_path, "%s/page.sh", w.home.path);
    snprintf(output_path, sizeof output_path, "%s/page.out", w.home.path);
    assert_ok(base_file_write(script_path, base_buf_str(&script), 0600, &err), &err);
    int code = run_script(script_path, output_path);
    assert_ok(base_file_read(output_path, 64 * PAGE_BYTES, &output, &err), &err);
    const char *said = base_buf_text(&output);
    if (code != 0 || strstr(said, "Sanitizer")) {
        size_t len = strlen(said);
        fail_msg("docs/%s: exit %d\n%s", name, code,
                 said + (len > OUTPUT_SHOWN ? len - OUTPUT_SHOWN : 0));
    }
    base_buf_clear(&page);
    base_buf_clear(&script);
    base_buf_clear(&output);
}

#define PAGE(name, file)                                                                           \
    static void name(void **state) {                                                               \
        (void)state;                                                                               \
        run_page(file);                                                                            \
    }

PAGE(the_page_of_sensitive_data_works, "sensitive.md")
PAGE(the_page_of_bills_works, "bills.md")
PAGE(the_page_of_pushes_works, "push.md")
PAGE(the_page_of_warehouses_and_supply_works, "warehouse-supply.md")
PAGE(the_page_of_the_sandbox_works, "sandbox.md")
PAGE(the_page_of_alliance_works, "platforms/alliance.md")
PAGE(the_page_of_qianchuan_works, "platforms/qianchuan.md")
PAGE(the_page_of_solinkup_works, "platforms/solinkup.md")
PAGE(the_page_of_taobao_works, "platforms/taobao.md")

#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(the_page_of_sensitive_data_works), CASE(the_page_of_bills_works),
        CASE(the_page_of_pushes_works),         CASE(the_page_of_warehouses_and_supply_works),
        CASE(the_page_of_alliance_works),       CASE(the_page_of_qianchuan_works),
        CASE(the_page_of_solinkup_works),       CASE(the_page_of_taobao_works),
        CASE(the_page_of_the_sandbox_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
