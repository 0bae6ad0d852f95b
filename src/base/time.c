/*
 * Times as UTC seconds and their text forms: +08:00 as the platforms write them, RFC 3339, the HTTP
 * Date header. Its own calendar arithmetic, because libc's depends on the process's time zone and
 * locale. Does not ask what time it is, but for base_now().
 */
#include <string.h>

#include "base/base.h"

enum { CN_OFFSET_S = 8 * 3600, DAY_S = 86400, DAYS_TO_1970 = 719468, DAYS_IN_ERA = 146097 };

/* 1970-01-01 00:00:00 to 9999-12-31 23:59:59, both UTC. */
static const int64_t FIRST_S = 0;
static const int64_t LAST_S = INT64_C(253402300799);

typedef struct civil {
    int year, month, day, hour, minute, second;
    int weekday; /* 0 = Sunday */
} civil;

static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char WEEKDAYS[] = "SunMonTueWedThuFriSat";

int64_t base_now(const qd_clock *clock) {
    if (!clock) {
        clock = qd_clock_system();
    }
    int64_t ms = clock->wall_ms(clock->self);
    return ms / 1000 - (ms % 1000 < 0);
}

/* Days since 1970-01-01 of a proleptic Gregorian date. Years begin in March, so that the leap day
 * is the last of its year and the lengths of months follow one formula. */
static int64_t days_from_civil(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_IN_ERA + day_of_era - DAYS_TO_1970;
}

/* The inverse, with the time of day; s is not negative. */
static civil civil_from_seconds(int64_t s) {
    int64_t days = s / DAY_S;
    int rest = (int)(s % DAY_S);
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = shifted / DAYS_IN_ERA;
    int64_t day_of_era = shifted - era * DAYS_IN_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;
    civil c = { 0 };
    c.day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
    c.month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    c.year = (int)(year_of_era + era * 400 + (c.month <= 2));
    c.hour = rest / 3600;
    c.minute = rest / 60 % 60;
    c.second = rest % 60;
    c.weekday = (int)((days + 4) % 7); /* 1970-01-01 was a Thursday */
    return c;
}

