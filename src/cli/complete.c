/*
 * qd __complete WORD ...: what the last word may become, one candidate a line, its title behind a
 * tab. The words are those behind `qd`, the last one as far as it was typed. A candidate that ends
 * in '=' or '.' wants more right behind it; the line ":files" asks for file names. Never fails and
 * says nothing else: a shell is waiting in the middle of a line. The scripts that call this are
 * complete_script.c's.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "cli/cli_private.h"
#include "sign/sign.h"

/* What the words before the last one say. */
typedef struct line {
    const cli_command *command; /* NULL while it is not yet typed */
    const char *noun;           /* the first word of a command that needs two */
    const char *operands[256];
    size_t operand_count;
    const cli_option *open; /* the word before is this option: its value is wanted */
    const char *home, *platform;
    const char *word; /* the last one */
} line;

/* ---- printing ---- */

static void offer(const line *at, const char *candidate, const char *title) {
    if (strncmp(candidate, at->word, strlen(at->word)) != 0) {
        return;
    }
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    cli_pad(&text, base_str_of(title), 0, 0, false);
    printf("%s%s%s\n", candidate, text.len ? "\t" : "", base_buf_text(&text));
    base_buf_clear(&text);
}

static void offer_files(void) {
    puts(":files");
}

/* ---- commands and options ---- */

static size_t noun_len(const cli_command *command) {
    return strcspn(command->name, " ");
}

static void offer_nouns(const line *at) {
    for (size_t i = 0; i < cli_command_count(); i++) {
        const cli_command *command = cli_command_at(i), *before = cli_command_at(i - 1);
        size_t len = noun_len(command);
        char noun[32];
        if (i > 0 && noun_len(before) == len && memcmp(before->name, command->name, len) == 0) {
            continue; /* several verbs, one noun */
        }
        (void)base_copy(noun, sizeof noun, (base_str){ command->name, len });
        offer(at, noun, command->name[len] ? "" : command->title);
    }
    offer(at, "help", "how a command is used");
}

static void offer_verbs(const line *at) {
    for (size_t i = 0; i < cli_command_count(); i++) {
        const cli_command *command = cli_command_at(i);
        size_t len = noun_len(command);
        if (command->name[len] && strlen(at->noun) == len &&
            memcmp(command->name, at->noun, len) == 0) {
            offer(at, command->name + len + 1, command->title);
        }
    }
}

static void offer_options(const line *at, const cli_option *options) {
    for (; options->name; options++) {
        char name[64];
        (void)snprintf(name, sizeof name, "--%s", options->name);
        offer(at, name, options->help);
    }
}

static const cli_option *find_option(const cli_option *options, const char *word) {
    bool full = word[1] == '-';
    for (; options->name; options++) {
        bool letter = !full && options->letter && word[1] == options->letter && word[2] == '\0';
        if (letter || (full && strcmp(word + 2, options->name) == 0)) {
            return options;
        }
    }
    return NULL;
}

static const cli_option *option_of(const line *at, const char *word) {
    const cli_option *option = at->command ? find_option(at->command->options, word) : NULL;
    return option ? option : find_option(cli_common_options(), word);
}

/* ---- what the state directory knows ---- */

static void offer_shops(const line *at) {
    cli_context context = { .home = at->home };
    store_options options = STORE_OPTIONS_INIT;
    store_shop *shops = NULL;
    store *opened = NULL;
    size_t count = 0;
    base_buf home;
    base_buf_init(&home, 4096);
    options.read_only = true;
    qd_status status = cli_home(&context, &home, NULL);
    if (status == QD_OK) {
        options.home = base_buf_text(&home);
        status = store_open(&options, &opened, NULL);
    }
    if (status == QD_OK && store_shop_list(opened, &shops, &count, NULL) == QD_OK) {
        for (size_t i = 0; i < count; i++) {
            offer(at, shops[i].t_code, shops[i].name);
        }
    }
    free(shops);
    store_close(opened);
    base_buf_clear(&home);
}

static void offer_streams(const line *at) {
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; i < platform->stream_count; i++) {
            const char *name = cat_str(cat_stream_at(platform, i)->name);
            bool told = false;
            for (size_t q = 0; q < p && !told; q++) {
                told = cat_stream_find(cat_platform_at(q), name) != NULL;
            }
            if (!told) {
                offer(at, name, "");
            }
        }
    }
}

/* ---- what the catalogue knows ---- */

static void offer_platforms(const line *at) {
    for (size_t i = 0; i < cat_platform_count(); i++) {
        offer(at, cat_str(cat_platform_at(i)->name), cat_doc_str(cat_platform_at(i)->title));
    }
}

static void offer_groups(const line *at) {
    const cat_platform *only = at->platform ? cat_platform_find(at->platform) : NULL;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; (!only || only == platform) && i < platform->group_count; i++) {
            const cat_group *group = cat_group_at(platform, i);
            offer(at, cat_str(group->name), cat_doc_str(group->title));
        }
    }
}

