/* Feeds every file of the folders (or the files) named to the harness once: a corpus as a test. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { MOST_BYTES = 16 * 1024 * 1024 };

static int files;

static void feed(const char *path) {
    base_buf text;
    qd_err err;
    base_buf_init(&text, MOST_BYTES);
    if (base_file_read(path, MOST_BYTES, &text, &err) != QD_OK) {
        fprintf(stderr, "replay: %s\n", err.message);
        exit(1);
    }
    /* A copy of its exact size, so that the sanitizer sees a read past its end. */
    uint8_t *exact = malloc(text.len > 0 ? text.len : 1);
    FUZZ_CHECK(exact != NULL);
    memcpy(exact, base_buf_text(&text), text.len);
    (void)LLVMFuzzerTestOneInput(exact, text.len);
    free(exact);
    base_buf_clear(&text);
    files++;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder == NULL) {
            feed(argv[i]);
            continue;
        }
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            char path[1024];
            if (entry->d_name[0] != '.') {
                snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
                feed(path);
            }
        }
        closedir(folder);
    }
    printf("%d inputs\n", files);
    return files > 0 ? 0 : 1;
}
