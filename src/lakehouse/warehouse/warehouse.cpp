#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/lakehouse/clusters.h"
