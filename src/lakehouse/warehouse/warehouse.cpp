#include "lakeport/lakehouse/warehouse.h"
