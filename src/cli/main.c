/*
 * qd: the table of commands and the way from argv to one of them. What a command does stands in its
 * own file.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_private.h"
#include "qiandian/qiandian.h"

#define COMMAND(name) &name,
static const cli_command *const commands[] = {
#include "cli/commands.def"
};
#undef COMMAND
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

size_t cli_command_count(void) {
    return COMMAND_COUNT;
}

const cli_command *cli_command_at(size_t index) {
    return index < COMMAND_COUNT ? commands[index] : NULL;
}

static void overview(FILE *out) {
    fputs("qd connects shops on Chinese commerce platforms, keeps their orders and products in one "
          "SQL\ndatabase and proves that none is missing.\n\nusage: qd COMMAND [options]\n\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-18s %s\n", commands[i]->name, commands[i]->title);
    }
    fputs("\nEvery command has --help with an example. qd --version tells the version.\n"
          "\nexample:\n  qd demo\n",
          out);
}

/* The first word of a command's name ("shop" of "shop add"). */
static base_str noun_of(const cli_command *command) {
    return (base_str){ command->name, strcspn(command->name, " ") };
}

static void list_verbs(base_str noun, FILE *out) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (base_str_eq(noun_of(commands[i]), noun)) {
            fprintf(out, "  %-18s %s\n", commands[i]->name, commands[i]->title);
        }
    }
}

static int unknown_command(const cli_context *context, const char *first, const char *second) {
    const char *names[COMMAND_COUNT];
    char nouns[COMMAND_COUNT][24];
    char wanted[48];
    bool noun_known = false;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        base_copy(nouns[i], sizeof nouns[i], noun_of(commands[i]));
        noun_known |= strcmp(nouns[i], first) == 0;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = noun_known ? commands[i]->name : nouns[i];
    }
    snprintf(wanted, sizeof wanted, "%s%s%s", first, noun_known ? " " : "",
             noun_known && second ? second : "");
    const char *near = cli_nearest(wanted, names, COMMAND_COUNT);
    if (noun_known && !second) {
        return cli_usage(context, "%.40s needs a verb; see qd %.40s --help", first, first);
    }
    if (near) {
        return cli_usage(context, "unknown command '%s'; did you mean qd %s?", wanted, near);
    }
    return cli_usage(context, "unknown command '%s'; see qd --help", wanted);
}

/* Finds the command that the words name; *used tells how many words that were. */
static const cli_command *find_command(char **words, size_t count, size_t *used) {
    const cli_command *bare = NULL; /* a noun that is a command by itself, too */
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        base_str noun = noun_of(commands[i]);
        if (!base_str_is(noun, words[0])) {
            continue;
        }
        const char *verb = commands[i]->name + noun.len;
        if (*verb == '\0') {
            bare = commands[i];
        } else if (count > 1 && strcmp(verb + 1, words[1]) == 0) {
            *used = 2;
            return commands[i];
        }
    }
    *used = bare ? 1 : 0;
    return bare;
}

/* Errors before -o is parsed already have to come in the form that it asks for. */
static void peek_format(cli_context *context, char **arguments, size_t count) {
    for (size_t i = 0; i < count && arguments[i]; i++) {
        const char *a = arguments[i];
        const char *value = NULL;
        if (strcmp(a, "--") == 0) {
            break;
        }
        if (strcmp(a, "-o") == 0 || strcmp(a, "--output") == 0) {
            value = i + 1 < count ? arguments[i + 1] : "";
        } else if (strncmp(a, "--output=", 9) == 0) {
            value = a + 9;
        } else if (strncmp(a, "-o", 2) == 0) {
            value = a[2] == '=' ? a + 3 : a + 2;
        }
        if (value && (strcmp(value, "json") == 0 || strcmp(value, "ndjson") == 0)) {
            context->format = value[0] == 'j' ? CLI_JSON : CLI_NDJSON;
        }
    }
}

static void log_line(void *user, qd_log_level level, const char *room, const char *message) {
    (void)user;
    static const char *const names[] = { "error", "warning", "info", "debug" };
    fprintf(stderr, "qd: %s: %s: %s\n", names[level], room, message);
}

static int run(cli_context *context, char **arguments, size_t count) {
    int status = cli_parse(context, arguments, count);
    if (status != 0) {
        return status == -1 ? CLI_OK : status;
    }
    /* Standard error belongs to the one error object with -o json; otherwise people may read. */
    bool people = context->err_terminal && context->format == CLI_TABLE;
    if (context->verbose || people) {
        qd_log_set(log_line, NULL, context->verbose ? QD_LOG_INFO : QD_LOG_WARNING);
    }
    status = context->command->run(context);
    if (fflush(stdout) != 0 && status == CLI_OK) {
        status = CLI_FAILED;
    }
    return status;
}

static int dispatch(cli_context *context, char **arguments, size_t count) {
    size_t at = 0;
    for (; at < count; at++) {
        int taken = cli_parse_common(context, arguments, count, &at);
        if (taken == 0) {
            break;
        }
        if (taken != 1) {
            return taken;
        }
    }
    char **words = arguments + at;
    size_t left = count - at;
    if (left == 0) {
        overview(stderr);
        return CLI_USAGE;
    }
    if (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0 ||
        (strcmp(words[0], "help") == 0 && left == 1)) {
        overview(stdout);
        return CLI_OK;
    }
    if (strcmp(words[0], "--version") == 0) {
        printf("qd %s\n", QD_VERSION_TEXT);
        return CLI_OK;
    }
    if (strcmp(words[0], "__complete") == 0) {
        return cli_complete(words + 1, left - 1);
    }
    if (strcmp(words[0], "__man") == 0) {
        return cli_manual(context, words + 1, left - 1);
    }
    if (words[0][0] == '-') {
        return cli_usage(context, "unknown option '%.60s'; see qd --help", words[0]);
    }
    bool help = strcmp(words[0], "help") == 0;
    words += help;
    left -= help;
    size_t used = 0;
    context->command = find_command(words, left, &used);
    if (!context->command) {
        bool verb_help = left > 1 && (!strcmp(words[1], "--help") || !strcmp(words[1], "-h"));
        if (help || verb_help) {
            list_verbs(base_str_of(words[0]), stdout);
            return CLI_OK;
        }
        return unknown_command(context, words[0], left > 1 ? words[1] : NULL);
    }
    if (help) {
        cli_help(context->command, stdout);
        return CLI_OK;
    }
    return run(context, words + used, left - used);
}

int main(int argc, char **argv) {
    /* A reader that has gone away is a failed write, not a death in the middle of a commit. */
    (void)signal(SIGPIPE, SIG_IGN);
    size_t count = argc > 0 ? (size_t)argc - 1 : 0;
    cli_context context = { .argv = argv,
                            .terminal = isatty(STDOUT_FILENO) == 1,
                            .err_terminal = isatty(STDERR_FILENO) == 1 };
    context.format = context.terminal ? CLI_TABLE : CLI_TSV;
    context.operands = calloc(count + 1, sizeof *context.operands);
    if (!context.operands) {
        return CLI_FAILED;
    }
    peek_format(&context, argv + 1, count);
    int status = dispatch(&context, argv + 1, count);
    free(context.operands);
    return status;
}
