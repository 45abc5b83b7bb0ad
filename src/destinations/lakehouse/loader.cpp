#include "lakeport/destinations/lakehouse.h"
