#include "lakeport/lakehouse/rest.h"
