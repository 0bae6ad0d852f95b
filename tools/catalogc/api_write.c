/*
 * Writes the typed headers: OUT/<platform>/<group>.h and OUT/<platform>.h, which includes them all.
 * Headers of groups that are gone are removed.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"

enum { OFFLINE = 1, PARAMS_UNKNOWN = 2, PARAMS_NAMES_ONLY = 4 };
enum { KIND_READ, KIND_WRITE, KIND_KEYED };

/* ---- names of the methods ---- */

const char *api_function(const api_platform *api, const catc_method *method) {
    const catc_method *first = catc_vec_at(&api->catalog->methods, api->platform->method_first);
    return api->functions[method - first];
}

/* qd_<platform>_<method>; a platform's own name in front of the method is not said twice. */
static const char *function_of(const catc_platform *platform, const catc_method *method) {
    size_t len = strlen(platform->name);
    const char *name = method->name;
    if (strncmp(name, platform->name, len) == 0 && name[len] == '.') {
        name += len + 1;
    }
    return catc_format("qd_%s_%s", api_word(platform->name), api_word(name));
}

static void name_methods(api_platform *api) {
    static const char *const TAILS[] = { "", "_args", "_api" };
    const catc_platform *platform = api->platform;
    api->functions = catc_alloc(platform->method_count * sizeof(*api->functions));
    for (uint32_t i = 0; i < platform->method_count; i++) {
        const catc_method *method = catc_vec_at(&api->catalog->methods, platform->method_first + i);
        api->functions[i] = function_of(platform, method);
        for (size_t k = 0; k < sizeof(TAILS) / sizeof(*TAILS); k++) {
            const char *name = catc_format("%s%s", api->functions[i], TAILS[k]);
            (void)api_names_add(&api->wanted, name);
            if (!api_names_add(&api->names, name)) {
                catc_place at = { NULL, platform->name, 0 };
                catc_bad(&at, "%s and another method would both be %s() in C", method->name, name);
            }
        }
    }
}

/* ---- one method ---- */

static const char *kind_text(const catc_catalog *catalog, const catc_method *method) {
    switch (method->kind) {
    case KIND_READ:
        return "Reads.";
    case KIND_KEYED:
        return catc_format("Writes; safe to repeat with the same %s.",
                           catc_pool_text(&catalog->texts, method->key));
    default:
        return "Writes.";
    }
}

static void page_text(const catc_catalog *catalog, const catc_method *method, catc_out *out) {
    if (!method->page) {
        return;
    }
    const catc_page *page = catc_vec_at(&catalog->pages, method->page - 1);
    const char *param = catc_pool_text(&catalog->texts, page->page_param);
    const char *size = catc_pool_text(&catalog->texts, page->size_param);
    if (!*param) {
        return;
    }
    catc_out_printf(out, "\nPages: %s from %lld", param, (long long)page->first);
    if (*size) {
        catc_out_printf(out, ", %s", size);
    }
    if (*size && page->size_max) {
        catc_out_printf(out, " at most %lld", (long long)page->size_max);
    }
    catc_out_printf(out, ".");
}

static void write_comment(const catc_catalog *catalog, const catc_method *method, catc_out *out) {
    catc_out text = { 0 };
    const char *title = api_comment_text(catc_pool_text(&catalog->docs, method->title));
    const char *doc = api_comment_text(catc_pool_text(&catalog->docs, method->doc));
    catc_out_printf(&text, "%s%s%s\n%s", method->name, *title ? ": " : "", title,
                    kind_text(catalog, method));
    if (*doc) {
        catc_out_printf(&text, " Documents: %s", doc);
    }
    if (method->flags & OFFLINE) {
        catc_out_printf(&text, "\nRetired by the platform.");
    }
    if (method->flags & PARAMS_UNKNOWN) {
        catc_out_printf(&text, "\nIts parameters are not known: give them in extra_json.");
    } else if (method->flags & PARAMS_NAMES_ONLY) {
        catc_out_printf(&text, "\nOnly the names of its parameters are known.");
    }
    page_text(catalog, method, &text);
    if (!method->answer_known) {
        catc_out_printf(&text, "\nIts answer is not known.");
    }
    api_comment(out, 0, text.data);
}

static void write_method(api_views *views, const catc_method *method, catc_out *out) {
    const char *function = api_function(views->api, method);
    catc_out_printf(out, "\n");
    write_comment(views->api->catalog, method, out);
    api_args_write(views->api, method, out);
    catc_out_printf(out, "QD_NODISCARD static inline qd_status %s(\n", function);
    catc_out_printf(out, "    qd_shop *shop, const %s_args *args,\n", function);
    catc_out_printf(out, "    qd_reply **out_reply, qd_err *err) {\n");
    catc_out_printf(
        out, "    return qd_call_args(shop, %s_api(), args, NULL, out_reply, err);\n}\n", function);
    api_views_of_method(views, method, out);
}

