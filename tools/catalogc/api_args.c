/*
 * Argument structs of the typed headers, and their descriptors. A struct of nested fields stands
 * before the one that points to it. The descriptors stand inside a static inline function, so that
 * a program carries those of the methods that it calls and no others, at any optimisation.
 */
#include <string.h>

#include "api.h"

enum {
    REQUIRED = 1,
    REQUIRED_SURE = 2,
    HAS_MIN = 4,
    HAS_MAX = 8,
    COMMA_LIST = 128
}; /* as in src/catalog/catalog.h */
enum { ENUM_SHOWN = 12, DEEPEST = 24, TRAILING = 96 };

/* One method's output so far. */
typedef struct args {
    api_platform *api;
    const char *prefix; /* of nested structs: "<function>_args" */
    catc_out structs, rows;
    int tables; /* descriptor tables written */
    int depth;
} args;

/* How a parameter looks in its struct. */
typedef struct member {
    const char *wire, *name, *kind;
    const char *item; /* struct of nested fields, else NULL */
    int table;        /* ... and its descriptors */
} member;

static const char *declaration_of(const member *as);

/* ---- comments ---- */

static void add_fact(catc_out *out, const char *fact) {
    catc_out_printf(out, "%s%s", out->len ? "; " : "", fact);
}

static void add_enum(const catc_catalog *catalog, const catc_param *param, catc_out *facts) {
    catc_out words = { 0 };
    for (uint32_t i = 0; i < param->enum_count && i < ENUM_SHOWN; i++) {
        const catc_word *word = catc_vec_at(&catalog->enums.rows, param->enum_first + i);
        const char *title = catc_pool_text(&catalog->docs, word->title);
        catc_out_printf(&words, "%s%s%s%s", i ? ", " : "",
                        catc_pool_text(&catalog->texts, word->value), *title ? " " : "", title);
    }
    if (param->enum_count > ENUM_SHOWN) {
        catc_out_printf(&words, " ... (%u values)", param->enum_count);
    }
    if (param->enum_count) {
        add_fact(facts, catc_format("one of %s", words.data));
    }
}

static void add_range(const catc_param *param, catc_out *facts) {
    bool low = (param->flags & HAS_MIN) != 0, high = (param->flags & HAS_MAX) != 0;
    if (low && high) {
        add_fact(facts, catc_format("%lld to %lld", (long long)param->min, (long long)param->max));
    } else if (low || high) {
        add_fact(facts, catc_format("at %s %lld", low ? "least" : "most",
                                    (long long)(low ? param->min : param->max)));
    }
    if (param->max_length) {
        add_fact(facts, catc_format("at most %u %s", param->max_length,
                                    param->type == API_FILE ? "bytes" : "characters"));
    }
    if (param->max_items) {
        add_fact(facts, catc_format("at most %u items", param->max_items));
    }
}

/* "required; 1 to 100; default 40: title". */
static const char *param_comment(const catc_catalog *catalog, const catc_param *param,
                                 const member *as) {
    catc_out facts = { 0 };
    const char *format = catc_pool_text(&catalog->texts, param->format);
    const char *unit = catc_pool_text(&catalog->texts, param->unit);
    const char *fallback = catc_pool_text(&catalog->texts, param->fallback);
    const char *title = catc_pool_text(&catalog->docs, param->title);
    const char *alias = catc_pool_text(&catalog->docs, param->alias);
    bool json = strcmp(as->kind, "JSON") == 0;
    if (strcmp(as->name, json ? catc_format("%s_json", as->wire) : as->wire) != 0) {
        add_fact(&facts, catc_format("wire name \"%s\"", as->wire));
    }
    if (json) {
        add_fact(&facts, "JSON text");
    }
    if (*alias) {
        add_fact(&facts, catc_format("in documents also %s", alias));
    }
    if (param->flags & REQUIRED) {
        add_fact(&facts, param->flags & REQUIRED_SURE ? "required" : "required (not certain)");
    }
    if (strcmp(as->kind, "DECIMAL") == 0) {
        add_fact(&facts, "decimal number");
    } else if (param->flags & COMMA_LIST) {
        add_fact(&facts, "several with commas between");
    }
    add_range(param, &facts);
    add_enum(catalog, param, &facts);
    if (*format) {
        add_fact(&facts, format);
    }
    if (*unit) {
        add_fact(&facts, catc_format("in %s", unit));
    }
    if (*fallback) {
        add_fact(&facts, catc_format("default %s", fallback));
    }
    return api_comment_text(
        catc_format("%s%s%s", facts.len ? facts.data : "", facts.len && *title ? ": " : "", title));
}

static void write_member(const catc_catalog *catalog, const catc_param *param, const member *as,
                         catc_out *out) {
    const char *declaration = declaration_of(as);
    const char *comment = param_comment(catalog, param, as);
    if (!*comment) {
        catc_out_printf(out, "    %s\n", declaration);
    } else if (strlen(declaration) + strlen(comment) <= TRAILING - 7) {
        catc_out_printf(out, "    %s /* %s */\n", declaration, comment);
    } else if (strlen(comment) <= TRAILING - 6) {
        catc_out_printf(out, "    /* %s */\n    %s\n", comment, declaration);
    } else {
        api_comment(out, 4, comment);
        catc_out_printf(out, "    %s\n", declaration);
    }
}

/* ---- members ---- */

