/*
 * qd api list, search, groups: which methods there are. What is known of one method is
 * api_show.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/api_private.h"

enum { SEARCH_MOST = 1000, WORDS_BYTES = 1024 };

static base_str doc_str(cat_text text) {
    return base_str_of(cat_doc_str(text));
}

static base_str platform_name(const cat_method *method) {
    return base_str_of(cat_str(cat_platform_of(method)->name));
}

static bool is_offline(const cat_method *method) {
    return (method->flags & CAT_OFFLINE) != 0;
}

/* ---- list ---- */

static const cli_column list_columns[] = { { "platform", CLI_KIND_NAME, true },
                                           { "method", CLI_KIND_NAME, true },
                                           { "title", CLI_KIND_TEXT, true },
                                           { "group", CLI_KIND_TEXT, true },
                                           { "offline", CLI_KIND_BOOL, true } };

static const cli_option list_options[] = {
    { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0, "only this platform" },
    { "group", 'g', CLI_TEXT, "G", NULL, 0, 0, "only this group; qd api groups lists them" },
    { "offline", 0, CLI_FLAG, NULL, NULL, 0, 0, "only what the platform has retired" },
    { "live", 0, CLI_FLAG, NULL, NULL, 0, 0, "only what the platform serves" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static bool list_platform(cli_context *context, const cat_platform *platform, cli_rows *rows) {
    bool good = true;
    for (size_t i = 0; good && i < platform->method_count; i++) {
        const cat_method *method = cat_method_at(platform, i);
        bool offline = is_offline(method);
        if (!api_in_group(context, method) || (offline && cli_flag(context, "live")) ||
            (!offline && cli_flag(context, "offline"))) {
            continue;
        }
        cli_cell cells[] = { CLI_CELL_TEXT(cat_str(platform->name)),
                             CLI_CELL_TEXT(cat_str(method->name)),
                             { .text = doc_str(method->title) },
                             CLI_CELL_TEXT(cat_str(cat_group_of(method)->name)),
                             CLI_CELL_INT(offline) };
        good = cli_rows_add(rows, cells);
    }
    return good;
}

static int run_list(cli_context *context) {
    const cat_platform *only;
    int status = api_platform_option(context, &only);
    if (status == CLI_OK) {
        status = api_group_option(context, only);
    }
    if (status == CLI_OK && cli_flag(context, "live") && cli_flag(context, "offline")) {
        status = cli_usage(context, "--live and --offline leave nothing; give one of them");
    }
    if (status != CLI_OK) {
        return status;
    }
    cli_rows *rows = cli_rows_new(context, list_columns, 5);
    if (!rows) {
        return CLI_FAILED;
    }
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        if ((!only || platform == only) && !list_platform(context, platform, rows)) {
            break;
        }
    }
    return cli_rows_end(rows);
}

const cli_command cli_api_list = { "api list",
                                   "",
                                   0,
                                   0,
                                   "methods that the catalogue knows",
                                   "qd api list --platform taobao --group trade",
                                   list_options,
                                   run_list };

/* ---- search ---- */

static const cli_column search_columns[] = {
    { "platform", CLI_KIND_NAME, true }, { "method", CLI_KIND_NAME, true },
    { "title", CLI_KIND_TEXT, true },    { "group", CLI_KIND_TEXT, false },
    { "offline", CLI_KIND_BOOL, false }, { "param", CLI_KIND_NAME, false }
};

static const cli_option search_options[] = {
    { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0, "only this platform" },
    { "group", 'g', CLI_TEXT, "G", NULL, 0, 0, "only this group; qd api groups lists them" },
    { "limit", 0, CLI_INT, "N", "20", 1, SEARCH_MOST, "so many of them" },
    { "live", 0, CLI_FLAG, NULL, NULL, 0, 0, "leave out what the platform has retired" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* A group of that name on several platforms is all of these groups: then the hits are sifted here.
 */
static int print_hits(cli_context *context, const cat_hit *hits, size_t count, size_t limit) {
    cli_rows *rows = cli_rows_new(context, search_columns, 6);
    size_t shown = 0;
    if (!rows) {
        return CLI_FAILED;
    }
    for (size_t i = 0; i < count && shown < limit; i++) {
        const cat_method *method = hits[i].method;
        if (!api_in_group(context, method)) {
            continue;
        }
        cli_cell cells[] = {
            { .text = platform_name(method) },  CLI_CELL_TEXT(cat_str(method->name)),
            { .text = doc_str(method->title) }, CLI_CELL_TEXT(cat_str(cat_group_of(method)->name)),
            CLI_CELL_INT(is_offline(method)),   CLI_CELL_NULL
        };
        if (hits[i].param) {
            cells[5] = CLI_CELL_TEXT(cat_str(hits[i].param->name));
        }
        shown++;
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    if (shown == 0 && context->format == CLI_TABLE) {
        fputs("qd: nothing found; fewer or other words?\n", stderr);
    }
    return cli_rows_end(rows);
}

static int run_search(cli_context *context) {
    cat_search_filter filter = { .no_offline = cli_flag(context, "live") };
    int status = api_platform_option(context, &filter.platform);
    if (status == CLI_OK) {
        status = api_group_option(context, filter.platform);
    }
    if (status != CLI_OK) {
        return status;
    }
    const char *group = cli_text(context, "group");
    if (group && filter.platform) {
        filter.group = cat_group_find(filter.platform, base_str_of(group));
    }
    size_t limit = (size_t)cli_int(context, "limit"), count = 0;
    size_t room = group && !filter.group ? SEARCH_MOST : limit;
    qd_err err = QD_ERR_INIT;
    base_buf words;
    base_buf_init(&words, WORDS_BYTES);
    for (size_t i = 0; i < context->operand_count; i++) {
        base_buf_printf(&words, "%s%s", i ? " " : "", context->operands[i]);
    }
    cat_hit *hits = calloc(room, sizeof *hits);
    qd_status found = base_buf_check(&words, "the words", &err);
    if (!hits) {
        found = base_fail(&err, QD_E_NOMEM, "out of memory");
    } else if (found == QD_OK) {
        found = cat_search(base_buf_str(&words), &filter, hits, room, &count, NULL, &err);
    }
    bool good = hits && found == QD_OK;
    status = good ? print_hits(context, hits, count, limit) : cli_fail(context, &err);
    base_buf_clear(&words);
    free(hits);
    return status;
}

const cli_command cli_api_search = { "api search",
                                     "WORD ...",
                                     1,
                                     16,
                                     "methods by words: names, titles, parameters; typos are fine",
                                     "qd api search trade fullinfo",
                                     search_options,
                                     run_search };

/* ---- groups ---- */

static const cli_column group_columns[] = { { "platform", CLI_KIND_NAME, true },
                                            { "group", CLI_KIND_NAME, true },
                                            { "title", CLI_KIND_TEXT, true },
                                            { "methods", CLI_KIND_INT, true },
                                            { "offline", CLI_KIND_INT, true } };

static const cli_option group_options[] = { { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0,
                                              "only this platform" },
                                            { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

static bool list_groups(const cat_platform *platform, cli_rows *rows) {
    bool good = true;
    int64_t *retired = calloc(platform->group_count ? platform->group_count : 1, sizeof *retired);
    for (size_t i = 0; retired && i < platform->method_count; i++) {
        const cat_method *method = cat_method_at(platform, i);
        retired[method->group - platform->group_first] += is_offline(method);
    }
    for (size_t i = 0; retired && good && i < platform->group_count; i++) {
        const cat_group *group = cat_group_at(platform, i);
        cli_cell cells[] = { CLI_CELL_TEXT(cat_str(platform->name)),
                             CLI_CELL_TEXT(cat_str(group->name)),
                             { .text = doc_str(group->title) },
                             CLI_CELL_INT(group->method_count),
                             CLI_CELL_INT(retired[i]) };
        good = cli_rows_add(rows, cells);
    }
    free(retired);
    return good && retired;
}

static int run_groups(cli_context *context) {
    const cat_platform *only;
    int status = api_platform_option(context, &only);
    cli_rows *rows = status == CLI_OK ? cli_rows_new(context, group_columns, 5) : NULL;
    if (!rows) {
        return status == CLI_OK ? CLI_FAILED : status;
    }
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        if ((!only || platform == only) && !list_groups(platform, rows)) {
            break;
        }
    }
    return cli_rows_end(rows);
}

const cli_command cli_api_groups = { "api groups",
                                     "",
                                     0,
                                     0,
                                     "groups of methods, how many are in each and how many retired",
                                     "qd api groups --platform douyin",
                                     group_options,
                                     run_groups };
