/*
 * qd __man [COMMAND]: manual pages in roff from the same tables as --help. Without a name: qd(1);
 * with -l: the names of all pages. The build writes them into share/man.
 */
#include <string.h>

#include "cli/cli_private.h"

/* A character beyond ASCII as roff's \[uXXXX]; the bytes that it takes. Our own texts are UTF-8. */
static size_t put_wide(const char *c) {
    const unsigned char *b = (const unsigned char *)c;
    size_t more = b[0] >= 0xF0 ? 3 : b[0] >= 0xE0 ? 2 : 1;
    unsigned code = b[0] & (0x3FU >> more);
    for (size_t i = 1; i <= more && b[i]; i++) {
        code = code << 6 | (b[i] & 0x3FU);
    }
    printf("\\[u%04X]", code);
    return more + 1;
}

/* Text for roff: a line must not begin with a control character, and a hyphen that people copy is
 * \-. */
static void put(const char *text) {
    for (const char *c = text; *c;) {
        if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n')) {
            fputs("\\&", stdout);
        }
        if ((unsigned char)*c >= 0x80) {
            c += put_wide(c);
            continue;
        }
        if (*c == '\\') {
            fputs("\\e", stdout);
        } else if (*c == '-') {
            fputs("\\-", stdout);
        } else {
            putchar(*c);
        }
        c++;
    }
}

static void head(const char *page, const char *title) {
    printf(".TH \"");
    put(page);
    printf("\" \"1\" \"\" \"qd %s\" \"Qiandian\"\n.SH NAME\n", QD_VERSION_TEXT);
    put(page);
    fputs(" \\- ", stdout);
    put(title);
    fputs("\n", stdout);
}

static void put_options(const cli_option *options) {
    for (; options->name; options++) {
        fputs(".TP\n\\fB", stdout);
        if (options->letter) {
            printf("\\-%c\\fR, \\fB", options->letter);
        }
        fputs("\\-\\-", stdout);
        put(options->name);
        fputs("\\fR", stdout);
        if (options->value) {
            printf(" \\fI%s\\fR", options->value);
        }
        fputs("\n", stdout);
        put(options->help);
        if (options->fallback && options->fallback[0]) {
            fputs(" (", stdout);
            put(options->fallback);
            fputs(")", stdout);
        }
        fputs("\n", stdout);
    }
}

static void put_exits(void) {
    static const char *const exits[] = {
        "done",
        "failed",
        "usage: unknown option, parameter refused before anything was sent",
        "not found: method, shop, row",
        "needs authorisation",
        "limited; the error says until when",
        "gap found",
        "busy: another process works on it",
        "outcome unknown: do not repeat blindly",
        "cannot be proved"
    };
    fputs(".SH EXIT STATUS\n", stdout);
    for (size_t i = 0; i < sizeof exits / sizeof exits[0]; i++) {
        printf(".TP\n.B %zu\n", i);
        put(exits[i]);
        fputs("\n", stdout);
    }
}

static void put_environment(void) {
    static const struct {
        const char *name, *help;
    } rows[] = { { "QD_HOME", "the state directory, when --home is not given" },
                 { "QD_KEY", "64 hex digits: the key of the database, instead of its key file" },
                 { "QD_SECRET", "an app's secret, for qd shop add and qd sign" } };
    fputs(".SH ENVIRONMENT\n", stdout);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf(".TP\n.B %s\n", rows[i].name);
        put(rows[i].help);
        fputs("\n", stdout);
    }
}

/* "qd-shop-add" of "shop add". */
static void page_name(const cli_command *command, char *out, size_t size) {
    (void)snprintf(out, size, "qd-%s", command->name);
    for (char *c = out; *c; c++) {
        *c = *c == ' ' ? '-' : *c;
    }
}

static void put_command(const cli_command *command) {
    char page[64];
    page_name(command, page, sizeof page);
    head(page, command->title);
    fputs(".SH SYNOPSIS\n.B qd ", stdout);
    put(command->name);
    fputs("\n[\\fIoptions\\fR]", stdout);
    if (command->operands[0]) {
        fputs(" ", stdout);
        put(command->operands);
    }
    fputs("\n", stdout);
    if (command->options->name) {
        fputs(".SH OPTIONS\n", stdout);
        put_options(command->options);
    }
    fputs(".SH COMMON OPTIONS\n", stdout);
    put_options(cli_common_options());
    fputs(".SH EXAMPLE\n.nf\n", stdout);
    put(command->example);
    fputs("\n.fi\n", stdout);
    put_exits();
    fputs(".SH SEE ALSO\n.BR qd (1)\n", stdout);
}

static void put_overview(void) {
    head("qd", "one warehouse, a thousand shops");
    fputs(".SH SYNOPSIS\n.B qd\n\\fICOMMAND\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n", stdout);
    put("qd connects shops on Chinese commerce platforms, keeps their orders and products in one "
        "SQL database and proves that none is missing.\n");
    fputs(".SH COMMANDS\n", stdout);
    for (size_t i = 0; i < cli_command_count(); i++) {
        char page[64];
        page_name(cli_command_at(i), page, sizeof page);
        fputs(".TP\n.B qd ", stdout);
        put(cli_command_at(i)->name);
        fputs("\n", stdout);
        put(cli_command_at(i)->title);
        fputs("; see\n.BR ", stdout);
        put(page);
        fputs(" (1)\n", stdout);
    }
    fputs(".SH COMMON OPTIONS\n", stdout);
    put_options(cli_common_options());
    put_environment();
    put_exits();
}

int cli_manual(cli_context *context, char **arguments, size_t count) {
    const char *wanted = count ? arguments[0] : "qd";
    bool list = strcmp(wanted, "-l") == 0;
    if (strcmp(wanted, "qd") == 0) {
        put_overview();
        return CLI_OK;
    }
    if (list) {
        puts("qd");
    }
    for (size_t i = 0; i < cli_command_count(); i++) {
        char page[64];
        page_name(cli_command_at(i), page, sizeof page);
        if (list) {
            puts(page);
        } else if (strcmp(page, wanted) == 0) {
            put_command(cli_command_at(i));
            return CLI_OK;
        }
    }
    return list ? CLI_OK : cli_usage(context, "there is no page '%.60s'", wanted);
}
