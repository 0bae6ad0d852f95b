# qd_room(NAME FLOOR n USES targets...): one static library from src/NAME/*.c, and one test program from each
# tests/unit/NAME/*_test.c. A room without sources yet becomes an empty interface target.
function(qd_room name)
    cmake_parse_arguments(ARG "" "FLOOR" "USES;SOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.c ${PROJECT_SOURCE_DIR}/src/${name}/*/*.c)
    list(APPEND sources ${ARG_SOURCES} ${QD_GENERATED_${name}})
    if(NOT sources)
        add_library(qd_${name} INTERFACE)
        return()
    endif()
    add_library(qd_${name} STATIC ${sources})
    target_link_libraries(qd_${name} PUBLIC ${ARG_USES} PRIVATE qd_flags)
    target_include_directories(qd_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
        ${CMAKE_BINARY_DIR}/gen)
    # Generated headers (tables.h) exist before anything above compiles; its dependents inherit the order.
    if(TARGET catalog_gen)
        add_dependencies(qd_${name} catalog_gen)
    endif()
    set_property(GLOBAL APPEND PROPERTY QD_ROOMS ${name})
endfunction()

# qd_program(NAME ROOM room ...): the same for a room that is a program; its objects are also a library for tests.
function(qd_program name)
    cmake_parse_arguments(ARG "" "ROOM;FLOOR" "USES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${ARG_ROOM}/*.c
        ${PROJECT_SOURCE_DIR}/src/${ARG_ROOM}/*/*.c)
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE ${ARG_USES} qd_flags)
endfunction()

# qd_test(NAME sources... ): a cmocka program, registered with ctest.
function(qd_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_USES} PkgConfig::CMOCKA qd_flags)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE QD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
    if(ARG_LABELS)
        set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
    endif()
endfunction()
