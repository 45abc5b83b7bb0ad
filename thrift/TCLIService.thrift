// The Thrift service that Databricks SQL clients speak: Apache Hive's TCLIService with further fields. Written from the
// contract's table. Every field is optional on the wire. Fields that hold
// an enum's number are i32, so that a number that no enum knows is only a number. Structs stand before their first use.

namespace cpp lakeport.tcli

enum TProtocolVersion {
  __HIVE_JDBC_WORKAROUND = -7,
  __TEST_PROTOCOL_VERSION = 65281,
  HIVE_CLI_SERVICE_PROTOCOL_V1 = 0,
  HIVE_CLI_SERVICE_PROTOCOL_V2 = 1,
  HIVE_CLI_SERVICE_PROTOCOL_V3 = 2,
  HIVE_CLI_SERVICE_PROTOCOL_V4 = 3,
  HIVE_CLI_SERVICE_PROTOCOL_V5 = 4,
  HIVE_CLI_SERVICE_PROTOCOL_V6 = 5,
  HIVE_CLI_SERVICE_PROTOCOL_V7 = 6,
  HIVE_CLI_SERVICE_PROTOCOL_V8 = 7,
  HIVE_CLI_SERVICE_PROTOCOL_V9 = 8,
  HIVE_CLI_SERVICE_PROTOCOL_V10 = 9,
  SPARK_CLI_SERVICE_PROTOCOL_V1 = 42241,
  SPARK_CLI_SERVICE_PROTOCOL_V2 = 42242,
  SPARK_CLI_SERVICE_PROTOCOL_V3 = 42243,
  SPARK_CLI_SERVICE_PROTOCOL_V4 = 42244,
  SPARK_CLI_SERVICE_PROTOCOL_V5 = 42245,
  SPARK_CLI_SERVICE_PROTOCOL_V6 = 42246,
  SPARK_CLI_SERVICE_PROTOCOL_V7 = 42247,
  SPARK_CLI_SERVICE_PROTOCOL_V8 = 42248,
  SPARK_CLI_SERVICE_PROTOCOL_V9 = 42249
}

enum TTypeId {
  BOOLEAN_TYPE = 0,
  TINYINT_TYPE = 1,
  SMALLINT_TYPE = 2,
  INT_TYPE = 3,
  BIGINT_TYPE = 4,
  FLOAT_TYPE = 5,
  DOUBLE_TYPE = 6,
  STRING_TYPE = 7,
  TIMESTAMP_TYPE = 8,
  BINARY_TYPE = 9,
  ARRAY_TYPE = 10,
  MAP_TYPE = 11,
  STRUCT_TYPE = 12,
  UNION_TYPE = 13,
  USER_DEFINED_TYPE = 14,
  DECIMAL_TYPE = 15,
  NULL_TYPE = 16,
  DATE_TYPE = 17,
  VARCHAR_TYPE = 18,
  CHAR_TYPE = 19,
  INTERVAL_YEAR_MONTH_TYPE = 20,
  INTERVAL_DAY_TIME_TYPE = 21
}

enum TSparkRowSetType {
  ARROW_BASED_SET = 0,
  COLUMN_BASED_SET = 1,
  ROW_BASED_SET = 2,
  URL_BASED_SET = 3
}

enum TDBSqlCompressionCodec {
  NONE = 0,
  LZ4_FRAME = 1,
  LZ4_BLOCK = 2
}

enum TDBSqlArrowLayout {
  ARROW_BATCH = 0,
  ARROW_STREAMING = 1
}

enum TStatusCode {
  SUCCESS_STATUS = 0,
  SUCCESS_WITH_INFO_STATUS = 1,
  STILL_EXECUTING_STATUS = 2,
  ERROR_STATUS = 3,
  INVALID_HANDLE_STATUS = 4
}

