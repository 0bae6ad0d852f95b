/*
 * qd api show METHOD, METHOD.param, METHOD.param.field: a page for people, rows of parameters for
 * pipes, the whole document for programs.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/api_private.h"

/* So much of long lists a page shows; -o json has all. */
enum { PAGE_DEPTH = 1, PAGE_ERRORS = 12, PAGE_ENUM = 6, ANSWER_DEPTH = 2, ANSWER_MOST = 60 };

static const cli_column param_columns[] = { { "name", CLI_KIND_NAME, true },
                                            { "type", CLI_KIND_TEXT, true },
                                            { "required", CLI_KIND_BOOL, true },
                                            { "limits", CLI_KIND_TEXT, true },
                                            { "title", CLI_KIND_TEXT, true } };

/* ---- rows of parameters ---- */

typedef struct rows_of {
    cli_rows *rows;
    int deepest;
    size_t enum_most;
} rows_of;

/* One row, then those of its fields, with dotted names. */
static bool add_param(const rows_of *to, const cat_param *param, const char *before, int depth) {
    base_buf name, type, limits;
    base_buf_init(&name, LIMIT_CONF_BYTES);
    base_buf_init(&type, LIMIT_CONF_BYTES);
    base_buf_init(&limits, LIMIT_DOCUMENT_BYTES);
    base_buf_printf(&name, "%s%s%s", before, *before ? "." : "", cat_str(param->name));
    api_type_words(param, &type);
    api_limit_words(param, to->enum_most, &limits);
    cli_cell cells[] = { { .text = base_buf_str(&name) },
                         { .text = base_buf_str(&type) },
                         CLI_CELL_INT((param->flags & CAT_REQUIRED) != 0),
                         { .text = base_buf_str(&limits) },
                         CLI_CELL_TEXT(cat_doc_str(param->title)) };
    bool good = cli_rows_add(to->rows, cells);
    for (size_t i = 0; good && depth < to->deepest && i < param->field_count; i++) {
        good = add_param(to, cat_field(param, i), base_buf_text(&name), depth + 1);
    }
    base_buf_clear(&name);
    base_buf_clear(&type);
    base_buf_clear(&limits);
    return good;
}

/* Parameters of the method, or fields of the parameter. */
static int print_params(cli_context *context, const cat_method *method, const cat_param *param) {
    bool page = context->format == CLI_TABLE;
    rows_of to = { cli_rows_new(context, param_columns, 5), page ? PAGE_DEPTH : API_DEEPEST,
                   page ? PAGE_ENUM : SIZE_MAX };
    size_t count = param ? param->field_count : method->param_count;
    bool good = to.rows != NULL;
    if (good && param && count == 0) {
        good = add_param(&to, param, "", 0);
    }
    for (size_t i = 0; good && i < count; i++) {
        good = add_param(&to, param ? cat_field(param, i) : cat_param_at(method, i), "", 0);
    }
    return to.rows ? cli_rows_end(to.rows) : CLI_FAILED;
}

/* ---- the page of a method ---- */

/* Texts of the catalogue are data: a terminal must not be commanded by them. */
static void say(const char *before, const char *text, const char *after) {
    base_buf line;
    base_buf_init(&line, LIMIT_DOCUMENT_BYTES);
    cli_pad(&line, base_str_of(text), 0, 0, false);
    printf("%s%s%s", before, base_buf_text(&line), after);
    base_buf_clear(&line);
}

