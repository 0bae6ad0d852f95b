/*
 * Options of a command, read by its table: --name value, --name=value, -n value, -nvalue; operands
 * may stand between them; "--" ends the options. Also --help and what was perhaps meant. Knows no
 * command.
 */
#include <assert.h>
#include <string.h>

#include "cli/cli_private.h"

static const cli_option common_options[] = {
    { "output", 'o', CLI_TEXT, "FORMAT", NULL, 0, 0,
      "table, json, ndjson, csv or tsv; a pipe gets tsv without header" },
    { "select", 0, CLI_TEXT, "POINTER", NULL, 0, 0, "only this part of the JSON (/0/order_id)" },
    { "home", 0, CLI_TEXT, "DIR", NULL, 0, 0, "state directory; else $QD_HOME, else the XDG one" },
    { "verbose", 'v', CLI_FLAG, NULL, NULL, 0, 0, "tell on standard error what is being done" },
    { "help", 'h', CLI_FLAG, NULL, NULL, 0, 0, "this text" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

const cli_option *cli_common_options(void) {
    return common_options;
}

/* ---- values ---- */

static size_t option_index(const cli_context *context, const char *name) {
    const cli_option *options = context->command->options;
    size_t i = 0;
    while (options[i].name && strcmp(options[i].name, name) != 0) {
        i++;
    }
    assert(options[i].name);
    return i;
}

const char *cli_text(const cli_context *context, const char *name) {
    size_t i = option_index(context, name);
    return context->given[i] ? context->texts[i] : context->command->options[i].fallback;
}

int64_t cli_int(const cli_context *context, const char *name) {
    return context->numbers[option_index(context, name)];
}

bool cli_flag(const cli_context *context, const char *name) {
    return context->given[option_index(context, name)];
}

bool cli_given(const cli_context *context, const char *name) {
    return context->given[option_index(context, name)];
}

const char *cli_nth(const cli_context *context, const char *name, size_t index) {
    size_t option = option_index(context, name);
    for (size_t i = 0; i < context->repeat_count; i++) {
        if (context->repeats[i].option == option && index-- == 0) {
            return context->repeats[i].value;
        }
    }
    return NULL;
}

/* ---- reading ---- */

/* One option as it stands on the command line. */
typedef struct token {
    base_str name; /* of --name, or the letter */
    bool is_letter;
    const char *inside; /* value after '=' or right behind the letter; NULL = none */
} token;

static bool token_read(const char *argument, token *out) {
    if (argument[0] != '-' || argument[1] == '\0') {
        return false;
    }
    if (argument[1] == '-') {
        const char *name = argument + 2;
        const char *equals = strchr(name, '=');
        size_t len = equals ? (size_t)(equals - name) : strlen(name);
        *out = (token){ { name, len }, false, equals ? equals + 1 : NULL };
    } else {
        *out = (token){ { argument + 1, 1 }, true, argument[2] ? argument + 2 : NULL };
        if (out->inside && out->inside[0] == '=') {
            out->inside++;
        }
    }
    return true;
}

static const cli_option *option_find(const cli_option *options, const token *wanted) {
    for (; options->name; options++) {
        bool hit = wanted->is_letter ? options->letter == wanted->name.ptr[0]
                                     : base_str_is(wanted->name, options->name);
        if (hit) {
            return options;
        }
    }
    return NULL;
}

/* The option's value, from the token or the next argument; NULL after telling that it is missing.
 */
static const char *option_value(const cli_context *context, const cli_option *option,
                                const token *from, char **arguments, size_t count, size_t *at) {
    if (from->inside) {
        return from->inside;
    }
    if (*at + 1 >= count) {
        cli_usage(context, "--%s needs a value: %s", option->name, option->value);
        return NULL;
    }
    *at += 1;
    return arguments[*at];
}

static int format_read(cli_context *context, const char *text) {
    static const struct {
        const char *name;
        cli_format format;
    } formats[] = { { "table", CLI_TABLE },
                    { "json", CLI_JSON },
                    { "ndjson", CLI_NDJSON },
                    { "csv", CLI_CSV },
                    { "tsv", CLI_TSV } };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, text) == 0) {
            context->format = formats[i].format;
            context->format_given = true;
            return 1;
        }
    }
    if (strcmp(text, "xlsx") == 0) {
        return cli_usage(context, "this version of qd cannot write xlsx yet; use csv");
    }
    return cli_usage(
        context, "unknown output format '%.40s'; there are table, json, ndjson, csv, tsv", text);
}

int cli_parse_common(cli_context *context, char **arguments, size_t count, size_t *at) {
    token found;
    if (!token_read(arguments[*at], &found)) {
        return 0;
    }
    const cli_option *option = option_find(common_options, &found);
    if (!option || option->letter == 'h') {
        return 0;
    }
    if (option->type == CLI_FLAG) {
        context->verbose = true;
        return 1;
    }
    const char *value = option_value(context, option, &found, arguments, count, at);
    if (!value) {
        return CLI_USAGE;
    }
    if (option->letter == 'o') {
        return format_read(context, value);
    }
    if (strcmp(option->name, "select") == 0) {
        if (value[0] != '/' && value[0] != '\0') {
            return cli_usage(context, "--select takes a JSON pointer such as /0/order_id");
        }
        context->select = value;
        return 1;
    }
    if (value[0] == '\0') {
        return cli_usage(context, "--home is empty");
    }
    context->home = value;
    return 1;
}