static void offer_methods(const line *at) {
    const cat_platform *only = at->platform ? cat_platform_find(at->platform) : NULL;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        size_t first = 0, count = 0;
        if (!only || only == platform) {
            count = cat_find_prefix(platform, base_str_of(at->word), &first);
        }
        for (size_t i = 0; i < count; i++) {
            const cat_method *method = cat_method_at(platform, first + i);
            printf("%s\t%s\n", cat_str(method->name), cat_doc_str(method->title));
        }
    }
}

static const cat_method *method_named(base_str name) {
    const cat_method *found = NULL;
    return cat_find_any(name, &found, 1) ? found : NULL;
}

/* METHOD. -> METHOD.param, METHOD.param. -> METHOD.param.field */
static void offer_paths(const line *at) {
    const char *dot = strrchr(at->word, '.');
    const cat_method *method = NULL;
    base_str front = { at->word, dot ? (size_t)(dot - at->word) : 0 };
    while (front.len > 0 && (method = method_named(front)) == NULL) {
        const char *before = memrchr(front.ptr, '.', front.len);
        front.len = before ? (size_t)(before - front.ptr) : 0;
    }
    if (!method || !dot) {
        return;
    }
    const cat_param *param = NULL, *child;
    const char *path = at->word + front.len + 1;
    while (path <= dot) {
        base_str name = { path, strcspn(path, ".") };
        const cat_param *next = NULL;
        for (size_t i = 0;
             !next && (child = param ? cat_field(param, i) : cat_param_at(method, i)) != NULL;
             i++) {
            next = base_str_is(name, cat_str(child->name)) ? child : NULL;
        }
        if (!next) {
            return;
        }
        param = next;
        path += name.len + 1;
    }
    for (size_t i = 0; (child = param ? cat_field(param, i) : cat_param_at(method, i)) != NULL;
         i++) {
        char candidate[256];
        (void)snprintf(candidate, sizeof candidate, "%.*s.%s", (int)(dot - at->word), at->word,
                       cat_str(child->name));
        offer(at, candidate, cat_doc_str(child->title));
    }
}

/* ---- parameters of a call ---- */

static bool already_given(const line *at, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 1; i < at->operand_count; i++) {
        const char *operand = at->operands[i];
        if (strncmp(operand, name, len) == 0 && (operand[len] == '=' || operand[len] == ':')) {
            return true;
        }
    }
    return false;
}

static void offer_values(const line *at, const cat_param *param) {
    const char *name = cat_str(param->name);
    char candidate[256];
    if (at->word[strlen(name) + 1] == '@') {
        offer_files();
        return;
    }
    for (size_t i = 0; i < param->enum_count; i++) {
        (void)snprintf(candidate, sizeof candidate, "%s=%s", name, cat_enum(param, i));
        offer(at, candidate, cat_enum_title(param, i));
    }
    for (int i = 0; param->type == CAT_BOOL && param->enum_count == 0 && i < 2; i++) {
        (void)snprintf(candidate, sizeof candidate, "%s=%s", name, i ? "false" : "true");
        offer(at, candidate, "");
    }
}

static void offer_params(const line *at) {
    const cat_method *method = method_named(base_str_of(at->operands[0]));
    const char *equals = strchr(at->word, '=');
    for (size_t i = 0; method && i < method->param_count; i++) {
        const cat_param *param = cat_param_at(method, i);
        const char *name = cat_str(param->name);
        char candidate[256], title[256];
        if (equals) {
            size_t len = (size_t)(equals - at->word);
            if (strlen(name) == len && memcmp(name, at->word, len) == 0) {
                offer_values(at, param);
            }
            continue;
        }
        bool tree = param->type == CAT_OBJECT || param->type == CAT_MAP ||
                    (param->type == CAT_ARRAY && param->item == CAT_OBJECT);
        const char *sign = tree ? ":=" : param->type == CAT_FILE ? "=@" : "=";
        (void)snprintf(candidate, sizeof candidate, "%s%s", name, sign);
        (void)snprintf(title, sizeof title, "%s%s",
                       param->flags & CAT_REQUIRED ? "(required) " : "", cat_doc_str(param->title));
        base_str whole = base_str_of(title);
        if (base_utf8_valid(whole) && !already_given(at, name)) {
            offer(at, candidate, title);
        } else if (!already_given(at, name)) {
            offer(at, candidate, "");
        }
    }
}

/* ---- values of options, operands ---- */

static void offer_list(const line *at, const char *const *words) {
    for (; *words; words++) {
        offer(at, *words, "");
    }
}

static void offer_value(const line *at) {
    static const char *const formats[] = { "table", "json", "ndjson", "csv", "tsv", NULL };
    const char *name = at->open->name;
    if (strcmp(name, "output") == 0) {
        offer_list(at, formats);
    } else if (strcmp(name, "shop") == 0) {
        offer_shops(at);
    } else if (strcmp(name, "platform") == 0) {
        offer_platforms(at);
    } else if (strcmp(name, "group") == 0) {
        offer_groups(at);
    } else if (strcmp(name, "home") == 0 || at->word[0] == '@') {
        offer_files();
    }
}

