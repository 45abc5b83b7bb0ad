#include "lakeport/partners/routes.h"
