/*
 * Texts of the typed headers: what the pools hold, comments, literals.
 */
#include <string.h>

#include "api.h"

enum { COLUMNS = 100 };

const char *api_comment_text(const char *text) {
    char *made = catc_alloc(strlen(text) * 2 + 1);
    size_t len = 0;
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte <= ' ' || byte == 0x7f) {
            if (len > 0 && made[len - 1] != ' ') {
                made[len++] = ' ';
            }
            continue;
        }
        bool marks = len > 0 && ((made[len - 1] == '*' && byte == '/') ||
                                 (made[len - 1] == '/' && byte == '*'));
        if (marks) {
            made[len++] = ' ';
        }
        made[len++] = byte == '\\' ? '/' : *c; /* a backslash could splice lines */
    }
    while (len > 0 && made[len - 1] == ' ') {
        len--;
    }
    made[len] = '\0';
    return made;
}

/* A line break in text begins a new line. */
void api_comment(catc_out *out, int indent, const char *text) {
    size_t room = (size_t)(COLUMNS - indent - 3);
    catc_out_printf(out, "%*s/*\n", indent, "");
    while (*text) {
        size_t end = strcspn(text, "\n");
        if (end > room) {
            size_t cut = room;
            while (cut > 0 && text[cut] != ' ') {
                cut--;
            }
            if (cut == 0) { /* no blank: as long as it is, up to the next one */
                cut = strcspn(text, " \n");
            }
            end = cut;
        }
        catc_out_printf(out, "%*s *%s%.*s\n", indent, "", end ? " " : "", (int)end, text);
        text += end;
        text += *text == ' ' || *text == '\n';
    }
    catc_out_printf(out, "%*s */\n", indent, "");
}

void api_quote(catc_out *out, const char *text) {
    catc_out_printf(out, "\"");
    catc_out_escaped(out, text, strlen(text));
    catc_out_printf(out, "\"");
}
