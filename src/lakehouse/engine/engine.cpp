#include "lakeport/lakehouse/engine.h"
