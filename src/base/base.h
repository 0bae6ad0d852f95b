/*
 * The door of room base (floor 0): errors, text, memory, log, time, money, secrets, randomness,
 * files. Knows no library but libc, and no platform.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "qiandian/error.h"
#include "qiandian/log.h"
#include "qiandian/sys/clock.h"

/* ---- errors ---- */

/* Fills err (may be NULL) with status, the retry class of base_retry_of() and a one-line message;
 * returns status. Control characters in the message become spaces. Every other field is cleared
 * (code, sub_code, http_status, limited_until ...): set those after it. The arguments may point
 * into *err. */
QD_PRINTF(3, 4) qd_status base_fail(qd_err *err, qd_status status, const char *fmt, ...);
/* Puts "context: " before the message that is there; code, status and the rest stay. Returns
 * err->status, and QD_E_INVALID when err is NULL: a caller whose err may be NULL keeps the status
 * itself. */
QD_PRINTF(2, 3) qd_status base_err_prefix(qd_err *err, const char *fmt, ...);
/* The retry class that a status has unless the platform's rules say otherwise: LIMITED is UNTIL;
 * UNAVAILABLE, TIMEOUT and BUSY are LATER; AUTH is REAUTH; UNKNOWN_OUTCOME is CHECK; else NEVER. */
qd_retry base_retry_of(qd_status status);

/* ---- borrowed text ---- */

typedef struct base_str {
    const char *ptr; /* not necessarily NUL-terminated; may be NULL when len is 0 */
    size_t len;
} base_str;

#define BASE_STR(literal) ((base_str){ "" literal, sizeof(literal) - 1 })
base_str base_str_of(const char *text); /* NULL gives the empty one */
bool base_str_eq(base_str a, base_str b);
bool base_str_is(base_str a, const char *text);
int base_str_cmp(base_str a, base_str b); /* byte order */
/* Whole text as a decimal int64 (sign allowed, nothing else, no overflow); false leaves *out alone.
 */
bool base_str_to_i64(base_str s, int64_t *out);
/* Copies up to size-1 bytes and ends with NUL, never inside a UTF-8 character. False when it did
 * not fit. */
bool base_copy(char *dst, size_t size, base_str src);
/* Valid UTF-8 (no overlong forms, no surrogates)? */
bool base_utf8_valid(base_str s);

/* ---- bounded growing buffer ---- */

/* Sticky failure: after a failed append every further one is a no-op, so a writer checks once at
 * the end. data is always NUL-terminated (data[len] == 0) once anything was appended; "" through
 * base_buf_text(). */
typedef struct base_buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max; /* most bytes it may hold, without the NUL */
    bool failed;
} base_buf;

void base_buf_init(base_buf *buf, size_t max);
void base_buf_clear(base_buf *buf); /* frees; usable again with the same max */
/* Like clear, but overwrites first: for secrets. Growing moves the bytes without a wipe, so a
 * writer of secrets asks base_buf_room() for all of it before the first one. */
void base_buf_wipe(base_buf *buf);
void base_buf_reset(base_buf *buf); /* keeps the memory, drops text and failure */
void base_buf_add(base_buf *buf, const void *data, size_t len);
void base_buf_add_str(base_buf *buf, base_str s);
void base_buf_add_text(base_buf *buf, const char *text); /* NULL adds nothing */
void base_buf_add_char(base_buf *buf, char c);
void base_buf_add_i64(base_buf *buf, int64_t value);
QD_PRINTF(2, 3) void base_buf_printf(base_buf *buf, const char *fmt, ...);
/* Makes room for len more bytes and returns where they go (then set buf->len yourself); NULL when
 * it cannot. */