enum TOperationState {
  INITIALIZED_STATE = 0,
  RUNNING_STATE = 1,
  FINISHED_STATE = 2,
  CANCELED_STATE = 3,
  CLOSED_STATE = 4,
  ERROR_STATE = 5,
  UKNOWN_STATE = 6,
  PENDING_STATE = 7,
  TIMEDOUT_STATE = 8
}

enum TOperationType {
  EXECUTE_STATEMENT = 0,
  GET_TYPE_INFO = 1,
  GET_CATALOGS = 2,
  GET_SCHEMAS = 3,
  GET_TABLES = 4,
  GET_TABLE_TYPES = 5,
  GET_COLUMNS = 6,
  GET_FUNCTIONS = 7,
  UNKNOWN = 8
}

enum TGetInfoType {
  CLI_MAX_DRIVER_CONNECTIONS = 0,
  CLI_MAX_CONCURRENT_ACTIVITIES = 1,
  CLI_DATA_SOURCE_NAME = 2,
  CLI_FETCH_DIRECTION = 8,
  CLI_SERVER_NAME = 13,
  CLI_SEARCH_PATTERN_ESCAPE = 14,
  CLI_DBMS_NAME = 17,
  CLI_DBMS_VER = 18,
  CLI_ACCESSIBLE_TABLES = 19,
  CLI_ACCESSIBLE_PROCEDURES = 20,
  CLI_CURSOR_COMMIT_BEHAVIOR = 23,
  CLI_DATA_SOURCE_READ_ONLY = 25,
  CLI_DEFAULT_TXN_ISOLATION = 26,
  CLI_IDENTIFIER_CASE = 28,
  CLI_IDENTIFIER_QUOTE_CHAR = 29,
  CLI_MAX_COLUMN_NAME_LEN = 30,
  CLI_MAX_CURSOR_NAME_LEN = 31,
  CLI_MAX_SCHEMA_NAME_LEN = 32,
  CLI_MAX_CATALOG_NAME_LEN = 34,
  CLI_MAX_TABLE_NAME_LEN = 35,
  CLI_SCROLL_CONCURRENCY = 43,
  CLI_TXN_CAPABLE = 46,
  CLI_USER_NAME = 47,
  CLI_TXN_ISOLATION_OPTION = 72,
  CLI_INTEGRITY = 73,
  CLI_GETDATA_EXTENSIONS = 81,
  CLI_NULL_COLLATION = 85,
  CLI_ALTER_TABLE = 86,
  CLI_ORDER_BY_COLUMNS_IN_SELECT = 90,
  CLI_SPECIAL_CHARACTERS = 94,
  CLI_MAX_COLUMNS_IN_GROUP_BY = 97,
  CLI_MAX_COLUMNS_IN_INDEX = 98,
  CLI_MAX_COLUMNS_IN_ORDER_BY = 99,
  CLI_MAX_COLUMNS_IN_SELECT = 100,
  CLI_MAX_COLUMNS_IN_TABLE = 101,
  CLI_MAX_INDEX_SIZE = 102,
  CLI_MAX_ROW_SIZE = 104,
  CLI_MAX_STATEMENT_LEN = 105,
  CLI_MAX_TABLES_IN_SELECT = 106,
  CLI_MAX_USER_NAME_LEN = 107,
  CLI_OJ_CAPABILITIES = 115,
  CLI_XOPEN_CLI_YEAR = 10000,
  CLI_CURSOR_SENSITIVITY = 10001,
  CLI_DESCRIBE_PARAMETER = 10002,
  CLI_CATALOG_NAME = 10003,
  CLI_COLLATION_SEQ = 10004,
  CLI_MAX_IDENTIFIER_LEN = 10005
}

enum TCacheLookupResult {
  CACHE_INELIGIBLE = 0,
  LOCAL_CACHE_HIT = 1,
  REMOTE_CACHE_HIT = 2,
  CACHE_MISS = 3
}

