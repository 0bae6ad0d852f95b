/*
 * Specs: the groups of values ("颜色": 白色, 黑色 ...) from which SKUs are combined. Each shop is
 * born with one a category; sellers add and delete theirs. Ids are formulas of the index.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

static const int64_t spec_id_base = 130000000, spec_id_stride = 7;
static const int64_t value_id_base = 1690000000000000, value_id_stride = 1000;
enum { GROUP_STRIDE = 100, NAME_BYTES = 150 };

int64_t spec_id(uint32_t index) {
    return spec_id_base + (int64_t)index * spec_id_stride;
}

/* The group itself stands before its values. */
int64_t spec_group_id(uint32_t index, unsigned group) {
    return value_id_base + (int64_t)index * value_id_stride + (group + 1) * GROUP_STRIDE;
}

int64_t spec_value_id(uint32_t index, unsigned group, unsigned value) {
    return spec_group_id(index, group) + 1 + value;
}

uint32_t spec_index(const world *w, uint32_t shop, int64_t id) {
    int64_t index = (id - spec_id_base) / spec_id_stride;
    if (id < spec_id_base || index >= w->spec_count || spec_id((uint32_t)index) != id ||
        w->specs[index].shop != shop || w->specs[index].deleted) {
        return WORLD_NONE;
    }
    return (uint32_t)index;
}

qd_status specs_make(world *w, qd_err *err) {
    unsigned each = words_category_count();
    w->spec_cap = w->options.shops * each;
    w->specs = calloc(w->spec_cap, sizeof *w->specs);
    if (!w->specs) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for specs");
    }
    for (unsigned i = 0; i < w->options.shops; i++) {
        shop_row *s = &w->shops[i];
        s->first_spec = w->spec_count;
        s->born_specs = each;
        for (unsigned k = 0; k < each; k++) {
            const category *c = words_category(k);
            spec_row *sp = &w->specs[w->spec_count++];
            sp->shop = i;
            sp->name = c->third;
            sp->created = s->open.created;
            for (unsigned g = 0; g < 2 && c->group[g]; g++) {
                sp->groups[g] =
                    (spec_group){ c->group[g], c->value[g], GROUP_VALUES, c->taobao_pid[g] };
                sp->group_count++;
            }
        }
    }
    return QD_OK;
}

/* The part of text before the separator; text moves behind it. */
static base_str cut(base_str *text, char separator) {
    const char *at = text->len ? memchr(text->ptr, separator, text->len) : NULL;
    base_str head = { text->ptr, at ? (size_t)(at - text->ptr) : text->len };
    size_t used = head.len + (at != NULL);
    *text = (base_str){ text->ptr + used, text->len - used };
    return head;
}

static world_deed parse_group(world *w, base_str text, spec_group *out) {
    base_str name = cut(&text, '|');
    const char **values = base_arena_alloc(w->texts, SPEC_VALUES * sizeof *values);
    if (name.len == 0 || name.len > NAME_BYTES || text.len == 0) {
        return WORLD_BAD_VALUE;
    }
    out->name = keep_text(w, name);
    out->count = 0;
    if (!values || !out->name) {
        return WORLD_NO_MEMORY;
    }
    while (text.len > 0) {
        base_str value = cut(&text, ',');
        if (value.len == 0 || value.len > NAME_BYTES || out->count == SPEC_VALUES) {
            return WORLD_BAD_VALUE;
        }
        for (unsigned i = 0; i < out->count; i++) {
            if (base_str_is(value, values[i])) {
                return WORLD_BAD_VALUE;
            }
        }
        values[out->count] = keep_text(w, value);
        if (!values[out->count++]) {
            return WORLD_NO_MEMORY;
        }
    }
    out->values = values;
    return WORLD_DONE;
}

