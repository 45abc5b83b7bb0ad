#include "lakeport/lakehouse/catalog.h"
