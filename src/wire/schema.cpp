#include "lakeport/wire/decoder.h"
#include "lakeport/wire/table_buffer.h"
