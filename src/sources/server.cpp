#include "lakeport/sources/source.h"
