/*
 * qd sandbox: serves the practice platforms on the loopback until it is told to stop. What they
 * check and model is room sandbox's affair.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli_private.h"
#include "sandbox/sandbox.h"

static const cli_option sandbox_options_table[] = {
    { "port", 'p', CLI_INT, "P", "0", 0, 65535, "0 = any free one; the ready line tells it" },
    { "seed", 's', CLI_INT, "S", "1", 0, INT64_MAX, "the same seed and numbers, the same world" },
    { "shops", 0, CLI_INT, "N", "4", 1, 4096, "in all, in turn Douyin and Taobao" },
    { "orders", 0, CLI_INT, "N", "2000", 0, 16000000, "in all, over 90 days before --now" },
    { "faults", 0, CLI_TEXT, "F", "none", 0, 0,
      "none, light, heavy, or names joined by commas (name[@PLATFORM][:N], N calls in a "
      "thousand)" },
    { "now", 0, CLI_TEXT, "T", NULL, 0, 0,
      "start of the world's time: unix seconds or 'yyyy-MM-dd HH:mm:ss' at +08:00" },
    { "skew", 0, CLI_INT, "SECONDS", "600", 1, 86400, "most that a Douyin timestamp may be off" },
    { "limit", 0, CLI_INT, "N", "0", 0, 1000000,
      "calls a second of each method of an app; 0 = no bound" },
    { "tool-shops", 0, CLI_INT, "N", "0", 0, 4096,
      "so many of Douyin's shops, the last ones, have authorised a tool app" },
    { "allow-offline", 0, CLI_FLAG, NULL, NULL, 0, 0, "retired methods answer like the others" },
    { "prerender", 0, CLI_FLAG, NULL, NULL, 0, 0, "keep rendered documents, for benchmarks" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static bool read_now(const char *text, int64_t *out) {
    base_str now = base_str_of(text);
    return base_str_to_i64(now, out) || base_time_from_cn(now, out);
}

static int run_sandbox(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    sandbox *world = NULL;
    httpd *server = NULL;
    int64_t now = 0;
    const char *now_text = cli_text(context, "now");
    if (now_text != NULL && !read_now(now_text, &now)) {
        return cli_usage(context, "--now is unix seconds or 'yyyy-MM-dd HH:mm:ss', not '%.40s'",
                         now_text);
    }
    sandbox_options options = {
        .seed = (uint64_t)cli_int(context, "seed"),
        .shops = (unsigned)cli_int(context, "shops"),
        .orders = (unsigned)cli_int(context, "orders"),
        .faults = cli_text(context, "faults"),
        .now = now,
        .skew_s = cli_int(context, "skew"),
        .limit = cli_int(context, "limit"),
        .tool_shops = (unsigned)cli_int(context, "tool-shops"),
        .allow_offline = cli_flag(context, "allow-offline"),
        .prerender = cli_flag(context, "prerender"),
    };
    cli_signals_catch();
    qd_status status = sandbox_new(&options, &world, &err);
    if (status == QD_OK) {
        status = sandbox_listen(world, (uint16_t)cli_int(context, "port"), &server, &err);
    }
    int code = CLI_OK;
    if (status != QD_OK) {
        code = cli_fail(context, &err);
    } else {
        (void)printf("ready http://127.0.0.1:%u\n", (unsigned)httpd_port(server));
        code = fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
    }
    while (code == CLI_OK && cli_signal_exit() == 0) {
        cli_pause_ms(1000); /* ends early when a signal comes */
    }
    httpd_stop(server);
    sandbox_free(world);
    return code; /* being told to stop is how it ends well */
}

const cli_command cli_sandbox = {
    "sandbox",
    "",
    0,
    0,
    "the platforms to practise against: checks signatures, holds state, misbehaves when told",
    "qd sandbox --port 8088 --shops 4 --orders 20000 --faults light",
    sandbox_options_table,
    CLI_ENGINE(run_sandbox)
};
