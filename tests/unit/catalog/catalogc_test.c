/*
 * catalogc is the gate of the catalogue: fed with a small good one and with the same broken in one
 * place, it must say what is wrong, in which file, at which JSON pointer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

extern char **environ;

typedef struct text_file {
    const char *name, *text;
} text_file;

static const text_file GOOD[] = {
    { "tables.json",
      "{\"tables\":[{\"name\":\"orders\",\"key\":[\"shop\",\"order_id\"],\"columns\":["
      "{\"name\":\"shop\",\"type\":\"text\"},{\"name\":\"order_id\",\"type\":\"text\"},"
      "{\"name\":\"pay_fen\",\"type\":\"fen\"}]},"
      "{\"name\":\"lines\",\"key\":[\"shop\",\"line_id\"],\"parent\":\"order_id\",\"columns\":["
      "{\"name\":\"shop\",\"type\":\"text\"},{\"name\":\"line_id\",\"type\":\"text\"},"
      "{\"name\":\"order_id\",\"type\":\"text\"}]}]}" },
    { "p/platform.json",
      "{\"name\":\"p\",\"hosts\":{\"production\":\"https://p.example\"},\"recipe\":\"p\","
      "\"sign_method\":\"md5\",\"required_refuses\":true,\"groups\":[\"g\"],\"errors\":[{\"code\":"
      "\"7\",\"sub_code\":"
      "\"isp.*\",\"status\":\"limited\",\"retry\":\"until\",\"meaning\":\"too many\"}]}" },
    { "p/types.json", "{\"types\":{\"Line\":[{\"name\":\"line\",\"type\":\"string\"}]}}" },
    { "p/g.json",
      "{\"group\":\"g\",\"methods\":[{\"name\":\"o.list\",\"kind\":\"read\","
      "\"page\":{\"style\":\"number\",\"param\":\"page\",\"first\":0,\"list\":\"rows\"},"
      "\"windows\":[{\"by\":\"created\",\"from\":\"from\",\"to\":\"to\",\"format\":\"unix\","
      "\"fixed\":{\"order\":\"asc\"}}],"
      "\"params\":[{\"name\":\"page\",\"type\":\"int\",\"min\":0,\"max\":9},"
      "{\"name\":\"from\",\"type\":\"int\"},{\"name\":\"to\",\"type\":\"int\"},"
      "{\"name\":\"order\",\"type\":\"string\",\"enum\":[\"asc\",\"desc\"]},"
      "{\"name\":\"lines\",\"type\":\"array\",\"items\":\"object\","
      "\"fields\":{\"$ref\":\"types.json#/types/Line\"}}],"
      "\"response\":[{\"name\":\"rows\",\"type\":\"array\",\"items\":\"object\"}]},"
      "{\"name\":\"o.add\",\"kind\":\"keyed\",\"key\":\"id\","
      "\"wrapper\":\"request\",\"wrapper_format\":\"xml\","
      "\"errors\":[{\"code\":\"1\",\"sub_code\":\"isv.a\",\"meaning\":\"m\"}],"
      "\"params\":[{\"name\":\"id\",\"alias\":\"ID\",\"type\":\"string\",\"in\":\"query\","
      "\"enum\":[\"a\"],\"enum_titles\":[\"A\"]},"
      "{\"name\":\"where\",\"type\":\"object\",\"fields\":{\"$ref\":\"#/types/Place\"}}]},"
      "{\"name\":\"o.many\",\"kind\":\"keyed\",\"key\":\"list.key\","
      "\"outcome\":{\"code\":\"err.no\",\"ok\":\"0,1\",\"failed\":\"bad\",\"done\":\"good\","
      "\"item\":{\"id\":\"id\",\"code\":\"no\"},\"repeated\":\"isv.a\",\"key_from\":\"id\"},"
      "\"params\":[{\"name\":\"list\",\"type\":\"array\",\"items\":\"object\",\"fields\":["
      "{\"name\":\"key\",\"type\":\"string\"},{\"name\":\"id\",\"type\":\"string\"}]}],"
      "\"response\":[{\"name\":\"err\",\"type\":\"object\"},{\"name\":\"bad\",\"type\":\"array\"},"
      "{\"name\":\"good\",\"type\":\"array\"}]}],"
      "\"types\":{\"Place\":[{\"name\":\"town\",\"type\":\"string\"}]}}" },
    { "p/model.json",
      "{\"streams\":[{\"name\":\"orders\",\"table\":\"orders\",\"sources\":["
      "{\"role\":\"backfill\",\"method\":\"o.list\",\"window\":\"created\",\"id\":\"id\","
      "\"map\":\"p.order\"}]}],"
      "\"maps\":[{\"name\":\"p.order\",\"table\":\"orders\",\"children\":[\"p.line\"],"
      "\"columns\":[{\"column\":\"order_id\",\"conv\":\"text\",\"path\":\"id\"},"
      "{\"column\":\"pay_fen\",\"conv\":\"yuan\",\"path\":\"pay.sum[0]|sum\"}]},"
      "{\"name\":\"p.line\",\"table\":\"lines\",\"list\":\"lines\",\"columns\":["
      "{\"column\":\"line_id\",\"conv\":\"id\",\"path\":\"id\"},"
      "{\"column\":\"order_id\",\"conv\":\"text\",\"path\":\"^id\"}]}]}" },
};
enum { GOOD_COUNT = sizeof(GOOD) / sizeof(*GOOD) };

/* In `file`, `good` becomes `broken`; then catalogc must say `said`. */
typedef struct broken_case {
    const char *file, *good, *broken, *said;
} broken_case;