static int month_days(int year, int month) {
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* False when it is no real date of 1970..9999; leap_second allows second 60. */
static bool seconds_from_civil(const civil *c, bool leap_second, int64_t *out) {
    if (c->year < 1970 || c->month < 1 || c->month > 12 || c->day < 1 ||
        c->day > month_days(c->year, c->month)) {
        return false;
    }
    if (c->hour > 23 || c->minute > 59 || c->second > (leap_second ? 60 : 59)) {
        return false;
    }
    *out = days_from_civil(c->year, c->month, c->day) * DAY_S + c->hour * 3600 + c->minute * 60 +
           c->second;
    return true;
}

static void put_digits(char *at, int count, int value) {
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* Reads `text` along a pattern: Y M D h m s take one digit each, `?` any character, anything else
 * itself. */
static bool scan(const char *text, const char *pattern, civil *out) {
    for (; *pattern; pattern++, text++) {
        int *field = NULL;
        switch (*pattern) {
        case 'Y':
            field = &out->year;
            break;
        case 'M':
            field = &out->month;
            break;
        case 'D':
            field = &out->day;
            break;
        case 'h':
            field = &out->hour;
            break;
        case 'm':
            field = &out->minute;
            break;
        case 's':
            field = &out->second;
            break;
        default:
            if (*pattern != '?' && *pattern != *text) {
                return false;
            }
            continue;
        }
        if (*text < '0' || *text > '9') {
            return false;
        }
        *field = *field * 10 + (*text - '0');
    }
    return true;
}

/* In +08:00; false outside 1970..9999 there. */
static bool civil_cn(int64_t utc_s, civil *out) {
    if (utc_s < FIRST_S - CN_OFFSET_S || utc_s > LAST_S - CN_OFFSET_S) {
        return false;
    }
    *out = civil_from_seconds(utc_s + CN_OFFSET_S);
    return true;
}

static void put_day(char *out, const civil *c) {
    put_digits(out, 4, c->year);
    out[4] = '-';
    put_digits(out + 5, 2, c->month);
    out[7] = '-';
    put_digits(out + 8, 2, c->day);
    out[10] = '\0';
}

static void put_clock(char *out, const civil *c) {
    put_digits(out, 2, c->hour);
    out[2] = ':';
    put_digits(out + 3, 2, c->minute);
    out[5] = ':';
    put_digits(out + 6, 2, c->second);
    out[8] = '\0';
}

void base_time_to_cn(int64_t utc_s, char out[BASE_TIME_TEXT]) {
    civil c;
    if (!civil_cn(utc_s, &c)) {
        memcpy(out, "-", 2);
        return;
    }
    put_day(out, &c);
    out[10] = ' ';
    put_clock(out + 11, &c);
}

void base_day_to_cn(int64_t utc_s, char out[BASE_DAY_TEXT]) {
    civil c;
    if (!civil_cn(utc_s, &c)) {
        memcpy(out, "-", 2);
        return;
    }
    put_day(out, &c);
}

int64_t base_day_start_cn(int64_t utc_s) {
    int64_t into = (utc_s % DAY_S + DAY_S + CN_OFFSET_S) % DAY_S;
    return utc_s < INT64_MIN + into ? INT64_MIN : utc_s - into;
}

bool base_time_from_cn(base_str text, int64_t *out_utc_s) {
    civil c = { 0 };
    bool fits = false;
    if (text.len == 19) {
        fits = scan(text.ptr, "YYYY-MM-DD hh:mm:ss", &c);
        if (!fits) {
            c = (civil){ 0 };
            fits = scan(text.ptr, "YYYY/MM/DD hh:mm:ss", &c);
        }
    } else if (text.len == 10) {
        fits = scan(text.ptr, "YYYY-MM-DD", &c);
    }
    int64_t local = 0;
    if (!fits || !seconds_from_civil(&c, false, &local)) {
        return false;
    }
    *out_utc_s = local - CN_OFFSET_S;
    return true;
}

/* What follows the seconds: an optional fraction, then Z or +hh:mm. */
static bool rfc3339_offset(base_str rest, int64_t *out_offset_s) {
    size_t i = 0;
    if (i < rest.len && rest.ptr[i] == '.') {
        size_t first = ++i;
        while (i < rest.len && rest.ptr[i] >= '0' && rest.ptr[i] <= '9') {
            i++;
        }
        if (i == first) {
            return false;
        }
    }
    const char *zone = rest.ptr + i;
    size_t left = rest.len - i;
    if (left == 1 && (*zone == 'Z' || *zone == 'z')) {
        *out_offset_s = 0;
        return true;
    }
    civil c = { 0 };
    if (left != 6 || (*zone != '+' && *zone != '-') || !scan(zone + 1, "hh:mm", &c) ||
        c.hour > 23 || c.minute > 59) {
        return false;
    }
    int64_t size = c.hour * 3600 + c.minute * 60;
    *out_offset_s = *zone == '-' ? -size : size;
    return true;
}

bool base_time_from_rfc3339(base_str text, int64_t *out_utc_s) {
    civil c = { 0 };
    int64_t local = 0;
    int64_t offset = 0;
    if (text.len < 20 || !scan(text.ptr, "YYYY-MM-DD?hh:mm:ss", &c) ||
        !memchr("Tt ", text.ptr[10], 3)) {
        return false;
    }
    if (!rfc3339_offset((base_str){ text.ptr + 19, text.len - 19 }, &offset) ||
        !seconds_from_civil(&c, true, &local)) {
        return false;
    }
    *out_utc_s = local - offset;
    return true;
}

/* 1-based place of a three-letter name in a table of them; 0 when it is not there. */
static int name_place(const char *names, const char *name) {
    for (int i = 0; names[i * 3]; i++) {
        if (memcmp(names + i * 3, name, 3) == 0) {
            return i + 1;
        }
    }
    return 0;
}

bool base_time_from_http(base_str text, int64_t *out_utc_s) {
    civil c = { 0 };
    if (text.len != 29 || !scan(text.ptr, "???, DD ??? YYYY hh:mm:ss ???", &c) ||
        memcmp(text.ptr + 26, "GMT", 3) != 0 || name_place(WEEKDAYS, text.ptr) == 0) {
        return false;
    }
    c.month = name_place(MONTHS, text.ptr + 8);
    return seconds_from_civil(&c, true, out_utc_s);
}

void base_time_to_http(int64_t utc_s, char out[BASE_HTTP_DATE]) {
    if (utc_s < FIRST_S || utc_s > LAST_S) {
        memcpy(out, "-", 2);
        return;
    }
    civil c = civil_from_seconds(utc_s);
    memcpy(out, WEEKDAYS + c.weekday * 3, 3);
    memcpy(out + 3, ", ", 2);
    put_digits(out + 5, 2, c.day);
    out[7] = ' ';
    memcpy(out + 8, MONTHS + (c.month - 1) * 3, 3);
    out[11] = ' ';
    put_digits(out + 12, 4, c.year);
    out[16] = ' ';
    put_clock(out + 17, &c);
    memcpy(out + 25, " GMT", 5);
}