world_deed world_spec_add(world *w, uint32_t shop, base_str specs, base_str name, int64_t now,
                          int64_t *out_spec_id) {
    spec_row made = { .shop = shop, .created = now };
    if (shop >= w->options.shops || specs.len == 0 || !text_fine(specs, TEXT_BYTES) ||
        !text_fine(name, NAME_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    size_t cap = w->spec_cap;
    if (w->spec_count >= MAX_SPECS) {
        return WORLD_TOO_MANY;
    }
    if (!grow((void **)&w->specs, &cap, w->spec_count, sizeof *w->specs)) {
        return WORLD_NO_MEMORY;
    }
    w->spec_cap = (uint32_t)cap;
    while (specs.len > 0) {
        if (made.group_count == SPEC_GROUPS) {
            return WORLD_BAD_VALUE;
        }
        spec_group *group = &made.groups[made.group_count];
        world_deed deed = parse_group(w, cut(&specs, '^'), group);
        if (deed != WORLD_DONE) {
            return deed;
        }
        group->taobao_pid = 300000000 + (int64_t)w->spec_count * SPEC_GROUPS + made.group_count;
        made.group_count++;
    }
    made.name = name.len > 0 ? keep_text(w, name) : made.groups[0].name;
    if (!made.name) {
        return WORLD_NO_MEMORY;
    }
    *out_spec_id = spec_id(w->spec_count);
    w->specs[w->spec_count++] = made;
    w->version++;
    return WORLD_DONE;
}

world_deed world_spec_delete(world *w, uint32_t shop_number, int64_t id) {
    uint32_t index = shop_number < w->options.shops ? spec_index(w, shop_number, id) : WORLD_NONE;
    if (index == WORLD_NONE) {
        return WORLD_NOT_FOUND;
    }
    const shop_row *s = &w->shops[shop_number];
    for (size_t i = 0; shop_item(s, i) != WORLD_NONE; i++) {
        const item_row *it = &w->items[shop_item(s, i)];
        if (it->spec == index && !it->gone && it->sale != WORLD_DELETED) {
            return WORLD_IN_USE;
        }
    }
    w->specs[index].deleted = true;
    w->version++;
    return WORLD_DONE;
}

static void render_group(const spec_row *sp, uint32_t index, unsigned g, base_buf *out) {
    const spec_group *group = &sp->groups[g];
    long long id = (long long)spec_group_id(index, g);
    base_buf_printf(out, "%s{\"id\":%lld,\"spec_id\":%lld,\"name\":\"", g ? "," : "", id,
                    (long long)spec_id(index));
    form_escape(out, base_str_of(group->name));
    base_buf_printf(out, "\",\"pid\":0,\"is_leaf\":0,\"status\":0,\"values\":[");
    for (unsigned v = 0; v < group->count; v++) {
        base_buf_printf(out, "%s{\"id\":%lld,\"spec_id\":%lld,\"name\":\"", v ? "," : "",
                        (long long)spec_value_id(index, g, v), (long long)spec_id(index));
        form_escape(out, base_str_of(group->values[v]));
        base_buf_printf(out, "\",\"pid\":%lld,\"is_leaf\":1,\"status\":0}", id);
    }
    base_buf_add_text(out, "]}");
}

void spec_groups_write(const spec_row *sp, uint32_t index, base_buf *out) {
    for (unsigned g = 0; g < sp->group_count; g++) {
        render_group(sp, index, g, out);
    }
}

static void render_one(const world *w, uint32_t index, base_buf *out) {
    const spec_row *sp = &w->specs[index];
    base_buf_printf(out, "{\"id\":%lld,\"name\":\"", (long long)spec_id(index));
    form_escape(out, base_str_of(sp->name));
    base_buf_add_text(out, "\",\"specs\":[");
    spec_groups_write(sp, index, out);
    base_buf_add_text(out, "]}");
}

bool world_render_spec(world *w, uint32_t shop, int64_t id, base_buf *out) {
    uint32_t index = shop < w->options.shops ? spec_index(w, shop, id) : WORLD_NONE;
    if (index == WORLD_NONE) {
        return false;
    }
    render_one(w, index, out);
    return true;
}

bool world_render_specs(world *w, uint32_t shop, base_buf *out) {
    if (shop >= w->options.shops) {
        return false;
    }
    bool first = true;
    base_buf_add_char(out, '[');
    for (uint32_t i = 0; i < w->spec_count; i++) {
        if (w->specs[i].shop == shop && !w->specs[i].deleted) {
            if (!first) {
                base_buf_add_char(out, ',');
            }
            first = false;
            render_one(w, i, out);
        }
    }
    base_buf_add_char(out, ']');
    return true;
}