static void print_head(const cat_method *method) {
    char alias[API_NAME] = "";
    const cat_group *group = cat_group_of(method);
    (void)cat_alias(method, alias, sizeof alias);
    say("", cat_str(method->name), "");
    say("  ", cat_doc_str(method->title), "\n");
    printf("%s, group %s", cat_str(cat_platform_of(method)->name), cat_str(group->name));
    say(" ", cat_doc_str(group->title), "");
    printf("; %s%s%s; token: %s; %s\n", api_kind_name(method),
           *cat_str(method->key_param) ? " by " : "", cat_str(method->key_param),
           api_auth_name(method), method->http == CAT_GET ? "GET" : "POST");
    if (method->flags & CAT_OFFLINE) {
        puts("RETIRED: the platform no longer serves it");
    }
    if (*alias) {
        say("documents call it ", alias, "\n");
    }
    if (*cat_doc_str(method->doc)) {
        say("documents: ", cat_doc_str(method->doc), "\n");
    }
    if (*cat_str(method->wrapper)) {
        printf("parameters travel inside %s as %s\n", cat_str(method->wrapper),
               method->wrap == CAT_WRAP_XML ? "XML" : "JSON");
    }
    if (*cat_note(method)) {
        say("note: ", cat_note(method), "\n");
    }
}

static int print_parameters(cli_context *context, const cat_method *method) {
    const char *known = api_known_name(method);
    puts("\nPARAMETERS");
    if (strcmp(known, "none") == 0) {
        puts("not known: any name is sent as it is (name=value is text, name:=json is JSON)");
        return CLI_OK;
    }
    int status = CLI_OK;
    if (method->param_count == 0) {
        puts("none");
    } else {
        status = print_params(context, method, NULL);
    }
    if (strcmp(known, "names") == 0) {
        puts("only names are known: other names are sent with a warning");
    } else if (strcmp(known, "partial") == 0) {
        puts("there are more than these: other names are sent as they are");
    }
    return status;
}

static void print_paging(const cat_method *method) {
    base_buf line;
    base_buf_init(&line, LIMIT_CONF_BYTES);
    if (cat_page_of(method)) {
        api_page_words(cat_page_of(method), &line);
        printf("\nPAGES\n%s\n", base_buf_text(&line));
    }
    for (size_t i = 0; i < method->window_count; i++) {
        base_buf_reset(&line);
        api_window_words(cat_window_at(method, i), &line);
        printf("%s%s\n", i ? "" : "\nTIME RANGES\n", base_buf_text(&line));
    }
    base_buf_clear(&line);
}

static void print_answer(const cat_answer *answer, int depth, size_t *left) {
    if (*left == 0) {
        return;
    }
    --*left;
    bool list = answer->type == CAT_ARRAY;
    printf("%*s", depth * 2, "");
    say("", cat_doc_str(answer->name), "");
    printf("  %s%s%s%s\n", cat_type_name((cat_type)answer->type),
           list && answer->item ? " of " : "",
           list && answer->item ? cat_type_name((cat_type)answer->item) : "",
           depth == ANSWER_DEPTH && answer->field_count ? " ..." : "");
    for (size_t i = 0; depth < ANSWER_DEPTH && i < answer->field_count; i++) {
        print_answer(cat_answer_field(answer, i), depth + 1, left);
    }
}

static void print_answers(const cat_method *method) {
    size_t left = ANSWER_MOST;
    if (!cat_answer_known(method)) {
        return;
    }
    puts("\nANSWER");
    for (size_t i = 0; i < cat_answer_count(method); i++) {
        print_answer(cat_answer_at(method, i), 0, &left);
    }
    if (cat_answer_count(method) == 0) {
        puts("empty on success");
    } else if (left == 0) {
        puts("... all of it with -o json");
    }
    if (*cat_str(method->result_key)) {
        printf("--result gives just %s\n", cat_str(method->result_key));
    }
}

static void print_errors(const cat_method *method) {
    size_t count = cat_method_error_count(method);
    for (size_t i = 0; i < count && i < PAGE_ERRORS; i++) {
        const cat_method_error *error = cat_method_error_at(method, i);
        say(i ? "" : "\nERRORS\n", cat_doc_str(error->code), "");
        say(*cat_doc_str(error->sub_code) ? " " : "", cat_doc_str(error->sub_code), "");
        say("  ", cat_doc_str(error->meaning), "\n");
    }
    if (count > PAGE_ERRORS) {
        printf("... and %zu more: -o json, or qd call --explain-error\n", count - PAGE_ERRORS);
    }
}

