# Writes OUTPUT, a .cpp file with every FOLDER/NNNN_name.sql in it, in order, as the answer of FUNCTION (migrations.h).
# GAPS: numbers may be left out.
file(GLOB files ${FOLDER}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
set(entries "")
set(expected 1)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  string(SUBSTRING ${name} 0 4 digits)
  math(EXPR number "1${digits} - 10000")
  if(number LESS expected OR (NOT GAPS AND NOT number EQUAL expected))
    message(FATAL_ERROR "${file}: migrations must be numbered without gaps or repetitions; wanted ${expected}")
  endif()
  math(EXPR expected "${number} + 1")
  file(READ ${file} sql)
  string(APPEND entries "    {${number}, \"${name}\", R\"~sql~(${sql})~sql~\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"migrations.h\"

namespace lakeport::store {

namespace {
constexpr Migration kMigrations[] = {
${entries}};
}  // namespace

std::span<const Migration> ${FUNCTION}() { return kMigrations; }

}  // namespace lakeport::store
")