enum TFetchOrientation {
  FETCH_NEXT = 0,
  FETCH_PRIOR = 1,
  FETCH_RELATIVE = 2,
  FETCH_ABSOLUTE = 3,
  FETCH_FIRST = 4,
  FETCH_LAST = 5
}

enum TJobExecutionStatus {
  IN_PROGRESS = 0,
  COMPLETE = 1,
  NOT_AVAILABLE = 2
}

struct TTypeQualifierValue {
  1: optional i32 i32Value;
  2: optional string stringValue;
}

struct TTypeQualifiers {
  1: optional map<string, TTypeQualifierValue> qualifiers;
}

struct TPrimitiveTypeEntry {
  1: optional i32 type;
  2: optional TTypeQualifiers typeQualifiers;
}

struct TArrayTypeEntry {
  1: optional i32 objectTypePtr;
}

struct TMapTypeEntry {
  1: optional i32 keyTypePtr;
  2: optional i32 valueTypePtr;
}

struct TStructTypeEntry {
  1: optional map<string, i32> nameToTypePtr;
}

struct TUnionTypeEntry {
  1: optional map<string, i32> nameToTypePtr;
}

struct TUserDefinedTypeEntry {
  1: optional string typeClassName;
}

struct TTypeEntry {
  1: optional TPrimitiveTypeEntry primitiveEntry;
  2: optional TArrayTypeEntry arrayEntry;
  3: optional TMapTypeEntry mapEntry;
  4: optional TStructTypeEntry structEntry;
  5: optional TUnionTypeEntry unionEntry;
  6: optional TUserDefinedTypeEntry userDefinedTypeEntry;
}

struct TTypeDesc {
  1: optional list<TTypeEntry> types;
}

struct TColumnDesc {
  1: optional string columnName;
  2: optional TTypeDesc typeDesc;
  3: optional i32 position;
  4: optional string comment;
}

struct TTableSchema {
  1: optional list<TColumnDesc> columns;
}

struct TBoolValue {
  1: optional bool value;
}

struct TByteValue {
  1: optional i8 value;
}

struct TI16Value {
  1: optional i16 value;
}

struct TI32Value {
  1: optional i32 value;
}

struct TI64Value {
  1: optional i64 value;
}

struct TDoubleValue {
  1: optional double value;
}

struct TStringValue {
  1: optional string value;
}

struct TColumnValue {
  1: optional TBoolValue boolVal;
  2: optional TByteValue byteVal;
  3: optional TI16Value i16Val;
  4: optional TI32Value i32Val;
  5: optional TI64Value i64Val;
  6: optional TDoubleValue doubleVal;
  7: optional TStringValue stringVal;
}

struct TRow {
  1: optional list<TColumnValue> colVals;
}

struct TBoolColumn {
  1: optional list<bool> values;
  2: optional binary nulls;
}

struct TByteColumn {
  1: optional list<i8> values;
  2: optional binary nulls;
}

struct TI16Column {
  1: optional list<i16> values;
  2: optional binary nulls;
}

struct TI32Column {
  1: optional list<i32> values;
  2: optional binary nulls;
}

struct TI64Column {
  1: optional list<i64> values;
  2: optional binary nulls;
}

struct TDoubleColumn {
  1: optional list<double> values;
  2: optional binary nulls;
}

struct TStringColumn {
  1: optional list<string> values;
  2: optional binary nulls;
}

struct TBinaryColumn {
  1: optional list<binary> values;
  2: optional binary nulls;
}

struct TColumn {
  1: optional TBoolColumn boolVal;
  2: optional TByteColumn byteVal;
  3: optional TI16Column i16Val;
  4: optional TI32Column i32Val;
  5: optional TI64Column i64Val;
  6: optional TDoubleColumn doubleVal;
  7: optional TStringColumn stringVal;
  8: optional TBinaryColumn binaryVal;
}

struct TDBSqlJsonArrayFormat {
  1: optional i32 compressionCodec;
}

