/*
 * catalogc tables TABLES_JSON OUT       -> OUT/tables.h, OUT/store_tables.inc
 * catalogc catalog CATALOG_FOLDER OUT   -> OUT/{texts,methods,params,model,docs}.c
 * catalogc api CATALOG_FOLDER OUT       -> OUT/PLATFORM/GROUP.h, OUT/PLATFORM.h
 * catalogc check CATALOG_FOLDER         reads and checks everything, writes nothing
 *
 * A folder in CATALOG_FOLDER with a platform.json is a platform. Exit codes: 0 good, 1 mistakes in
 * the catalogue (told on standard error) or a file cannot be written, 2 usage.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

enum { PLATFORMS_MAX = 64 };

static int finish(bool written) {
    if (catc_mistakes()) {
        fprintf(stderr, "catalogc: %zu mistake(s), nothing written\n", catc_mistakes());
    }
    return written && catc_mistakes() == 0 ? 0 : 1;
}

static int make_tables(const char *path, const char *folder) {
    catc_tables tables = { 0 };
    catc_out header = { 0 }, store = { 0 };
    catc_tables_load(path, &tables, &header, &store);
    bool written = catc_mistakes() == 0 && catc_out_save(&header, folder, "tables.h") &&
                   catc_out_save(&store, folder, "store_tables.inc");
    return finish(written);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the platforms' folders, sorted; their number, or -1. */
static int list_platforms(const char *folder, const char **names) {
    DIR *dir = opendir(folder);
    if (!dir) {
        fprintf(stderr, "catalogc: cannot read %s: %s\n", folder, strerror(errno));
        return -1;
    }
    int count = 0;
    for (struct dirent *entry = readdir(dir); entry && count < PLATFORMS_MAX;
         entry = readdir(dir)) {
        FILE *file = entry->d_name[0] == '.'
                         ? NULL
                         : fopen(catc_format("%s/%s/platform.json", folder, entry->d_name), "rb");
        if (file) {
            fclose(file);
            names[count++] = catc_dup(entry->d_name, strlen(entry->d_name));
        }
    }
    closedir(dir);
    qsort(names, (size_t)count, sizeof(*names), by_text);
    return count;
}

static void init(catc_catalog *catalog, const char *folder) {
    catalog->folder = folder;
    catc_pool_init(&catalog->texts);
    catc_pool_init(&catalog->docs);
    catc_set_init(&catalog->params, sizeof(catc_param));
    catc_set_init(&catalog->param_lists, sizeof(uint32_t));
    catc_set_init(&catalog->enums, sizeof(catc_word));
    catc_set_init(&catalog->answers, sizeof(catc_answer));
    catc_set_init(&catalog->answer_lists, sizeof(uint32_t));
    catc_set_init(&catalog->method_errors, sizeof(catc_method_error));
    catc_set_init(&catalog->outcomes, sizeof(catc_outcome));
    catc_vec_init(&catalog->pages, sizeof(catc_page));
    catc_vec_init(&catalog->windows, sizeof(catc_window));
    catc_vec_init(&catalog->methods, sizeof(catc_method));
    catc_vec_init(&catalog->groups, sizeof(catc_group));
    catc_vec_init(&catalog->errors, sizeof(catc_error));
    catc_vec_init(&catalog->platforms, sizeof(catc_platform));
    catc_vec_init(&catalog->streams, sizeof(catc_stream));
    catc_vec_init(&catalog->sources, sizeof(catc_source));
    catc_vec_init(&catalog->maps, sizeof(catc_map));
    catc_vec_init(&catalog->map_columns, sizeof(catc_map_column));
    catc_vec_init(&catalog->map_enums, sizeof(catc_pair));
    catc_vec_init(&catalog->map_children, sizeof(uint32_t));
}

/* Reads everything; `pass` (NULL: none) makes something of it. */
static int run_pass(const char *folder, catc_pass *pass, const char *out_folder) {
    catc_catalog catalog = { 0 };
    catc_out header = { 0 }, store = { 0 };
    const char *names[PLATFORMS_MAX];
    init(&catalog, folder);
    catc_tables_load(catc_format("%s/tables.json", folder), &catalog.tables, &header, &store);
    int count = catc_mistakes() ? 0 : list_platforms(folder, names);
    for (int i = 0; i < count; i++) {
        catc_platform_load(&catalog, names[i]);
    }
    if (count <= 0 && catc_mistakes() == 0) {
        fprintf(stderr, "catalogc: %s has no platforms\n", folder);
        return 1;
    }
    bool good = catc_mistakes() == 0 && (!pass || pass(&catalog, out_folder));
    return finish(good);
}

/* Commands that read the catalogue: COMMAND CATALOG_FOLDER OUT_FOLDER. */
static const struct {
    const char *name;
    catc_pass *pass;
} PASSES[] = {
    { "catalog", catc_write },
    { "api", api_write },
};

int main(int argc, char **argv) {
    int code = 2;
    if (argc == 4 && strcmp(argv[1], "tables") == 0) {
        code = make_tables(argv[2], argv[3]);
    } else if (argc == 3 && strcmp(argv[1], "check") == 0) {
        code = run_pass(argv[2], NULL, NULL);
    }
    for (size_t i = 0; argc == 4 && i < sizeof(PASSES) / sizeof(*PASSES); i++) {
        if (strcmp(argv[1], PASSES[i].name) == 0) {
            code = run_pass(argv[2], PASSES[i].pass, argv[3]);
        }
    }
    if (code == 2) {
        fputs("usage: catalogc tables TABLES_JSON OUT_FOLDER\n"
              "       catalogc catalog CATALOG_FOLDER OUT_FOLDER\n"
              "       catalogc api CATALOG_FOLDER OUT_FOLDER\n"
              "       catalogc check CATALOG_FOLDER\n",
              stderr);
    }
    catc_free_all();
    return code;
}
