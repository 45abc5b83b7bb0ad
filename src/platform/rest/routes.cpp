#include "lakeport/platform/routes.h"
