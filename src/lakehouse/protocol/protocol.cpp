#include "lakeport/lakehouse/protocol.h"