static const broken_case CASES[] = {
    { "p/g.json", "\"key\":\"list.key\"", "\"key\":\"list.kee\"",
      "\"list.kee\" is no parameter of o.many" },
    { "p/g.json", "\"code\":\"err.no\"", "\"code\":\"er.no\"",
      "the answer of o.many has no field \"er\"" },
    { "p/g.json", "\"failed\":\"bad\"", "\"items\":\"bad\"", "\"done\" stands beside \"failed\"" },
    { "p/g.json", "\"failed\":\"bad\",\"done\":\"good\",", "", "belongs to \"items\" or" },
    { "p/g.json", "\"kind\":\"keyed\",\"key\":\"list.key\"", "\"kind\":\"write\"",
      "belong to methods of kind keyed" },
    { "p/g.json", "\"kind\":\"read\"", "\"kind\":\"red\"",
      "p/g.json:/methods/0/kind: unknown kind \"red\"; did you mean read" },
    { "p/g.json", "\"type\":\"int\",\"min\"", "\"type\":\"integer\",\"min\"",
      "p/g.json:/methods/0/params/0/type: unknown type \"integer\"" },
    { "p/g.json", "\"min\":0", "\"mim\":0",
      "p/g.json:/methods/0/params/0/mim: unknown member; did you mean \"min\"?" },
    { "p/g.json", "\"min\":0", "\"min\":10", "/methods/0/params/0: min is greater than max" },
    { "p/g.json", "\"min\":0", "\"min\":\"0\"", "/params/0/min: must be an integer" },
    { "p/g.json", "\"name\":\"to\"", "\"name\":\"from\"", "/params/2: \"from\" stands twice" },
    { "p/g.json", "\"param\":\"page\"", "\"param\":\"pages\"",
      "/methods/0/page/param: \"pages\" is no parameter of o.list" },
    { "p/g.json", "\"list\":\"rows\"", "\"list\":\"rowz.x\"",
      "/methods/0/page/list: \"rowz.x\": the answer of o.list has no field \"rowz\"" },
    { "p/g.json", "\"first\":0,", "", "/methods/0/page: \"first\" is required" },
    { "p/g.json", "\"to\":\"to\"", "\"to\":\"till\"",
      "/methods/0/windows/0/to: \"till\" is no parameter" },
    { "p/g.json", "{\"order\":\"asc\"}", "{\"order\":\"up\"}",
      "/methods/0/windows/0/fixed/order: \"up\" is none of the values" },
    { "p/g.json", "{\"order\":\"asc\"}", "{\"sort\":\"asc\"}",
      "/methods/0/windows/0/fixed/sort: is no parameter of o.list" },
    { "p/g.json", "{\"order\":\"asc\"}", "\"asc\"",
      "/methods/0/windows/0/fixed: must be an object of parameters" },
    { "p/g.json", "\"enum\":[\"asc\",\"desc\"]", "\"enum\":[\"asc\",1]",
      "/methods/0/params/3/enum/1: enum values are strings" },
    { "p/g.json", "types/Line", "types/Lime",
      "/methods/0/params/4/fields: \"types.json#/types/Lime\" is not there" },
    { "p/g.json", "\"o.add\"", "\"o.list\"", "method \"o.list\" stands twice" },
    { "p/g.json", "\"key\":\"id\"", "\"key\":\"no\"",
      "/methods/1/key: \"no\" is no parameter of o.add" },
    { "p/g.json", "\"kind\":\"keyed\"", "\"kind\":\"write\"", "/methods/1/key: a method of kind" },
    { "p/g.json", "\"group\":\"g\"", "\"group\":\"h\"", "p/g.json:/group: is \"h\"" },
    { "p/g.json", "\"methods\":[", "\"methods\":[,", "p/g.json:: cannot be read" },
    { "p/g.json", "#/types/Place", "#/types/Plaice",
      "/methods/1/params/1/fields: \"#/types/Plaice\" is not there" },
    { "p/g.json", "\"wrapper_format\":\"xml\",", "",
      "/methods/1: \"wrapper\" and \"wrapper_format\" stand together" },
    { "p/g.json", "\"xml\"", "\"yml\"",
      "/methods/1/wrapper_format: unknown wrapper_format \"yml\"; did you mean xml" },
    { "p/g.json", "\"in\":\"query\"", "\"in\":\"cookie\"",
      "/methods/1/params/0/in: unknown place \"cookie\"" },
    { "p/g.json", "\"alias\":\"ID\"", "\"alias\":\"id\"", "the alias is the name itself" },
    { "p/g.json", "\"enum_titles\":[\"A\"]", "\"enum_titles\":[]", "differ in length" },
    { "p/g.json", "\"code\":\"1\",", "", "/methods/1/errors/0/code: is required" },
    { "p/platform.json", "[\"g\"]", "[\"g\",\"g\"]", "p/g.json:/group: \"g\" stands twice" },
    { "p/platform.json", "\"required_refuses\":true,", "", "/required_refuses: is required" },
    { "p/types.json", "\"type\":\"string\"",
      "\"type\":\"object\",\"fields\":{\"$ref\":\"types.json#/types/Line\"}", "nested too deeply" },
    { "p/platform.json", "\"limited\"", "\"limitted\"",
      "p/platform.json:/errors/0/status: unknown status \"limitted\"" },
    { "p/platform.json", "isp.*", "is*p", "/errors/0/sub_code: \"is*p\": a star" },
    { "p/platform.json", "\"g\"", "\"x\"", "p/x.json:: cannot be read" },
    { "p/platform.json", "\"name\":\"p\"", "\"name\":\"q\"", "p/platform.json:/name: is \"q\"" },
    { "p/model.json", "\"method\":\"o.list\"", "\"method\":\"o.lost\"",
      "p/model.json:/streams/0/sources/0/method: there is no method \"o.lost\"" },
    { "p/model.json", "\"method\":\"o.list\"", "\"method\":\"o.add\"", "o.add has no page" },
    { "p/model.json", "\"window\":\"created\"", "\"window\":\"modified\"",
      "/streams/0/sources/0/window: o.list has no window by \"modified\"" },
    { "p/model.json", "\"map\":\"p.order\"", "\"map\":\"p.odor\"",
      "/streams/0/sources/0/map: there is no map \"p.odor\"" },
    { "p/model.json", "\"map\":\"p.order\"", "\"map\":\"p.line\"", "fills another table" },
    { "p/model.json", "\"column\":\"pay_fen\"", "\"column\":\"pay_fem\"",
      "/maps/0/columns/1: table \"orders\" has no column \"pay_fem\"; did you mean pay_fen" },
    { "p/model.json", "\"conv\":\"yuan\"", "\"conv\":\"yan\"", "unknown conv \"yan\"" },
    { "p/model.json", "\"conv\":\"yuan\"", "\"conv\":\"unix\"",
      "conv \"unix\" gives time, column \"pay_fen\" is fen" },
    { "p/model.json", "pay.sum[0]|sum", "pay..sum", "/maps/0/columns/1/path: \"pay..sum\"" },
    { "p/model.json", "\"column\":\"order_id\",\"conv\":\"text\",\"path\":\"id\"",
      "\"column\":\"shop\",\"conv\":\"text\",\"path\":\"id\"",
      "/maps/0: map \"p.order\" lacks column \"order_id\"" },
    { "p/model.json", "\"children\":[\"p.line\"]", "\"children\":[\"p.lime\"]",
      "/maps/0/children/0: there is no map \"p.lime\"" },
    { "p/model.json", "\"list\":\"lines\",", "", "does not say in which \"list\"" },
    { "tables.json", "\"type\":\"fen\"", "\"type\":\"cents\"",
      "tables.json:/tables/0/columns/2: unknown column type \"cents\"" },
    { "tables.json", "\"parent\":\"order_id\"", "\"parent\":\"order\"",
      "/tables/1/parent: table \"lines\" has no column \"order\"" },
};

