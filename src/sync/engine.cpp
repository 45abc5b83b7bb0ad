#include "lakeport/sync/destination.h"