struct TDBSqlCsvFormat {
  1: optional i32 compressionCodec;
}

struct TDBSqlArrowFormat {
  1: optional i32 arrowLayout;
  2: optional i32 compressionCodec;
}

struct TDBSqlResultFormat {
  1: optional TDBSqlArrowFormat arrowFormat;
  2: optional TDBSqlCsvFormat csvFormat;
  3: optional TDBSqlJsonArrayFormat jsonArrayFormat;
}

struct TSparkArrowBatch {
  1: optional binary batch;
  2: optional i64 rowCount;
}

struct TSparkArrowResultLink {
  1: optional string fileLink;
  2: optional i64 expiryTime;
  3: optional i64 startRowOffset;
  4: optional i64 rowCount;
  5: optional i64 bytesNum;
  6: optional map<string, string> httpHeaders;
}

struct TRowSet {
  1: optional i64 startRowOffset;
  2: optional list<TRow> rows;
  3: optional list<TColumn> columns;
  4: optional binary binaryColumns;
  5: optional i32 columnCount;
  1281: optional list<TSparkArrowBatch> arrowBatches;
  1282: optional list<TSparkArrowResultLink> resultLinks;
}

struct TStatus {
  1: optional i32 statusCode;
  2: optional list<string> infoMessages;
  3: optional string sqlState;
  4: optional i32 errorCode;
  5: optional string errorMessage;
  6: optional string displayMessage;
  1281: optional string errorDetailsJson;
}

struct TNamespace {
  1: optional string catalogName;
  2: optional string schemaName;
}

struct THandleIdentifier {
  1: optional binary guid;
  2: optional binary secret;
}

struct TSessionHandle {
  1: optional THandleIdentifier sessionId;
  3329: optional i32 serverProtocolVersion;
}

struct TOperationHandle {
  1: optional THandleIdentifier operationId;
  2: optional i32 operationType;
  3: optional bool hasResultSet;
  4: optional double modifiedRowCount;
}

struct TOpenSessionReq {
  1: optional i32 client_protocol;
  2: optional string username;
  3: optional string password;
  4: optional map<string, string> configuration;
  1281: optional list<i32> getInfos;
  1282: optional i64 client_protocol_i64;
  1283: optional map<string, string> connectionProperties;
  1284: optional TNamespace initialNamespace;
  1285: optional bool canUseMultipleCatalogs;
}

struct TGetInfoValue {
  1: optional string stringValue;
  2: optional i16 smallIntValue;
  3: optional i32 integerBitmask;
  4: optional i32 integerFlag;
  5: optional i32 binaryValue;
  6: optional i64 lenValue;
}

struct TOpenSessionResp {
  1: optional TStatus status;
  2: optional i32 serverProtocolVersion;
  3: optional TSessionHandle sessionHandle;
  4: optional map<string, string> configuration;
  1281: optional list<TGetInfoValue> getInfos;
  1284: optional TNamespace initialNamespace;
  1285: optional bool canUseMultipleCatalogs;
}

struct TCloseSessionReq {
  1: optional TSessionHandle sessionHandle;
}

struct TCloseSessionResp {
  1: optional TStatus status;
}

struct TGetInfoReq {
  1: optional TSessionHandle sessionHandle;
  2: optional i32 infoType;
}

struct TGetInfoResp {
  1: optional TStatus status;
  2: optional TGetInfoValue infoValue;
}

struct TSparkGetDirectResults {
  1: optional i64 maxRows;
  2: optional i64 maxBytes;
}

struct TProgressUpdateResp {
  1: optional list<string> headerNames;
  2: optional list<list<string>> rows;
  3: optional double progressedPercentage;
  4: optional i32 status;
  5: optional string footerSummary;
  6: optional i64 startTime;
}

