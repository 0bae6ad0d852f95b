/*
 * Writes what was read as const C tables: gen/catalog/{texts,methods,params,model,docs}.c. Integers
 * and one string pool only, so that they compile fast and need no relocation.
 */
#include <string.h>

#include "catalog.h"

static const char HEAD[] = "/* Made by catalogc from catalog/. */\n"
                           "#include \"catalog/catalog_private.h\"\n\n";

/* An array of `count` rows; an empty one gets a zero row, because C has no empty arrays. */
static void begin(catc_out *out, const char *type, const char *name) {
    catc_out_printf(out, "const %s %s[] = {\n", type, name);
}

static void end(catc_out *out, size_t count) {
    catc_out_printf(out, count ? "};\n\n" : "    { 0 },\n};\n\n");
}

static void write_texts(const catc_catalog *catalog, catc_out *out) {
    catc_out_add(out, HEAD, sizeof(HEAD) - 1);
    catc_pool_write(&catalog->texts, "pool", out);
    catc_out_printf(out, "\nconst char *cat_str(cat_text offset) {\n"
                         "    return (const char *)&pool + offset;\n}\n\n"
                         "const size_t cat_texts_bytes = sizeof(pool);\n");
}

/* INT64_MIN has no literal of its own. */
static const char *number(int64_t value) {
    return value == INT64_MIN ? "INT64_MIN" : catc_format("%lldLL", (long long)value);
}

/* Numbers of rows: 16 bits, because a list stands for each method. */
static void write_lists(const catc_set *lists, const char *name, catc_out *out) {
    catc_out_printf(out, "const uint16_t %s[] = {\n", name);
    for (size_t i = 0; i < lists->rows.count; i++) {
        uint32_t row = *(uint32_t *)catc_vec_at(&lists->rows, i);
        if (row > UINT16_MAX) {
            catc_place at = { NULL, name, 0 };
            catc_bad(&at, "more than 65536 different rows: widen the lists to 32 bits");
        }
        catc_out_printf(out, "%u,%s", row, i % 16 == 15 ? "\n" : "");
    }
    catc_out_printf(out, "0 };\n\n");
}

static void write_param(const catc_param *p, catc_out *out) {
    catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %s, %s, ", p->name, p->title, p->alias,
                    p->fallback, p->format, p->unit, number(p->min), number(p->max));
    catc_out_printf(out, "%u, %u, %u, %u, %u, %u, %u, %d, %d, %d },\n", p->flags, p->max_length,
                    p->max_items, p->enum_first, p->field_first, p->enum_count, p->field_count,
                    p->type, p->item, p->place);
}

static void write_params(const catc_catalog *catalog, catc_out *out) {
    const catc_vec *params = &catalog->params.rows, *enums = &catalog->enums.rows;
    catc_out_add(out, HEAD, sizeof(HEAD) - 1);
    begin(out, "cat_param", "cat_params");
    for (size_t i = 0; i < params->count; i++) {
        write_param(catc_vec_at(params, i), out);
    }
    end(out, params->count);
    catc_out_printf(out, "const size_t cat_params_count = %zu;\n\n", params->count);
    write_lists(&catalog->param_lists, "cat_param_lists", out);
    catc_out_printf(out, "const cat_text cat_enums[] = {\n");
    for (size_t i = 0; i < enums->count; i++) {
        catc_out_printf(out, "    %u,\n", ((catc_word *)catc_vec_at(enums, i))->value);
    }
    catc_out_printf(out, "    0,\n};\n\n");
    begin(out, "cat_page", "cat_pages");
    for (size_t i = 0; i < catalog->pages.count; i++) {
        const catc_page *p = catc_vec_at(&catalog->pages, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %lld, %lld, %lld, %s, %lld, %d },\n",
                        p->page_param, p->size_param, p->total, p->has_next, p->next, p->list,
                        (long long)p->first, (long long)p->size_max, (long long)p->size_default,
                        number(p->row_cap), (long long)p->page_cap, p->style);
    }
    end(out, catalog->pages.count);
    begin(out, "cat_window", "cat_windows");
    for (size_t i = 0; i < catalog->windows.count; i++) {
        const catc_window *w = catc_vec_at(&catalog->windows, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %s, %s, %s, %d, %d, %d, %d },\n", w->by_at,
                        w->from, w->to, w->fixed, number(w->longest_s), number(w->step_s),
                        number(w->back_s), w->format, w->from_open, w->to_open, w->last_first);
    }
    end(out, catalog->windows.count);
    begin(out, "cat_outcome", "cat_outcomes");
    for (size_t i = 0; i < catalog->outcomes.rows.count; i++) {
        const catc_outcome *o = catc_vec_at(&catalog->outcomes.rows, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u },\n", o->code,
                        o->message, o->ok, o->items, o->failed, o->done, o->item_id, o->item_code,
                        o->item_message, o->item_ok, o->repeated, o->key_from);
    }
    end(out, catalog->outcomes.rows.count);
}