/* ---- a catalogue in a folder of its own ---- */

static char folder[64];

static void path_of(const char *name, char *out, size_t size) {
    (void)snprintf(out, size, "%s/%s", folder, name);
}

static int make_folder(void **state) {
    (void)state;
    char path[128];
    (void)snprintf(folder, sizeof(folder), "/tmp/qd-catalogc-XXXXXX");
    assert_non_null(mkdtemp(folder));
    path_of("p", path, sizeof(path));
    return mkdir(path, 0700);
}

static int remove_folder(void **state) {
    (void)state;
    char path[128];
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        path_of(GOOD[i].name, path, sizeof(path));
        (void)unlink(path);
    }
    path_of("said", path, sizeof(path));
    (void)unlink(path);
    path_of("p", path, sizeof(path));
    (void)rmdir(path);
    return rmdir(folder);
}

/* Writes the good file, with the case's change when it is this file's. */
static void write_file(const text_file *file, const broken_case *broken) {
    base_buf out;
    char path[128];
    base_buf_init(&out, 1 << 16);
    const char *from = NULL;
    if (broken && strcmp(broken->file, file->name) == 0) {
        from = strstr(file->text, broken->good);
        if (!from) {
            fail_msg("the case does not fit: %s", broken->good);
        }
    }
    if (from) {
        base_buf_add(&out, file->text, (size_t)(from - file->text));
        base_buf_add_text(&out, broken->broken);
        base_buf_add_text(&out, from + strlen(broken->good));
    } else {
        base_buf_add_text(&out, file->text);
    }
    path_of(file->name, path, sizeof(path));
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(out.data, 1, out.len, stream), out.len);
    assert_int_equal(fclose(stream), 0);
    base_buf_clear(&out);
}