char *base_buf_room(base_buf *buf, size_t len);
const char *base_buf_text(const base_buf *buf);
base_str base_buf_str(const base_buf *buf);
/* QD_OK, or QD_E_NOMEM naming `what` and the bound. */
QD_NODISCARD qd_status base_buf_check(const base_buf *buf, const char *what, qd_err *err);
/* Hands the memory (NUL-terminated, free() it) to the caller and empties buf; NULL after a failure.
 */
char *base_buf_take(base_buf *buf);

/* ---- arena ---- */

/* Many small allocations with one life (a call, a request). Not thread-safe. */
typedef struct base_arena base_arena;
base_arena *base_arena_new(size_t max_bytes); /* NULL when out of memory */
void base_arena_free(base_arena *arena);      /* NULL is accepted */
void base_arena_reset(base_arena *arena);     /* everything given out is gone; keeps one block */
/* Aligned for any type, zeroed; NULL when memory or the bound is out. */
void *base_arena_alloc(base_arena *arena, size_t size); /* size 0 gives a pointer, too */
/* NUL-terminated copy; NULL when out of room. */
char *base_arena_dup(base_arena *arena, base_str s);
QD_PRINTF(2, 3) char *base_arena_printf(base_arena *arena, const char *fmt, ...);

/* ---- log ---- */

QD_PRINTF(3, 4) void base_log(qd_log_level level, const char *room, const char *fmt, ...);

/* ---- time: int64 UTC seconds; text forms are +08:00 as the platforms write them ---- */

/* All readers take the years 1970..9999 only and leave *out_utc_s alone when they return false. */

int64_t base_now(const qd_clock *clock); /* UTC seconds; NULL asks qd_clock_system() */
enum { BASE_TIME_TEXT = 20 };            /* "yyyy-MM-dd HH:mm:ss" and NUL */
/* "yyyy-MM-dd HH:mm:ss" at +08:00. Years 1970..9999; others give "-". */
void base_time_to_cn(int64_t utc_s, char out[BASE_TIME_TEXT]);
/* Accepts "yyyy-MM-dd HH:mm:ss", "yyyy/MM/dd HH:mm:ss" and "yyyy-MM-dd" at +08:00; real calendar
 * dates only. */
bool base_time_from_cn(base_str text, int64_t *out_utc_s);
/* Accepts RFC 3339 ("2020-09-10T16:27:56.528+08:00", "...Z"); the fraction is dropped. */
bool base_time_from_rfc3339(base_str text, int64_t *out_utc_s);
/* The HTTP Date header ("Sun, 06 Nov 1994 08:49:37 GMT"), both ways. */
enum { BASE_HTTP_DATE = 32 };
bool base_time_from_http(base_str text, int64_t *out_utc_s);
void base_time_to_http(int64_t utc_s, char out[BASE_HTTP_DATE]); /* else "-" */
/* The start of the +08:00 day that holds utc_s, and its text "yyyy-MM-dd". */
int64_t base_day_start_cn(int64_t utc_s);
enum { BASE_DAY_TEXT = 11 };
void base_day_to_cn(int64_t utc_s, char out[BASE_DAY_TEXT]);

/* ---- money: int64 fen ---- */

/* "12", "12.3", "-0.05", "12.340" (a further digit other than 0 is refused, and so are "+1", ".5",
 * "1.", blanks and what does not fit). False leaves *out alone. */
bool base_fen_from_yuan(base_str text, int64_t *out_fen);
enum { BASE_FEN_TEXT = 24 };
void base_fen_to_yuan(int64_t fen, char out[BASE_FEN_TEXT]); /* "-0.05" */

/* ---- secrets ---- */

/* Heap copy, wiped on clear, never formatted. */
typedef struct base_secret {
    char *ptr; /* NUL-terminated; NULL when empty */
    size_t len;
} base_secret;

QD_NODISCARD qd_status base_secret_set(base_secret *secret, base_str value,
                                       qd_err *err); /* wipes the old */
void base_secret_clear(base_secret *secret);
bool base_secret_equal(base_str a, base_str b); /* time depends on the lengths only */
void base_wipe(void *ptr, size_t len);          /* not optimised away */

