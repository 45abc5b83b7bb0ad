#include "lakeport/lakehouse/dialect.h"