static const char *scalar_kind(const catc_param *param, int type) {
    bool required = (param->flags & REQUIRED) != 0;
    switch (type) {
    case API_STRING:
    case API_DATETIME:
        return "TEXT";
    case API_INT:
        return required ? "INT" : "OPT_INT";
    case API_NUMBER:
        return "DECIMAL";
    case API_BOOL:
        return required ? "BOOL" : "OPT_BOOL";
    case API_FILE:
        return "FILE";
    default:
        return "JSON";
    }
}

static const char *kind_of(const catc_param *param) {
    bool fields = param->field_count > 0;
    if (param->type == API_OBJECT && fields) {
        return "OBJECT";
    }
    if (param->type != API_ARRAY) {
        return scalar_kind(param, param->type);
    }
    if (fields && (param->item == API_OBJECT || param->item == API_ANY)) {
        return "OBJECTS";
    }
    if (param->item == API_STRING || param->item == API_DATETIME) {
        return "TEXTS";
    }
    return param->item == API_INT ? "INTS" : "JSON";
}

static const char *declaration_of(const member *as) {
    static const struct {
        const char *kind, *type;
    } TYPES[] = {
        { "TEXT", "const char *" }, { "DECIMAL", "const char *" },  { "JSON", "const char *" },
        { "INT", "int64_t " },      { "OPT_INT", "qd_opt_int " },   { "BOOL", "bool " },
        { "TEXTS", "qd_texts " },   { "OPT_BOOL", "qd_opt_bool " }, { "INTS", "qd_ints " },
        { "FILE", "qd_file " },
    };
    if (strcmp(as->kind, "OBJECT") == 0) {
        return catc_format("const %s *%s;", as->item, as->name);
    }
    for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES); i++) {
        if (strcmp(TYPES[i].kind, as->kind) == 0) {
            return catc_format("%s%s;", TYPES[i].type, as->name);
        }
    }
    return catc_format("struct {\n        const %s *items;\n        size_t count;\n    } %s;",
                       as->item, as->name);
}

static int write_struct(args *a, const char *name, const char *path, uint32_t first,
                        uint32_t count);

static member make_member(args *a, const catc_param *param, const char *path, api_names *names) {
    member as = { .wire = catc_pool_text(&a->api->catalog->texts, param->name),
                  .kind = kind_of(param) };
    const char *word = api_word(as.wire);
    bool json = strcmp(as.kind, "JSON") == 0;
    size_t len = strlen(word);
    bool says_so = len > 5 && strcmp(word + len - 5, "_json") == 0;
    as.name = api_unique(names, api_ident(json && !says_so ? catc_format("%s_json", word) : word));
    if (strncmp(as.kind, "OBJECT", 6) == 0) {
        const char *deeper = catc_format("%s_%s", path, word);
        as.item = api_unique(&a->api->names, catc_format("%s%s", a->prefix, deeper));
        as.table = write_struct(a, as.item, deeper, param->field_first, param->field_count);
    }
    return as;
}

/* args<table> is a short local name of the struct that the table describes. */
static void write_row(const member *as, int table, catc_out *out) {
    const char *macro = as->item ? "QD_ARG_TREE" : "QD_ARG_ROW";
    catc_out_printf(out, "        %s(QD_ARG_%s, args%d, %s, ", macro, as->kind, table, as->name);
    api_quote(out, as->wire);
    if (as->item) {
        catc_out_printf(out, ", rows%d, args%d", as->table, as->table);
    }
    catc_out_printf(out, "),\n");
}

/* The struct and its descriptors, nested ones first; the number of its table. */
static int write_struct(args *a, const char *name, const char *path, uint32_t first,
                        uint32_t count) {
    const catc_catalog *catalog = a->api->catalog;
    api_names names = { 0 };
    (void)api_names_add(&names, "extra_json");
    member *members = catc_alloc((count + 1) * sizeof(*members));
    for (uint32_t i = 0; i < count; i++) {
        members[i] = make_member(a, catc_param_at(catalog, first, i), path, &names);
    }
    int table = ++a->tables;
    catc_out_printf(&a->structs, "typedef struct %s {\n", name);
    catc_out_printf(&a->rows, "    typedef %s args%d;\n", name, table);
    catc_out_printf(&a->rows, "    static const qd_arg rows%d[] = {\n", table);
    for (uint32_t i = 0; i < count; i++) {
        write_member(catalog, catc_param_at(catalog, first, i), &members[i], &a->structs);
        write_row(&members[i], table, &a->rows);
    }
    catc_out_printf(&a->structs, "    const char *extra_json;\n} %s;\n", name);
    catc_out_printf(&a->rows,
                    "        QD_ARG_ROW(QD_ARG_EXTRA, args%d, extra_json, \"\"),\n    };\n", table);
    return table;
}

void api_args_write(api_platform *api, const catc_method *method, catc_out *out) {
    const char *function = api_function(api, method);
    args a = { .api = api, .prefix = catc_format("%s_args", function) };
    int table = write_struct(&a, a.prefix, "", method->param_first, method->param_count);
    catc_out_add(out, a.structs.data, a.structs.len);
    catc_out_printf(out, "static inline const qd_api *%s_api(void) {\n", function);
    catc_out_add(out, a.rows.data, a.rows.len);
    catc_out_printf(out, "    static const qd_api api = { ");
    api_quote(out, method->name);
    catc_out_printf(out, ", rows%d, sizeof rows%d / sizeof rows%d[0] };\n", table, table, table);
    catc_out_printf(out, "    return &api;\n}\n");
}