struct TGetOperationStatusResp {
  1: optional TStatus status;
  2: optional i32 operationState;
  3: optional string sqlState;
  4: optional i32 errorCode;
  5: optional string errorMessage;
  6: optional string taskStatus;
  7: optional i64 operationStarted;
  8: optional i64 operationCompleted;
  9: optional bool hasResultSet;
  10: optional TProgressUpdateResp progressUpdateResponse;
  11: optional i64 numModifiedRows;
  1281: optional string displayMessage;
  1282: optional string diagnosticInfo;
  1283: optional string errorDetailsJson;
}

struct TGetResultSetMetadataResp {
  1: optional TStatus status;
  2: optional TTableSchema schema;
  1281: optional i32 resultFormat;
  1282: optional bool lz4Compressed;
  1283: optional binary arrowSchema;
  1284: optional i32 cacheLookupResult;
  1285: optional i64 uncompressedBytes;
  1286: optional i64 compressedBytes;
  1287: optional bool isStagingOperation;
}

struct TFetchResultsResp {
  1: optional TStatus status;
  2: optional bool hasMoreRows;
  3: optional TRowSet results;
  1281: optional TGetResultSetMetadataResp resultSetMetadata;
}

struct TCloseOperationResp {
  1: optional TStatus status;
}

struct TSparkDirectResults {
  1: optional TGetOperationStatusResp operationStatus;
  2: optional TGetResultSetMetadataResp resultSetMetadata;
  3: optional TFetchResultsResp resultSet;
  4: optional TCloseOperationResp closeOperation;
}

struct TSparkArrowTypes {
  1: optional bool timestampAsArrow;
  2: optional bool decimalAsArrow;
  3: optional bool complexTypesAsArrow;
  4: optional bool intervalTypesAsArrow;
  5: optional bool nullTypeAsArrow;
}

struct TSparkParameterValue {
  1: optional string stringValue;
  2: optional double doubleValue;
  3: optional bool booleanValue;
}

struct TSparkParameterValueArg {
  1: optional string type;
  2: optional string value;
  3: optional list<TSparkParameterValueArg> arguments;
}

struct TSparkParameter {
  1: optional i32 ordinal;
  2: optional string name;
  3: optional string type;
  4: optional TSparkParameterValue value;
  5: optional list<TSparkParameterValueArg> arguments;
}

struct TStatementConf {
  1: optional bool sessionless;
  2: optional TNamespace initialNamespace;
  3: optional i32 client_protocol;
  4: optional i64 client_protocol_i64;
}

struct TExecuteStatementReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string statement;
  3: optional map<string, string> confOverlay;
  4: optional bool runAsync;
  5: optional i64 queryTimeout;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool canReadArrowResult;
  1283: optional bool canDownloadResult;
  1284: optional bool canDecompressLZ4Result;
  1285: optional i64 maxBytesPerFile;
  1286: optional TSparkArrowTypes useArrowNativeTypes;
  1287: optional i64 resultRowLimit;
  1288: optional list<TSparkParameter> parameters;
  1289: optional i64 maxBytesPerBatch;
  1296: optional TStatementConf statementConf;
  3353: optional bool enforceEmbeddedSchemaCorrectness;
}