static void print_examples(const cat_method *method) {
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    api_example_command(method, &text);
    say("\nEXAMPLE\n  ", base_buf_text(&text), "\n");
    base_buf_reset(&text);
    api_example_c(method, &text);
    puts("\nIN C");
    for (const char *line = base_buf_text(&text); *line;) {
        size_t len = strcspn(line, "\n");
        printf("%s%.*s\n", len ? "  " : "", (int)len, line);
        line += len + (line[len] != '\0');
    }
    base_buf_clear(&text);
}

static int print_page(cli_context *context, const cat_method *method) {
    print_head(method);
    int status = print_parameters(context, method);
    print_paging(method);
    print_answers(method);
    print_errors(method);
    print_examples(method);
    return status;
}

/* ---- the page of a parameter ---- */

static void print_param_head(const api_target *target) {
    const cat_param *param = target->params[target->param_count - 1];
    base_buf line;
    base_buf_init(&line, LIMIT_DOCUMENT_BYTES);
    base_buf_add_text(&line, cat_str(target->method->name));
    for (size_t i = 0; i < target->param_count; i++) {
        base_buf_printf(&line, ".%s", cat_str(target->params[i]->name));
    }
    base_buf_add_text(&line, "  ");
    api_type_words(param, &line);
    say("", base_buf_text(&line), "");
    say("  ", cat_doc_str(param->title), "\n");
    if (param->flags & CAT_REQUIRED) {
        puts(param->flags & CAT_REQUIRED_SURE
                 ? "required: a call without it is refused here"
                 : "documents call it required; a call without it is sent with a warning");
    } else {
        puts("optional");
    }
    base_buf_reset(&line);
    api_limit_words(param, 0, &line);
    if (line.len > 0 && param->enum_count == 0) {
        say("", base_buf_text(&line), "\n");
    }
    if (*cat_doc_str(param->alias)) {
        say("documents call it ", cat_doc_str(param->alias), "\n");
    }
    base_buf_clear(&line);
}

static int print_param_page(cli_context *context, const api_target *target) {
    const cat_param *param = target->params[target->param_count - 1];
    print_param_head(target);
    if (param->enum_count > 0) {
        puts(param->flags & CAT_ENUM_SURE ? "\nVALUES (others are refused here)"
                                          : "\nVALUES (others are sent with a warning)");
    }
    for (size_t i = 0; i < param->enum_count; i++) {
        say("  ", cat_enum(param, i), "");
        say("  ", cat_enum_title(param, i), "\n");
    }
    if (param->field_count == 0) {
        return CLI_OK;
    }
    puts("\nFIELDS");
    return print_params(context, target->method, param);
}

/* ---- the command ---- */

static const cli_option show_options[] = { { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0,
                                             "when several platforms have the method" },
                                           { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

static int print_target(cli_context *context, const api_target *target) {
    const cat_param *param = target->param_count ? target->params[target->param_count - 1] : NULL;
    if (!cli_wants_document(context)) {
        if (context->format != CLI_TABLE) {
            return print_params(context, target->method, param);
        }
        return param ? print_param_page(context, target) : print_page(context, target->method);
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_doc_set_root(doc, param ? api_param_value(doc, param, 0)
                                           : api_method_value(doc, target->method));
    }
    int status = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return status;
}

static int run_show(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    api_target target;
    const cat_platform *platform;
    int status = api_platform_option(context, &platform);
    if (status == CLI_OK) {
        qd_status found = api_find(platform, context->operands[0], &target, &err);
        status = found == QD_OK ? print_target(context, &target) : cli_fail(context, &err);
    }
    return status;
}

const cli_command cli_api_show = {
    "api show",
    "METHOD[.PARAM[.FIELD]]",
    1,
    1,
    "what is known of a method: parameters, limits, paging, errors, examples",
    "qd api show taobao.trades.sold.get",
    show_options,
    run_show
};
