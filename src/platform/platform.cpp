#include "lakeport/platform/platform.h"

#include "lakeport/platform/partner.h"