struct TExecuteStatementResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetTypeInfoReq {
  1: optional TSessionHandle sessionHandle;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetTypeInfoResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetCatalogsReq {
  1: optional TSessionHandle sessionHandle;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetCatalogsResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetSchemasReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string catalogName;
  3: optional string schemaName;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetSchemasResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetTablesReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string catalogName;
  3: optional string schemaName;
  4: optional string tableName;
  5: optional list<string> tableTypes;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetTablesResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetTableTypesReq {
  1: optional TSessionHandle sessionHandle;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetTableTypesResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetColumnsReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string catalogName;
  3: optional string schemaName;
  4: optional string tableName;
  5: optional string columnName;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetColumnsResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetFunctionsReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string catalogName;
  3: optional string schemaName;
  4: optional string functionName;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetFunctionsResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetPrimaryKeysReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string catalogName;
  3: optional string schemaName;
  4: optional string tableName;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetPrimaryKeysResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetCrossReferenceReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string parentCatalogName;
  3: optional string parentSchemaName;
  4: optional string parentTableName;
  5: optional string foreignCatalogName;
  6: optional string foreignSchemaName;
  7: optional string foreignTableName;
  1281: optional TSparkGetDirectResults getDirectResults;
  1282: optional bool runAsync;
}

struct TGetCrossReferenceResp {
  1: optional TStatus status;
  2: optional TOperationHandle operationHandle;
  1281: optional TSparkDirectResults directResults;
}

struct TGetOperationStatusReq {
  1: optional TOperationHandle operationHandle;
  2: optional bool getProgressUpdate;
}

struct TCancelOperationReq {
  1: optional TOperationHandle operationHandle;
}

struct TCancelOperationResp {
  1: optional TStatus status;
}

struct TCloseOperationReq {
  1: optional TOperationHandle operationHandle;
}

struct TGetResultSetMetadataReq {
  1: optional TOperationHandle operationHandle;
}

struct TFetchResultsReq {
  1: optional TOperationHandle operationHandle;
  2: optional i32 orientation;
  3: optional i64 maxRows;
  4: optional i16 fetchType;
  1281: optional i64 maxBytes;
  1282: optional i64 startRowOffset;
  1283: optional bool includeResultSetMetadata;
}

struct TGetDelegationTokenReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string owner;
  3: optional string renewer;
}

struct TGetDelegationTokenResp {
  1: optional TStatus status;
  2: optional string delegationToken;
}

struct TCancelDelegationTokenReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string delegationToken;
}

struct TCancelDelegationTokenResp {
  1: optional TStatus status;
}

struct TRenewDelegationTokenReq {
  1: optional TSessionHandle sessionHandle;
  2: optional string delegationToken;
}

struct TRenewDelegationTokenResp {
  1: optional TStatus status;
}

service TCLIService {
  TOpenSessionResp OpenSession(1: TOpenSessionReq req);
  TCloseSessionResp CloseSession(1: TCloseSessionReq req);
  TGetInfoResp GetInfo(1: TGetInfoReq req);
  TExecuteStatementResp ExecuteStatement(1: TExecuteStatementReq req);
  TGetTypeInfoResp GetTypeInfo(1: TGetTypeInfoReq req);
  TGetCatalogsResp GetCatalogs(1: TGetCatalogsReq req);
  TGetSchemasResp GetSchemas(1: TGetSchemasReq req);
  TGetTablesResp GetTables(1: TGetTablesReq req);
  TGetTableTypesResp GetTableTypes(1: TGetTableTypesReq req);
  TGetColumnsResp GetColumns(1: TGetColumnsReq req);
  TGetFunctionsResp GetFunctions(1: TGetFunctionsReq req);
  TGetPrimaryKeysResp GetPrimaryKeys(1: TGetPrimaryKeysReq req);
  TGetCrossReferenceResp GetCrossReference(1: TGetCrossReferenceReq req);
  TGetOperationStatusResp GetOperationStatus(1: TGetOperationStatusReq req);
  TCancelOperationResp CancelOperation(1: TCancelOperationReq req);
  TCloseOperationResp CloseOperation(1: TCloseOperationReq req);
  TGetResultSetMetadataResp GetResultSetMetadata(1: TGetResultSetMetadataReq req);
  TFetchResultsResp FetchResults(1: TFetchResultsReq req);
  TGetDelegationTokenResp GetDelegationToken(1: TGetDelegationTokenReq req);
  TCancelDelegationTokenResp CancelDelegationToken(1: TCancelDelegationTokenReq req);
  TRenewDelegationTokenResp RenewDelegationToken(1: TRenewDelegationTokenReq req);
}
