# catalogc, the host tool, turns catalog/ into C in the build folder: gen/tables.h and gen/store_tables.inc (numbers and
# description of our tables, for every room). It links yyjson only, so that rooms may depend on what it writes.
set(QD_GEN ${CMAKE_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${QD_GEN}/catalog)

file(GLOB catalogc_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/catalogc/*.c)
add_executable(catalogc ${catalogc_sources})
target_link_libraries(catalogc PRIVATE PkgConfig::YYJSON qd_flags)
set_target_properties(catalogc PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tools)

set(tables_json ${PROJECT_SOURCE_DIR}/catalog/tables.json)
add_custom_command(
    OUTPUT ${QD_GEN}/tables.h ${QD_GEN}/store_tables.inc
    COMMAND catalogc tables ${tables_json} ${QD_GEN}
    DEPENDS catalogc ${tables_json}
    COMMENT "catalogc: tables"
    VERBATIM)
# What every room of floor 2 and up depends on, see qd_room().
add_custom_target(catalog_gen DEPENDS ${QD_GEN}/tables.h ${QD_GEN}/store_tables.inc)
