#include "lakeport/connectors/destination_client.h"
