/*
 * Progress of a run over many shops and streams: one line on standard error, drawn over itself at
 * most ten times a second, and only where standard error is a terminal. Rows of all streams are
 * added up; the time left comes from the rate so far.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

enum { REDRAW_MS = 100, STREAMS_MAX = 4096, BAR = 24 };

typedef struct stream_state {
    char shop[40];
    char stream[32];
    int64_t rows;
    int64_t expected;
} stream_state;

struct cli_progress {
    stream_state *streams;
    size_t count;
    int64_t began_ms;
    int64_t drawn_ms;
    base_buf line;
};

cli_progress *cli_progress_new(const cli_context *context) {
    if (!context->err_terminal || context->format == CLI_JSON || context->format == CLI_NDJSON) {
        return NULL;
    }
    cli_progress *progress = calloc(1, sizeof *progress);
    if (progress) {
        progress->began_ms = cli_mono_ms();
        base_buf_init(&progress->line, 4096);
    }
    return progress;
}

void cli_progress_free(cli_progress *progress) {
    if (!progress) {
        return;
    }
    fputs("\r\033[K", stderr);
    fflush(stderr);
    base_buf_clear(&progress->line);
    free(progress->streams);
    free(progress);
}

static stream_state *state_of(cli_progress *progress, const sync_progress *given) {
    for (size_t i = 0; i < progress->count; i++) {
        stream_state *state = &progress->streams[i];
        if (strcmp(state->shop, given->shop) == 0 && strcmp(state->stream, given->stream) == 0) {
            return state;
        }
    }
    if (progress->count >= STREAMS_MAX) {
        return NULL;
    }
    stream_state *more = realloc(progress->streams, (progress->count + 1) * sizeof *more);
    if (!more) {
        return NULL;
    }
    progress->streams = more;
    stream_state *state = &more[progress->count++];
    memset(state, 0, sizeof *state);
    base_copy(state->shop, sizeof state->shop, base_str_of(given->shop));
    base_copy(state->stream, sizeof state->stream, base_str_of(given->stream));
    return state;
}

static void add_bar(base_buf *line, int64_t rows, int64_t expected) {
    int filled = expected > 0 ? (int)(rows * BAR / expected) : 0;
    filled = filled > BAR ? BAR : filled;
    base_buf_add_char(line, '[');
    for (int i = 0; i < BAR; i++) {
        base_buf_add_char(line, i < filled ? '=' : i == filled ? '>' : ' ');
    }
    base_buf_add_text(line, "] ");
}

static void draw(cli_progress *progress, const sync_progress *latest, int64_t now) {
    int64_t rows = 0, expected = 0;
    bool known = true;
    for (size_t i = 0; i < progress->count; i++) {
        const stream_state *state = &progress->streams[i];
        rows += state->rows;
        known = known && state->expected >= 0;
        expected += state->expected > state->rows ? state->expected : state->rows;
    }
    double seconds = (double)(now - progress->began_ms) / 1000.0;
    double rate = seconds > 0.2 ? (double)rows / seconds : 0.0;
    base_buf *line = &progress->line;
    base_buf_reset(line);
    base_buf_add_text(line, "\r");
    if (known) {
        add_bar(line, rows, expected);
    }
    cli_thousands(line, rows);
    if (known) {
        base_buf_add_text(line, " of ");
        cli_thousands(line, expected);
    }
    base_buf_add_text(line, " rows, ");
    cli_thousands(line, (int64_t)rate);
    base_buf_add_text(line, "/s");
    if (known && rate > 0 && expected > rows) {
        base_buf_printf(line, ", %.0f s left", (double)(expected - rows) / rate);
    }
    base_buf_printf(line, "  %.40s %.20s %.12s\033[K", latest->shop, latest->stream, latest->phase);
    fputs(base_buf_text(line), stderr);
    fflush(stderr);
}

void cli_progress_show(void *user, const sync_progress *state) {
    cli_progress *progress = user;
    if (!progress) {
        return;
    }
    stream_state *kept = state_of(progress, state);
    if (kept) {
        kept->rows = state->rows;
        kept->expected = state->expected;
    }
    int64_t now = cli_mono_ms();
    if (now - progress->drawn_ms >= REDRAW_MS) {
        progress->drawn_ms = now;
        draw(progress, state, now);
    }
}
