# lakeport_module(NAME [SOURCES ...] [PUBLIC ...] [PRIVATE ...])
# One folder, one target `lakeport_NAME`. Its door is include/lakeport/NAME/; everything beside it is private, so that an
# arrow against the architecture (docs/architecture.md) neither compiles nor links.
function(lakeport_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(lakeport_${name} STATIC ${arg_SOURCES})
  target_include_directories(lakeport_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include
                                              PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(lakeport_${name} PUBLIC ${arg_PUBLIC} PRIVATE lakeport_compiler ${arg_PRIVATE})
endfunction()

# lakeport_test(NAME SOURCES ... LINK ...): a GoogleTest program, run whole by ctest under its NAME.
function(lakeport_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE lakeport_compiler ${arg_LINK} GTest::gtest_main GTest::gmock)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()

# lakeport_embed_text(TARGET FILE HEADER NAME): the file's bytes in the generated header HEADER, as NAME.
function(lakeport_embed_text target file header name)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${header})
  get_filename_component(short ${file} NAME)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DOUTPUT=${output} -DNAME=${name}
            -DNAME_OF_FILE=${short} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    COMMENT "Embedding ${short}")
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()
