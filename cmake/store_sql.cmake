# The migrations src/store/sql/NNNN_*.sql as byte arrays in gen/store_sql.c, written when CMake runs (again whenever one
# of them changes). Bytes, because a string literal in C17 need not hold more than 4095 characters.
file(GLOB store_sql_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/store/sql/*.sql)
list(SORT store_sql_files)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${store_sql_files})

set(store_sql_arrays "")
set(store_sql_rows "")
foreach(path ${store_sql_files})
    get_filename_component(name ${path} NAME_WE)
    string(REGEX MATCH "^[0-9]+" version ${name})
    math(EXPR number "1${version} - 10000")
    file(READ ${path} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n"
        bytes "${bytes}")
    string(APPEND store_sql_arrays "static const char sql_${name}[] = {\n${bytes}0};\n\n")
    string(APPEND store_sql_rows "    { ${number}, \"${name}\", sql_${name} },\n")
endforeach()
list(LENGTH store_sql_files store_sql_count)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/gen/store_sql.c @ONLY CONTENT
"/* Made by CMake from src/store/sql. */
#include \"store/sqlite/sqlite_private.h\"

@store_sql_arrays@const store_migration store_migrations[] = {
@store_sql_rows@};
const int store_migration_count = @store_sql_count@;
")
set(QD_GENERATED_store ${CMAKE_BINARY_DIR}/gen/store_sql.c)
