#include "lakeport/batchfile/batch_file.h"
