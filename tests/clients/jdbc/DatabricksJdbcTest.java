import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.databricks.jdbc.exception.DatabricksSQLException;
import com.databricks.jdbc.exception.DatabricksTimeoutException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real JDBC driver against a workspace of ours. A test's tag is a feature of docs/clients.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabricksJdbcTest {
  @RegisterExtension final Outcomes outcomes = new Outcomes("jdbc", "databricks-jdbc " + version());

  private final String schema = "jdbc";
  private Connection connection;

  private static String version() {
    Matcher jar = Pattern.compile("databricks-jdbc-([0-9.]+)\\.jar").matcher(System.getProperty("java.class.path"));
    return jar.find() ? jar.group(1) : "unknown";
  }

  private static String env(String name) {
    return System.getenv("LAKEPORT_" + name);
  }

  private Properties admin() {
    Properties all = new Properties();
    all.put("httpPath", env("HTTP_PATH"));
    all.put("AuthMech", "3");
    all.put("UID", "token");
    all.put("PWD", env("TOKEN"));
    all.put("ConnCatalog", "main");
    all.put("ConnSchema", schema);
    all.put("SSLTrustStore", env("TRUST_STORE"));
    all.put("SSLTrustStorePwd", "changeit");
    all.put("SSLTrustStoreType", "PKCS12");
    all.put("CheckCertRevocation", "0");
    return all;
  }

  private Connection connect(String... settings) throws SQLException {
    Properties all = admin();
    for (int at = 0; at < settings.length; at += 2) all.put(settings[at], settings[at + 1]);
    return DriverManager.getConnection("jdbc:databricks://" + env("HOST") + ":443", all);
  }

  private static void run(Connection on, String... statements) throws SQLException {
    try (Statement statement = on.createStatement()) {
      for (String sql : statements) statement.execute(sql);
    }
  }

  private static List<List<Object>> answer(ResultSet result, String... columns) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (result) {
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (String column : columns) row.add(result.getObject(column));
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<List<Object>> rows(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement(); ResultSet result = statement.executeQuery(sql)) {
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int at = 1; at <= result.getMetaData().getColumnCount(); ++at) row.add(result.getObject(at));
        rows.add(row);
      }
      return rows;
    }
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  @BeforeAll
  void open() throws SQLException {
    connection = connect();
    run(connection, "CREATE SCHEMA main." + schema);
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  @Test
  @Tag("pat")
  void aPersonalAccessToken() throws SQLException {
    assertEquals(List.of(row("admin@example.com", schema)), rows(connection, "SELECT current_user(), current_schema()"));
    assertEquals(List.of(schema, "main"), List.of(connection.getSchema(), connection.getCatalog()));
    assertThrows(SQLException.class, () -> {
      try (Connection refused = connect("PWD", "dapi" + "0".repeat(32))) {
        rows(refused, "SELECT 1");
      }
    });
  }

  @Test
  @Tag("m2m")
  void oauthWithClientCredentials() throws SQLException {
    String[] robot = {"AuthMech", "11", "Auth_Flow", "1", "OAuth2ClientId", env("ROBOT"), "OAuth2Secret", env("ROBOT_SECRET"),
        "ConnSchema", "default", "ConnCatalog", "", "PWD", "", "UID", ""};
    try (Connection own = connect(robot)) {
      assertEquals(List.of(row(env("ROBOT"))), rows(own, "SELECT current_user()"));
    }
    robot[7] = "dose" + "0".repeat(32);
    assertThrows(SQLException.class, () -> {
      try (Connection refused = connect(robot)) {
        rows(refused, "SELECT 1");
      }
    });
  }

  @Test
  @Tag("ddl")
  void tablesAndViews() throws SQLException {
    run(connection, "CREATE TABLE goods (id BIGINT NOT NULL COMMENT 'the key', name STRING) COMMENT 'things'",
        "ALTER TABLE goods ADD COLUMNS (price DECIMAL(10,2))", "CREATE VIEW cheap AS SELECT id FROM goods WHERE price < 10");
    assertEquals(List.of(row("id", "bigint", "the key"), row("name", "string", null), row("price", "decimal(10,2)", null)),
        rows(connection, "DESCRIBE TABLE goods"));
    run(connection, "DROP VIEW cheap", "DROP TABLE goods");
    assertThrows(SQLException.class, () -> rows(connection, "SELECT * FROM goods"));
  }

  @Test
  @Tag("dml")
  void rowsAreChanged() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE stock (id INT, n INT)");
      assertEquals(3, statement.executeUpdate("INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)"));
      assertEquals(2, statement.executeUpdate("UPDATE stock SET n = n + 1 WHERE id > 1"));
      assertEquals(1, statement.executeUpdate("DELETE FROM stock WHERE id = 3"));
      assertEquals(2, statement.executeUpdate("MERGE INTO stock AS t USING (SELECT 2 AS id, 99 AS n UNION ALL SELECT 4, 40) AS s "
          + "ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT *"));
    }
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO stock VALUES (?, ?)")) {
      for (int id = 5; id < 7; ++id) {
        insert.setInt(1, id);
        insert.setInt(2, 10 * id);
        insert.addBatch();
      }
      assertArrayEquals(new int[] {1, 1}, insert.executeBatch());
    }
    assertEquals(List.of(row(1, 10), row(2, 99), row(4, 40), row(5, 50), row(6, 60)), rows(connection, "SELECT * FROM stock ORDER BY id"));
  }

  private void makeEveryType() throws Exception {
    run(connection, "CREATE SCHEMA IF NOT EXISTS main.types", "DROP TABLE IF EXISTS main.types.every");
    for (String statement : Files.readString(Path.of(env("TYPES"))).split(";\n")) {
      if (!statement.isBlank()) run(connection, statement);
    }
  }

  @Test
  @Tag("types")
  void everyType() throws Exception {
    makeEveryType();
    String flat = "SELECT k, b, t, s, i, l, f, d, n, c, day, ts, tn FROM main.types.every ORDER BY k";
    List<List<Object>> all = rows(connection, flat);
    BigDecimal largest = new BigDecimal("9999999999999999999999999999.9999999999");
    assertEquals(row(1, true, (byte) 127, (short) 32767, Integer.MAX_VALUE, Long.MAX_VALUE, Float.MAX_VALUE, Double.MAX_VALUE, largest,
        "äöü €😀 \"quoted\" \\ it's", Date.valueOf("9999-12-31"), Timestamp.valueOf("9999-12-31 23:59:59.999999"),
        Timestamp.valueOf("9999-12-31 23:59:59.999999")), all.get(0));
    assertEquals(row(2, false, (byte) -128, (short) -32768, Integer.MIN_VALUE, Long.MIN_VALUE, -Float.MAX_VALUE, -Double.MAX_VALUE,
        largest.negate(), ""), all.get(1).subList(0, 10));
    List<Object> nothing = new ArrayList<>(java.util.Collections.nCopies(13, null));
    nothing.set(0, 3);
    assertEquals(nothing, all.get(2));
    assertEquals(row(Float.NaN, Double.POSITIVE_INFINITY), all.get(3).subList(6, 8));
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT x, day, ts FROM main.types.every ORDER BY k")) {
      assertEquals(List.of(Types.BINARY, Types.DATE, Types.TIMESTAMP), List.of(result.getMetaData().getColumnType(1),
          result.getMetaData().getColumnType(2), result.getMetaData().getColumnType(3)));
      assertTrue(result.next());
      assertArrayEquals(new byte[] {0, (byte) 0xFF, 16}, result.getBytes(1));
      assertTrue(result.next());
      assertArrayEquals(new byte[0], result.getBytes(1));
      // The old calendar that java.sql.Date keeps has other days before 1582; text has none of that.
      assertTrue(result.getString(2).startsWith("0001-01-01"), result.getString(2));
      assertTrue(result.getString(3).startsWith("0001-01-01 00:00:00"), result.getString(3));
      assertTrue(result.next());
      assertNull(result.getBytes(1));
      assertTrue(result.wasNull());
    }
  }

  @Test
  @Tag("nested")
  void arraysMapsAndStructs() throws Exception {
    makeEveryType();
    try (Connection own = connect("EnableComplexDatatypeSupport", "1"); Statement statement = own.createStatement();
        ResultSet result = statement.executeQuery("SELECT a, m, st, deep FROM main.types.every WHERE k < 3 ORDER BY k")) {
      assertTrue(result.next());
      assertArrayEquals(new Object[] {1, null, 3}, (Object[]) ((Array) result.getObject(1)).getArray());
      Map<?, ?> map = (Map<?, ?>) result.getObject(2);
      assertEquals(2, map.size());
      assertEquals(1, map.get("a"));
      assertNull(map.get("b"));
      assertArrayEquals(new Object[] {1, "x"}, ((Struct) result.getObject(3)).getAttributes());
      Object[] deep = (Object[]) ((Array) result.getObject(4)).getArray();
      Object[] inner = ((Struct) deep[0]).getAttributes();
      assertEquals("y", inner[0]);
      assertArrayEquals(new Object[] {1L, Long.MAX_VALUE}, (Object[]) ((Array) inner[1]).getArray());
      assertTrue(result.next());
      assertEquals(0, ((Object[]) ((Array) result.getObject(1)).getArray()).length);
      assertTrue(((Map<?, ?>) result.getObject(2)).isEmpty());
      assertArrayEquals(new Object[] {null, null}, ((Struct) result.getObject(3)).getAttributes());
    }
  }

  @Test
  @Tag("intervals")
  void intervals() throws SQLException {
    assertEquals(List.of(row("1 day")), rows(connection, "SELECT INTERVAL '1' DAY AS d"));
  }

  @Test
  @Tag("positional")
  void positionalParameters() throws SQLException {
    String sql = "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f, ? AS g, ? AS h";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, 41);
      statement.setLong(2, 1L << 60);
      statement.setString(3, "it's \"quoted\" ü ?");
      statement.setDouble(4, 1.5);
      statement.setBigDecimal(5, new BigDecimal("12345.678"));
      statement.setBoolean(6, true);
      statement.setDate(7, Date.valueOf("2024-05-17"));
      statement.setNull(8, Types.VARCHAR);
      try (ResultSet result = statement.executeQuery()) {
        assertTrue(result.next());
        assertEquals(List.of(41, 1L << 60, "it's \"quoted\" ü ?", 1.5), List.of(result.getInt(1), result.getLong(2),
            result.getString(3), result.getDouble(4)));
        assertEquals(0, new BigDecimal("12345.678").compareTo(result.getBigDecimal(5)));
        assertTrue(result.getBoolean(6));
        assertEquals(Date.valueOf("2024-05-17"), result.getDate(7));
        assertNull(result.getObject(8));
        assertFalse(result.next());
      }
      statement.setTimestamp(1, Timestamp.valueOf("2024-05-17 09:30:00.125"));
      try (ResultSet result = statement.executeQuery()) {
        assertTrue(result.next());
        assertEquals(Timestamp.valueOf("2024-05-17 09:30:00.125"), result.getTimestamp(1));
      }
    }
  }

  @Test
  @Tag("metadata")
  void metadata() throws SQLException {
    run(connection, "CREATE TABLE seen (id BIGINT NOT NULL, name STRING COMMENT 'its name')",
        "CREATE FUNCTION twice(x BIGINT) RETURNS BIGINT RETURN x * 2");
    var about = connection.getMetaData();
    assertTrue(answer(about.getCatalogs(), "TABLE_CAT").contains(row("main")));
    assertTrue(answer(about.getSchemas("main", "%"), "TABLE_SCHEM").contains(row(schema)));
    assertEquals(List.of(row("seen", "TABLE")), answer(about.getTables("main", schema, "se_n", null), "TABLE_NAME", "TABLE_TYPE"));
    assertEquals(List.of(row("id", "BIGINT", Types.BIGINT, 1, ""), row("name", "STRING", Types.VARCHAR, 2, "its name")),
        answer(about.getColumns("main", schema, "seen", "%"), "COLUMN_NAME", "TYPE_NAME", "DATA_TYPE", "ORDINAL_POSITION", "REMARKS"));
    assertEquals(List.of(row("twice")), answer(about.getFunctions("main", schema, "tw%"), "FUNCTION_NAME"));
    assertTrue(answer(about.getTableTypes(), "TABLE_TYPE").containsAll(List.of(row("TABLE"), row("VIEW"))));
    assertTrue(answer(about.getTypeInfo(), "TYPE_NAME").contains(row("DECIMAL")));
  }

  @Test
  @Tag("keys")
  void keys() throws SQLException {
    run(connection, "CREATE TABLE parents (id BIGINT NOT NULL, CONSTRAINT parents_key PRIMARY KEY (id))",
        "CREATE TABLE children (id BIGINT, parent BIGINT, CONSTRAINT of_parent FOREIGN KEY (parent) REFERENCES parents)");
    var about = connection.getMetaData();
    assertEquals(List.of(row("id", "parents_key")), answer(about.getPrimaryKeys("main", schema, "parents"), "COLUMN_NAME", "PK_NAME"));
    assertEquals(List.of(row("parents", "id", "parent", "of_parent")),
        answer(about.getImportedKeys("main", schema, "children"), "PKTABLE_NAME", "PKCOLUMN_NAME", "FKCOLUMN_NAME", "FK_NAME"));
    assertEquals(List.of(row("id", "parent")), answer(about.getCrossReference("main", schema, "parents", "main", schema, "children"),
        "PKCOLUMN_NAME", "FKCOLUMN_NAME"));
  }

  @Test
  @Tag("errors")
  void errorsHaveTheirState() {
    Map<String, String> failures = Map.of("SELECT * FROM nowhere", "42P01", "SELECT nothing FROM range(1)", "42703", "SELEC 1", "42601",
        "SELECT 1 / 0", "22012", "SELECT CAST('x' AS INT)", "22018");
    failures.forEach((sql, state) -> {
      DatabricksSQLException error = assertThrows(DatabricksSQLException.class, () -> rows(connection, sql), sql);
      assertEquals(state, error.getSQLState(), sql + ": " + error.getMessage());
    });
    SQLException refused = assertThrows(SQLException.class, () -> {
      try (Connection other = connect("httpPath", "/sql/1.0/warehouses/0123456789abcdef")) {
        rows(other, "SELECT 1");
      }
    });
    assertTrue(refused.getMessage().contains("0123456789abcdef") || refused.getMessage().contains("404"), refused.getMessage());
  }

  private static final String ENDLESS = "SELECT sum(a.id * b.id) AS s FROM range(10000000) AS a, range(1000000) AS b";

  @Test
  @Tag("cancel")
  void aRunningStatementIsCancelled() throws Exception {
    try (Statement statement = connection.createStatement()) {
      CompletableFuture<ResultSet> running = CompletableFuture.supplyAsync(() -> {
        try {
          return statement.executeQuery(ENDLESS);
        } catch (SQLException error) {
          throw new IllegalStateException(error);
        }
      });
      // Before it has its handle there is nothing to cancel.
      while (!running.isDone()) {
        try {
          statement.cancel();
        } catch (SQLException tooEarly) {
          Thread.onSpinWait();
        }
        Thread.sleep(50);
      }
      ExecutionException failed = assertThrows(ExecutionException.class, running::get);
      assertInstanceOf(SQLException.class, failed.getCause().getCause());
    }
    assertEquals(List.of(row(7)), rows(connection, "SELECT 7"));
  }

  @Test
  @Tag("timeout")
  void aStatementTakesTooLong() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThrows(DatabricksTimeoutException.class, () -> statement.executeQuery(ENDLESS));
    }
    assertEquals(List.of(row(7)), rows(connection, "SELECT 7"));
  }

  private void large(Connection on) throws SQLException {
    BitSet seen = new BitSet();
    try (Statement statement = on.createStatement();
        ResultSet result = statement.executeQuery("SELECT id, concat('a text of some length ', id) AS t FROM range(300000)")) {
      while (result.next()) {
        long id = result.getLong(1);
        assertEquals("a text of some length " + id, result.getString(2));
        assertFalse(seen.get((int) id));
        seen.set((int) id);
      }
    }
    assertEquals(300_000, seen.cardinality());
  }

  @Test
  @Tag("links")
  void aLargeResultByLinks() throws SQLException {
    large(connection);
  }

  @Test
  @Tag("inline")
  void aLargeResultWithoutLinks() throws SQLException {
    try (Connection own = connect("EnableQueryResultDownload", "0")) {
      large(own);
    }
  }

  @Test
  @Tag("grants")
  void somebodyElseSeesWhatIsGranted() throws SQLException {
    run(connection, "CREATE TABLE secret (a INT)", "CREATE TABLE shared (a INT)", "INSERT INTO shared VALUES (1)");
    for (String grant : List.of("USE CATALOG ON CATALOG main", "USE SCHEMA ON SCHEMA main." + schema, "SELECT ON TABLE shared")) {
      run(connection, "GRANT " + grant + " TO `" + env("ROBOT") + "`");
    }
    try (Connection robot = connect("PWD", env("ROBOT_TOKEN"))) {
      assertEquals(List.of(row(1)), rows(robot, "SELECT a FROM shared"));
      assertThrows(SQLException.class, () -> rows(robot, "SELECT a FROM secret"));
      assertEquals("42501", assertThrows(SQLException.class, () -> run(robot, "INSERT INTO shared VALUES (2)")).getSQLState());
      assertEquals(List.of(row("shared")), answer(robot.getMetaData().getTables("main", schema, "%", null), "TABLE_NAME"));
    }
  }

  @Test
  @Tag("transactions")
  void transactionsAreRefused() {
    assertThrows(SQLException.class, () -> {
      try (Connection own = connect("IgnoreTransactions", "0")) {
        own.setAutoCommit(false);
        rows(own, "SELECT 1");
      }
    });
    outcomes.note("transactions", "not supported: each statement is a transaction of its own");
  }

  @Test
  @Tag("staging")
  void volumesHoldNoFiles() {
    assertThrows(SQLException.class, () -> {
      try (Connection own = connect("VolumeOperationAllowedLocalPaths", "/tmp")) {
        run(own, "PUT '/tmp/a' INTO '/Volumes/main/default/v/a'");
      }
    });
    outcomes.note("staging", "not supported: volumes are names and rights only, they hold no files yet");
  }

  @Test
  @Tag("rest_mode")
  void theOtherProtocol() {
    SQLException refused = assertThrows(SQLException.class, () -> connect("UseThriftClient", "0").close());
    assertTrue(refused.getMessage().contains("404") || refused.getMessage().contains("Failed to connect"), refused.getMessage());
    outcomes.note("rest_mode", "not supported: the driver asks for /api/2.0/sql/warehouses/ID/sessions, which is not served; its default is Thrift");
  }
}