/* The tool lies beside the tests' folder: <build>/tests/unit_x, <build>/tools/catalogc. */
static void tool_path(char *out, size_t size) {
    char self[512];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    assert_true(len > 0);
    self[len] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(self, '/');
        assert_non_null(slash);
        *slash = '\0';
    }
    (void)snprintf(out, size, "%s/tools/catalogc", self);
}

/* Runs `catalogc check` over the folder; its exit code, what it said in `said`. */
static int run_check(const broken_case *broken, char *said, size_t size) {
    char tool[600], out[128];
    posix_spawn_file_actions_t actions;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        write_file(&GOOD[i], broken);
    }
    tool_path(tool, sizeof(tool));
    path_of("said", out, sizeof(out));
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, out,
                                                      O_WRONLY | O_CREAT | O_TRUNC, 0600),
                     0);
    char check[] = "check";
    char *argv[] = { tool, check, folder, NULL };
    pid_t pid = 0;
    int status = 0;
    assert_int_equal(posix_spawn(&pid, tool, &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    FILE *stream = fopen(out, "rb");
    assert_non_null(stream);
    said[fread(said, 1, size - 1, stream)] = '\0';
    fclose(stream);
    return WEXITSTATUS(status);
}

static void the_good_catalogue_passes(void **state) {
    (void)state;
    char said[4096];
    int code = run_check(NULL, said, sizeof(said));
    assert_string_equal(said, "");
    assert_int_equal(code, 0);
}

static void each_mistake_is_told_with_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        char said[8192];
        int code = run_check(&CASES[i], said, sizeof(said));
        if (code != 1 || !strstr(said, CASES[i].said)) {
            fail_msg("%s -> %s: exit %d, said: %s", CASES[i].good, CASES[i].broken, code, said);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_catalogue_passes),
        cmocka_unit_test(each_mistake_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
