/*
 * From the front to the engine: qd becomes qd-engine, which has the commands that need the network
 * or serve it. It stands in ../libexec/qiandian beside the folder that qd runs from, or beside qd.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_private.h"

static const char *const places[] = { "../libexec/qiandian/qd-engine", "qd-engine" };
enum { PLACES = sizeof places / sizeof places[0] };

int cli_run_engine(cli_context *context) {
    char self[PATH_MAX];
    qd_err err = QD_ERR_INIT;
    int reason = ENOENT;
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    self[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(self, '/');
    for (size_t i = 0; slash && i < PLACES; i++) {
        char path[PATH_MAX + 64];
        slash[1] = '\0';
        (void)snprintf(path, sizeof path, "%s%s", self, places[i]);
        (void)fflush(NULL);
        execv(path, context->argv);
        reason = errno == ENOENT ? reason : errno;
    }
    base_fail(&err, QD_E_IO, "qd is not whole: cannot run %s%s: %s", slash ? self : "", places[0],
              strerror(reason));
    return cli_fail(context, &err);
}