static void write_platforms(const catc_catalog *catalog, catc_out *out) {
    begin(out, "cat_platform", "cat_platforms");
    for (size_t i = 0; i < catalog->platforms.count; i++) {
        const catc_platform *p = catc_vec_at(&catalog->platforms, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %u,\n", p->name_at, p->title,
                        p->production, p->sandbox, p->gateway_path, p->recipe, p->sign_method);
        catc_out_printf(out, "      %u, %u, %u, %u, %u, %u, %u, %u,\n", p->method_first,
                        p->method_count, p->group_first, p->group_count, p->error_first,
                        p->error_count, p->stream_first, p->stream_count);
        catc_out_printf(out, "      %lld, %lld, %s, %s, %lld, %zu, %d },\n",
                        (long long)p->calls_per_second, (long long)p->clock_skew_s,
                        number(p->token_life_s), number(p->refresh_life_s),
                        (long long)p->refresh_margin_s, i, p->required_sure);
    }
    end(out, catalog->platforms.count);
    catc_out_printf(out, "const size_t cat_platforms_count = %zu;\n", catalog->platforms.count);
}

static void write_methods(const catc_catalog *catalog, catc_out *out) {
    catc_out_add(out, HEAD, sizeof(HEAD) - 1);
    begin(out, "cat_method", "cat_methods");
    for (size_t i = 0; i < catalog->methods.count; i++) {
        const catc_method *m = catc_vec_at(&catalog->methods, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %u, %u, %u, %u, ", m->name_at, m->title,
                        m->path, m->host, m->recipe, m->doc, m->response_key, m->result_key, m->key,
                        m->wrapper);
        catc_out_printf(out, "%u, %u, %u, %u, %d, %u, %d, %d, %d, %d, %d, %d, %u },\n",
                        m->param_first, m->window_first, m->page, m->param_count, m->group,
                        m->window_count, m->platform, m->kind, m->auth, m->flags, m->http, m->wrap,
                        m->outcome);
    }
    end(out, catalog->methods.count);
    begin(out, "cat_group", "cat_groups");
    for (size_t i = 0; i < catalog->groups.count; i++) {
        const catc_group *g = catc_vec_at(&catalog->groups, i);
        catc_out_printf(out, "    { %u, %u, %u, %d },\n", g->name, g->title, g->method_count,
                        g->platform);
    }
    end(out, catalog->groups.count);
    begin(out, "cat_error_class", "cat_errors");
    for (size_t i = 0; i < catalog->errors.count; i++) {
        const catc_error *e = catc_vec_at(&catalog->errors, i);
        catc_out_printf(out, "    { %u, %u, %u, %s, %s, %d, %d },\n", e->code, e->sub_code,
                        e->meaning, e->status, e->retry, e->token, e->repeated);
    }
    end(out, catalog->errors.count);
    write_platforms(catalog, out);
}

static void write_maps(const catc_catalog *catalog, catc_out *out) {
    begin(out, "cat_map", "cat_maps");
    for (size_t i = 0; i < catalog->maps.count; i++) {
        const catc_map *m = catc_vec_at(&catalog->maps, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %d, %d, %d },\n", m->name_at, m->list,
                        m->column_first, m->child_first, m->column_count, m->child_count, m->table,
                        m->replace, m->payload);
    }
    end(out, catalog->maps.count);
    catc_out_printf(out, "const size_t cat_maps_count = %zu;\n\n", catalog->maps.count);
    begin(out, "cat_map_column", "cat_map_columns");
    for (size_t i = 0; i < catalog->map_columns.count; i++) {
        const catc_map_column *c = catc_vec_at(&catalog->map_columns, i);
        catc_out_printf(out, "    { %u, %u, %u, %d, %d },\n", c->path, c->enum_first, c->enum_count,
                        c->column, c->conv);
    }
    end(out, catalog->map_columns.count);
    begin(out, "cat_enum_row", "cat_map_enums");
    for (size_t i = 0; i < catalog->map_enums.count; i++) {
        const catc_pair *p = catc_vec_at(&catalog->map_enums, i);
        catc_out_printf(out, "    { %u, %u },\n", p->wire, p->ours);
    }
    end(out, catalog->map_enums.count);
    catc_out_printf(out, "const uint32_t cat_map_children[] = {\n");
    for (size_t i = 0; i < catalog->map_children.count; i++) {
        catc_out_printf(out, "    %u,\n", *(uint32_t *)catc_vec_at(&catalog->map_children, i));
    }
    catc_out_printf(out, "    0,\n};\n");
}