/* ---- randomness ---- */

/* Seeded, reproducible, not for secrets (the sandbox's world, jitter): the same seed gives the same
 * numbers on every machine. */
typedef struct base_rng {
    uint64_t state[4];
} base_rng;
void base_rng_seed(base_rng *rng, uint64_t seed);
uint64_t base_rng_next(base_rng *rng);
/* Uniform in [low, high], low <= high. */
int64_t base_rng_range(base_rng *rng, int64_t low, int64_t high);
/* A stateless mix of two numbers: the seed of a thing from the seed of its world and its index. */
uint64_t base_mix(uint64_t a, uint64_t b);

/* ---- files ---- */

/* Appends a whole file of at most max bytes; out is unchanged on failure. @retval QD_E_NOT_FOUND
 * QD_E_IO  QD_E_NOMEM (longer than max, or than out's bound) */
QD_NODISCARD qd_status base_file_read(const char *path, size_t max, base_buf *out, qd_err *err);
/* Writes beside and renames over, fsync of file and folder before it returns; mode such as 0600,
 * whatever the umask. On failure the old file is still there and the one beside it is gone.
 * @retval QD_E_NOT_FOUND no such folder  @retval QD_E_IO full disk, permission... with the reason
 */
QD_NODISCARD qd_status base_file_write(const char *path, base_str data, unsigned mode, qd_err *err);
/* mkdir -p with mode 0700 for what is new. */
QD_NODISCARD qd_status base_dir_make(const char *path, qd_err *err);

/* An OS lock on a file (open-file-description lock: works between threads and processes, freed by
 * the kernel when the holder dies). The file is made when missing and never removed. A forked child
 * shares its parent's lock until one of them releases it or both have died. */
typedef struct base_lock base_lock;
/* @retval QD_E_BUSY somebody else holds it */
QD_NODISCARD qd_status base_lock_try(const char *path, base_lock **out_lock, qd_err *err);
void base_lock_release(base_lock *lock); /* NULL is accepted */

/* ---- configuration table ---- */

typedef enum base_conf_type { BASE_CONF_TEXT, BASE_CONF_INT, BASE_CONF_BOOL } base_conf_type;

/* One row a setting; help, documentation, defaults and checks all come from it. */
typedef struct base_conf_row {
    const char *name; /* "sync.workers" */
    const char *env;  /* "QD_SYNC_WORKERS" */
    base_conf_type type;
    const char *fallback; /* the default as text; NULL = unset */
    int64_t min, max;     /* of an INT */
    const char *unit;     /* "s", "ms", "bytes" or "" */
    const char *help;     /* one sentence */
} base_conf_row;

typedef struct base_conf base_conf;
/* Values: the default, then the file, then the environment (an empty variable counts as unset). The
 * file has lines `name = value`; a line that begins with # is a comment, the value is the rest of
 * the line without blanks around it, the last line of a name counts, a missing file is fine. An
 * unknown name or a bad value is an error that names file and line. The table must outlive the
 * object. @retval QD_E_INVALID  @retval QD_E_IO  @retval QD_E_NOMEM */
QD_NODISCARD qd_status base_conf_load(const base_conf_row *rows, size_t count,
                                      const char *path_or_null, base_conf **out_conf, qd_err *err);
void base_conf_free(base_conf *conf);
/* The name must be in the table with this type (asserted). Text is borrowed from conf; NULL when
 * unset, and an unset number is 0, an unset boolean false. */
const char *base_conf_text(const base_conf *conf, const char *name);
int64_t base_conf_int(const base_conf *conf, const char *name);
bool base_conf_bool(const base_conf *conf, const char *name);
/* The table as Markdown, for docs/configuration.md and `qd doctor`. */
void base_conf_describe(const base_conf_row *rows, size_t count, base_buf *out);

#endif
