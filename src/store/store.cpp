#include "lakeport/base/result.h"