static void write_model(const catc_catalog *catalog, catc_out *out) {
    catc_out_add(out, HEAD, sizeof(HEAD) - 1);
    begin(out, "cat_stream", "cat_streams");
    for (size_t i = 0; i < catalog->streams.count; i++) {
        const catc_stream *s = catc_vec_at(&catalog->streams, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %d, %lld, %d },\n", s->name, s->title,
                        s->source_first, s->source_count, s->table, (long long)s->lag_s,
                        s->platform);
    }
    end(out, catalog->streams.count);
    begin(out, "cat_source", "cat_sources");
    for (size_t i = 0; i < catalog->sources.count; i++) {
        const catc_source *s = catc_vec_at(&catalog->sources, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %u, %lld, %d, %d },\n", s->method,
                        s->fixed, s->window, s->id_param, s->id, s->list, s->map,
                        (long long)s->batch, s->role, s->part);
    }
    end(out, catalog->sources.count);
    write_maps(catalog, out);
}

/* What the methods' and the parameters' rows have besides, for people. */
static void write_extras(const catc_catalog *catalog, catc_out *out) {
    const catc_vec *enums = &catalog->enums.rows, *errors = &catalog->method_errors.rows;
    begin(out, "cat_method_error", "cat_method_errors");
    for (size_t i = 0; i < errors->count; i++) {
        const catc_method_error *e = catc_vec_at(errors, i);
        catc_out_printf(out, "    { %u, %u, %u },\n", e->code, e->sub_code, e->meaning);
    }
    end(out, errors->count);
    catc_out_printf(out, "const cat_text cat_enum_titles[] = {\n");
    for (size_t i = 0; i < enums->count; i++) {
        catc_out_printf(out, "    %u,\n", ((catc_word *)catc_vec_at(enums, i))->title);
    }
    catc_out_printf(out, "    0,\n};\n\n");
    begin(out, "cat_alias_rule", "cat_alias_rules");
    for (size_t i = 0; i < catalog->platforms.count; i++) {
        const catc_platform *p = catc_vec_at(&catalog->platforms, i);
        catc_out_printf(out, "    { %u, %u, %d },\n", p->alias_prefix, p->alias_suffix,
                        p->alias_style);
    }
    end(out, catalog->platforms.count);
}

static void write_docs(const catc_catalog *catalog, catc_out *out) {
    const catc_vec *answers = &catalog->answers.rows;
    catc_out_add(out, HEAD, sizeof(HEAD) - 1);
    catc_pool_write(&catalog->docs, "pool", out);
    catc_out_printf(out, "\nconst char *cat_doc_str(cat_text offset) {\n"
                         "    return (const char *)&pool + offset;\n}\n\n"
                         "const size_t cat_docs_bytes = sizeof(pool);\n\n");
    begin(out, "cat_answer", "cat_answers");
    for (size_t i = 0; i < answers->count; i++) {
        const catc_answer *a = catc_vec_at(answers, i);
        catc_out_printf(out, "    { %u, %u, %u, %d, %d },\n", a->name, a->field_first,
                        a->field_count, a->type, a->item);
    }
    end(out, answers->count);
    write_lists(&catalog->answer_lists, "cat_answer_lists", out);
    begin(out, "cat_method_doc", "cat_method_docs");
    for (size_t i = 0; i < catalog->methods.count; i++) {
        const catc_method *m = catc_vec_at(&catalog->methods, i);
        catc_out_printf(out, "    { %u, %u, %u, %u, %u, %u, %d },\n", m->alias, m->note,
                        m->answer_first, m->error_first, m->answer_count, m->error_count,
                        m->answer_known);
    }
    end(out, catalog->methods.count);
    write_extras(catalog, out);
}

typedef void write_fn(const catc_catalog *catalog, catc_out *out);

bool catc_write(const catc_catalog *catalog, const char *folder) {
    static const struct {
        const char *name;
        write_fn *write;
    } FILES[] = {
        { "texts.c", write_texts }, { "methods.c", write_methods }, { "params.c", write_params },
        { "model.c", write_model }, { "docs.c", write_docs },
    };
    bool good = true;
    for (size_t i = 0; i < sizeof(FILES) / sizeof(*FILES); i++) {
        catc_out out = { 0 };
        FILES[i].write(catalog, &out);
        good = catc_out_save(&out, folder, FILES[i].name) && good;
    }
    return good;
}
