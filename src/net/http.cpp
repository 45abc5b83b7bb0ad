#include "lakeport/net/http.h"