static int number_read(cli_context *context, size_t i, const char *text) {
    const cli_option *option = &context->command->options[i];
    int64_t number;
    if (!base_str_to_i64(base_str_of(text), &number)) {
        return cli_usage(context, "--%s takes a number, not '%.60s'", option->name, text);
    }
    if (number < option->min || number > option->max) {
        return cli_usage(context, "--%s takes %lld to %lld, not %lld", option->name,
                         (long long)option->min, (long long)option->max, (long long)number);
    }
    context->numbers[i] = number;
    return 0;
}

static int unknown_option(const cli_context *context, const token *found, const char *argument) {
    const char *names[CLI_OPTIONS_MAX + sizeof common_options / sizeof common_options[0]];
    size_t count = 0;
    for (const cli_option *o = context->command->options; o->name; o++) {
        names[count++] = o->name;
    }
    for (const cli_option *o = common_options; o->name; o++) {
        names[count++] = o->name;
    }
    char wanted[64] = "";
    const char *near = NULL;
    if (!found->is_letter && base_copy(wanted, sizeof wanted, found->name)) {
        near = cli_nearest(wanted, names, count);
    }
    if (near) {
        return cli_usage(context, "unknown option '%.60s'; did you mean --%s?", argument, near);
    }
    return cli_usage(context, "unknown option '%.60s'; see qd %s --help", argument,
                     context->command->name);
}

/* Takes one of the command's own options. 0, -1 (help) or CLI_USAGE. */
static int own_option(cli_context *context, const token *found, char **arguments, size_t count,
                      size_t *at) {
    const cli_option *option = option_find(context->command->options, found);
    if (!option) {
        return unknown_option(context, found, arguments[*at]);
    }
    size_t i = (size_t)(option - context->command->options);
    context->given[i] = true;
    if (option->type == CLI_FLAG) {
        if (found->inside) {
            return cli_usage(context, "--%s takes no value", option->name);
        }
        return 0;
    }
    const char *value = option_value(context, option, found, arguments, count, at);
    if (!value) {
        return CLI_USAGE;
    }
    if (option->type == CLI_TEXTS) {
        if (context->repeat_count == CLI_REPEATS_MAX) {
            return cli_usage(context, "--%s: more than %d of them", option->name,
                             (int)CLI_REPEATS_MAX);
        }
        context->repeats[context->repeat_count++] = (cli_repeat){ i, value };
    }
    context->texts[i] = value;
    return option->type == CLI_INT ? number_read(context, i, value) : 0;
}

static int operands_check(const cli_context *context) {
    const cli_command *command = context->command;
    if (context->operand_count < command->operands_least) {
        return cli_usage(context, "%s is missing; see qd %s --help", command->operands,
                         command->name);
    }
    if (context->operand_count > command->operands_most) {
        return cli_usage(context, "'%.60s' is one argument too many; see qd %s --help",
                         context->operands[command->operands_most], command->name);
    }
    return 0;
}

static int parse_one(cli_context *context, char **arguments, size_t count, size_t *at) {
    token found;
    if (!token_read(arguments[*at], &found)) {
        context->operands[context->operand_count++] = arguments[*at];
        return 0;
    }
    const cli_option *common = option_find(common_options, &found);
    if (common && common->letter == 'h') {
        cli_help(context->command, stdout);
        return -1;
    }
    if (!option_find(context->command->options, &found)) {
        int taken = cli_parse_common(context, arguments, count, at);
        if (taken != 0) {
            return taken == 1 ? 0 : taken;
        }
    }
    return own_option(context, &found, arguments, count, at);
}

int cli_parse(cli_context *context, char **arguments, size_t count) {
    const cli_option *options = context->command->options;
    for (size_t i = 0; options[i].name; i++) {
        assert(i < CLI_OPTIONS_MAX);
        if (options[i].type == CLI_INT && options[i].fallback) {
            (void)base_str_to_i64(base_str_of(options[i].fallback), &context->numbers[i]);
        }
    }
    for (size_t at = 0; at < count; at++) {
        if (strcmp(arguments[at], "--") == 0) {
            while (++at < count) {
                context->operands[context->operand_count++] = arguments[at];
            }
            break;
        }
        int status = parse_one(context, arguments, count, &at);
        if (status != 0) {
            return status;
        }
    }
    return operands_check(context);
}

/* ---- help ---- */

static void help_options(const cli_option *options, FILE *out) {
    for (; options->name; options++) {
        char left[64];
        if (options->letter) {
            snprintf(left, sizeof left, "-%c, --%s %s", options->letter, options->name,
                     options->value ? options->value : "");
        } else {
            snprintf(left, sizeof left, "    --%s %s", options->name,
                     options->value ? options->value : "");
        }
        fprintf(out, "  %-28s %s", left, options->help);
        if (options->fallback && options->fallback[0]) {
            fprintf(out, " (%s)", options->fallback);
        }
        fputc('\n', out);
    }
}

void cli_help(const cli_command *command, FILE *out) {
    fprintf(out, "%s\n\nusage: qd %s [options]%s%s\n\n", command->title, command->name,
            command->operands[0] ? " " : "", command->operands);
    if (command->options->name) {
        help_options(command->options, out);
        fputc('\n', out);
    }
    help_options(common_options, out);
    fprintf(out, "\nexample:\n  %s\n", command->example);
}

/* ---- what was perhaps meant ---- */

enum { NAME_MOST = 128 };

/* Levenshtein's distance of two short texts. */
static size_t distance(const char *a, const char *b) {
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > NAME_MOST || b_len > NAME_MOST) {
        return SIZE_MAX;
    }
    size_t row[NAME_MOST + 1];
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = changed < least ? changed : least;
        }
    }
    return row[b_len];
}

const char *cli_nearest(const char *wanted, const char *const *names, size_t count) {
    const char *best = NULL;
    size_t best_distance = strlen(wanted) / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(wanted, names[i]);
        if (d <= best_distance && (d < best_distance || !best)) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