static void offer_recipes(const line *at) {
    for (size_t i = 0; sign_recipe_at(i); i++) {
        offer(at, sign_recipe_name(sign_recipe_at(i)), sign_recipe_title(sign_recipe_at(i)));
    }
}

static void offer_operands(const line *at) {
    static const char *const shells[] = { "bash", "zsh", "fish", NULL };
    static const char *const switches[] = { "on", "off", NULL };
    const char *name = at->command->name;
    bool first = at->operand_count == 0;
    if (strcmp(name, "call") == 0) {
        if (first) {
            offer_methods(at);
        } else {
            offer_params(at);
        }
    } else if (strcmp(name, "api show") == 0 && first) {
        offer_methods(at);
        offer_paths(at);
    } else if (strncmp(name, "shop ", 5) == 0 && first) {
        offer_shops(at);
    } else if (strcmp(name, "shop sandbox") == 0) {
        offer_list(at, switches);
    } else if (strcmp(name, "sync") == 0 || strcmp(name, "audit") == 0) {
        offer_streams(at);
    } else if (strcmp(name, "sign") == 0 && first) {
        offer_recipes(at);
    } else if (strcmp(name, "completion") == 0 && first) {
        offer_list(at, shells);
    }
}

/* ---- reading the line ---- */

/* "decrypt" of "decrypt log", where it is a command by itself, too. */
static const cli_command *bare_command(const char *noun) {
    for (size_t i = 0; i < cli_command_count(); i++) {
        if (strcmp(cli_command_at(i)->name, noun) == 0) {
            return cli_command_at(i);
        }
    }
    return NULL;
}

/* The command that the word, or the noun before and the word, name. */
static void take_command(line *at, const char *word) {
    for (size_t i = 0; i < cli_command_count(); i++) {
        const cli_command *command = cli_command_at(i);
        size_t len = noun_len(command);
        const char *verb = command->name + len;
        bool noun = strlen(at->noun ? at->noun : word) == len &&
                    memcmp(at->noun ? at->noun : word, command->name, len) == 0;
        if (noun && (at->noun ? *verb && strcmp(verb + 1, word) == 0 : !*verb)) {
            at->command = command;
            return;
        }
        if (noun && !at->noun && *verb) {
            at->noun = word;
            at->command = bare_command(word);
            return;
        }
    }
}

/* Before its first operand, a command that is a noun, too, may turn out to be the noun. */
static bool may_be_verb(const line *at) {
    return at->noun && at->operand_count == 0 && at->command &&
           strcmp(at->command->name, at->noun) == 0;
}

static void take_word(line *at, const char *word) {
    enum { OPERANDS = sizeof at->operands / sizeof at->operands[0] };
    if (at->open) {
        at->home = strcmp(at->open->name, "home") == 0 ? word : at->home;
        at->platform = strcmp(at->open->name, "platform") == 0 ? word : at->platform;
        at->open = NULL;
    } else if (word[0] == '-' && word[1]) {
        const cli_option *option = option_of(at, word);
        at->open = option && option->type != CLI_FLAG ? option : NULL;
        at->home = strncmp(word, "--home=", 7) == 0 ? word + 7 : at->home;
        at->platform = strncmp(word, "--platform=", 11) == 0 ? word + 11 : at->platform;
    } else if (!at->command) {
        if (strcmp(word, "help") != 0 || at->noun) {
            take_command(at, word);
        }
    } else if (may_be_verb(at)) {
        take_command(at, word);
        at->operands[at->operand_count] = word;
        at->operand_count += strcmp(at->command->name, at->noun) == 0;
    } else if (at->operand_count < OPERANDS) {
        at->operands[at->operand_count++] = word;
    }
}

/* --shop=dy: the value alone is completed; candidates are printed with the option before them. */
static bool take_joined_option(line *at) {
    const char *equals = strchr(at->word, '=');
    char name[64];
    if (strncmp(at->word, "--", 2) != 0 || !equals ||
        !base_copy(name, sizeof name, (base_str){ at->word, (size_t)(equals - at->word) })) {
        return false;
    }
    at->open = option_of(at, name);
    return at->open != NULL;
}

int cli_complete(char **arguments, size_t count) {
    line at = { .word = count ? arguments[count - 1] : "" };
    for (size_t i = 0; i + 1 < count; i++) {
        take_word(&at, arguments[i]);
    }
    if (!at.open && take_joined_option(&at)) {
        return CLI_OK; /* shells split at '=' in too many ways: --name value is the form that helps
                        */
    }
    if (at.open) {
        offer_value(&at);
    } else if (at.word[0] == '-') {
        if (at.command) {
            offer_options(&at, at.command->options);
        }
        offer_options(&at, cli_common_options());
    } else if (at.command) {
        offer_operands(&at);
        if (may_be_verb(&at)) {
            offer_verbs(&at);
        }
    } else if (at.noun) {
        offer_verbs(&at);
    } else {
        offer_nouns(&at);
    }
    return fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
}
