/*
 * catalogc tables FILE OUT          tables.json -> OUT/tables.h, OUT/store_tables.inc
 *
 * Exit codes: 0 written, 1 mistakes in the catalogue (told on standard error), 2 usage.
 */
#include <string.h>

#include "catalogc.h"

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

int main(int argc, char **argv) {
    int code = 2;
    if (argc == 4 && strcmp(argv[1], "tables") == 0) {
        code = make_tables(argv[2], argv[3]);
    } else {
        fputs("usage: catalogc tables TABLES_JSON OUT_FOLDER\n", stderr);
    }
    catc_free_all();
    return code;
}