/* ---- files ---- */

static const char *group_name(const catc_catalog *catalog, size_t index) {
    const catc_group *group = catc_vec_at(&catalog->groups, index);
    return catc_pool_text(&catalog->texts, group->name);
}

static bool write_group(api_views *views, size_t index, const char *folder) {
    const catc_catalog *catalog = views->api->catalog;
    const catc_platform *platform = views->api->platform;
    const catc_group *group = catc_vec_at(&catalog->groups, index);
    const char *name = group_name(catalog, index);
    const char *guard =
        catc_format("QIANDIAN_API_%s_%s_H", api_word(platform->name), api_word(name));
    const char *title = api_comment_text(catc_pool_text(&catalog->docs, group->title));
    catc_out out = { 0 };
    catc_out_printf(&out,
                    "/* %s, group %s%s%s. Made by catalogc from the catalogue; see "
                    "docs/typed-api.md. */\n",
                    platform->name, name, *title ? ": " : "", title);
    catc_out_printf(&out, "#ifndef %s\n#define %s\n\n", guard, guard);
    catc_out_printf(&out, "#include \"qiandian/args.h\"\n#include \"qiandian/view.h\"\n\n"
                          "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    for (uint32_t i = 0; i < platform->method_count; i++) {
        const catc_method *method = catc_vec_at(&catalog->methods, platform->method_first + i);
        if ((size_t)method->group == index) {
            write_method(views, method, &out);
        }
    }
    api_views_of_group(views, &out);
    catc_out_printf(&out, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
    return catc_out_save(&out, folder, catc_format("%s.h", name));
}

/* What the accessors of all groups are about; one for each group of the platform. */
static api_views *gather_views(api_platform *api) {
    const catc_catalog *catalog = api->catalog;
    const catc_platform *platform = api->platform;
    api_views *all = catc_alloc((platform->group_count + 1) * sizeof(*all));
    for (uint32_t i = 0; i < platform->group_count; i++) {
        api_views_init(&all[i], api, group_name(catalog, platform->group_first + i));
    }
    for (uint32_t i = 0; i < platform->method_count; i++) {
        const catc_method *method = catc_vec_at(&catalog->methods, platform->method_first + i);
        api_views_gather(&all[(uint32_t)method->group - platform->group_first], method);
    }
    for (uint32_t i = 0; i < platform->group_count; i++) {
        api_views_claim(&all[i]);
    }
    return all;
}

/* Headers that this run did not write. */
static void remove_old(const char *folder, api_names *written) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        size_t len = strlen(entry->d_name);
        if (len > 2 && strcmp(entry->d_name + len - 2, ".h") == 0 &&
            api_names_add(written, catc_dup(entry->d_name, len))) {
            (void)unlink(catc_format("%s/%s", folder, entry->d_name));
        }
    }
    if (dir) {
        closedir(dir);
    }
}

static bool write_platform(api_platform *api, const char *folder) {
    const catc_platform *platform = api->platform;
    char *inner = catc_format("%s/%s", folder, platform->name);
    catc_out all = { 0 };
    api_names written = { 0 };
    if (mkdir(inner, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "catalogc: cannot make %s: %s\n", inner, strerror(errno));
        return false;
    }
    bool good = true;
    api_views *views = gather_views(api);
    catc_out_printf(&all,
                    "/* Every group of %s; a program includes the groups that it uses. Made by "
                    "catalogc. */\n#ifndef QIANDIAN_API_%s_H\n#define QIANDIAN_API_%s_H\n\n",
                    platform->name, api_word(platform->name), api_word(platform->name));
    for (uint32_t i = 0; i < platform->group_count && good; i++) {
        size_t index = platform->group_first + i;
        const char *name = group_name(api->catalog, index);
        good = write_group(&views[i], index, inner);
        (void)api_names_add(&written, catc_format("%s.h", name));
        catc_out_printf(&all, "#include \"qiandian/api/%s/%s.h\"\n", platform->name, name);
    }
    catc_out_printf(&all, "\n#endif\n");
    remove_old(inner, &written);
    return good && catc_out_save(&all, folder, catc_format("%s.h", platform->name));
}

bool api_write(const catc_catalog *catalog, const char *folder) {
    bool good = true;
    for (size_t i = 0; i < catalog->platforms.count && good; i++) {
        api_platform api = { .catalog = catalog, .platform = catc_vec_at(&catalog->platforms, i) };
        name_methods(&api);
        good = catc_mistakes() == 0 && write_platform(&api, folder);
    }
    return good;
}
