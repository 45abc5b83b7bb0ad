#include "lakeport/destinations/duckdb.h"
