#include "lakeport/lakehouse/identity.h"
