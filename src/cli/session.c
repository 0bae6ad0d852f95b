/*
 * What most commands need before they start: the state directory, the store, signals as a flag.
 * Knows no command.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

qd_status cli_home(const cli_context *context, base_buf *out, qd_err *err) {
    const char *env = getenv("QD_HOME");
    const char *xdg = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    if (context->home) {
        base_buf_add_text(out, context->home);
    } else if (env && env[0]) {
        base_buf_add_text(out, env);
    } else if (xdg && xdg[0] == '/') {
        base_buf_printf(out, "%s/qiandian", xdg);
    } else if (home && home[0]) {
        base_buf_printf(out, "%s/.local/share/qiandian", home);
    } else {
        return base_fail(err, QD_E_INVALID,
                         "no state directory: give --home, or set QD_HOME or HOME");
    }
    return base_buf_check(out, "the path of the state directory", err);
}

qd_status cli_store_open(const cli_context *context, store **out_store, qd_err *err) {
    base_buf home;
    base_buf_init(&home, 4096);
    qd_status status = cli_home(context, &home, err);
    if (status == QD_OK) {
        store_options options = STORE_OPTIONS_INIT;
        options.home = base_buf_text(&home);
        status = store_open(&options, out_store, err);
    }
    base_buf_clear(&home);
    return status;
}

qd_status cli_shop_keys(const cli_context *context, const char *t_code,
                        char out_key[CLI_APP_KEY_MAX], base_secret *out_secret, qd_err *err) {
    store *store = NULL;
    store_shop shop;
    qd_status status = cli_store_open(context, &store, err);
    if (status == QD_OK) {
        status = store_shop_get(store, t_code, &shop, err);
    }
    if (status == QD_OK) {
        (void)base_copy(out_key, CLI_APP_KEY_MAX, base_str_of(shop.app_key));
        status = store_app_secret(store, shop.platform, shop.app_key, out_secret, err);
    }
    store_close(store);
    return status;
}

qd_status cli_read_value(const char *text, base_buf *file, base_str *out_value, qd_err *err) {
    if (text[0] != '@') {
        *out_value = base_str_of(text);
        return QD_OK;
    }
    if (text[1] == '@') {
        *out_value = base_str_of(text + 1);
        return QD_OK;
    }
    const char *path = strcmp(text, "@-") == 0 ? "/dev/stdin" : text + 1;
    qd_status status = base_file_read(path, LIMIT_REQUEST_BYTES, file, err);
    if (status == QD_OK) {
        *out_value = base_buf_str(file);
    }
    return status;
}

/* ---- signals ---- */

static atomic_bool cancelled;
static atomic_int signal_seen;

static void on_signal(int number) {
    atomic_store(&signal_seen, number);
    atomic_store(&cancelled, true);
}

void cli_signals_catch(void) {
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

atomic_bool *cli_cancel(void) {
    return &cancelled;
}

int cli_signal_exit(void) {
    int number = atomic_load(&signal_seen);
    return number ? CLI_INTERRUPTED + number : 0;
}

void cli_pause_ms(int64_t ms) {
    const qd_clock *clock = qd_clock_system();
    int64_t until = cli_mono_ms() + ms;
    /* In slices, because a signal may come between the look at the flag and the sleep. */
    for (int64_t left = ms; left > 0 && !atomic_load(&cancelled); left = until - cli_mono_ms()) {
        clock->sleep_ms(clock->self, left < 100 ? left : 100);
    }
}

int64_t cli_mono_ms(void) {
    const qd_clock *clock = qd_clock_system();
    return clock->mono_ms(clock->self);
}
