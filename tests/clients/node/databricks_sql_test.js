// The real @databricks/sql against a workspace of ours. Each test says which feature of docs/clients.md it shows.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';

const require = createRequire(path.join(process.env.LAKEPORT_NODE_MODULES, 'here.js'));
const { DBSQLClient, DBSQLParameter, DBSQLParameterType } = require('@databricks/sql');
const { version } = require('@databricks/sql/package.json');
const errors = (name) => require(`@databricks/sql/dist/errors/${name}`).default;

const env = (name) => process.env[`LAKEPORT_${name}`];
const quiet = { log() {} };
const outcomes = {};

function shows(feature, name, work) {
  outcomes[feature] ??= 'works';
  test(name, async () => {
    try {
      await work();
    } catch (error) {
      outcomes[feature] = `fails: ${error.message}`;
      throw error;
    }
  });
}

async function connected(options = {}) {
  const client = new DBSQLClient({ logger: quiet });
  client.on('error', () => {}); // also told to whoever waits for the call
  await client.connect({ host: env('HOST'), path: env('HTTP_PATH'), token: env('TOKEN'), ...options });
  return client;
}

async function withSession(work, options = {}, request = {}) {
  const client = await connected(options);
  try {
    const session = await client.openSession({ initialCatalog: 'main', initialSchema: 'default', ...request });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  } finally {
    await client.close();
  }
}

async function rows(session, sql, options = {}) {
  const operation = await session.executeStatement(sql, options);
  try {
    return await operation.fetchAll();
  } finally {
    await operation.close();
  }
}

async function answered(operation) {
  try {
    return await operation.fetchAll();
  } finally {
    await operation.close();
  }
}

let session;
let client;
before(async () => {
  client = await connected({ preserveBigNumericPrecision: true });
  session = await client.openSession({ initialCatalog: 'main', initialSchema: 'node' });
  await rows(session, 'CREATE SCHEMA node');
});
after(async () => {
  await session.close();
  await client.close();
  const folder = process.env.LAKEPORT_CLIENT_OUTCOMES;
  if (!folder) return;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'node.json'), JSON.stringify({ client: `@databricks/sql ${version}`, outcomes }, null, 1));
});

shows('pat', 'a personal access token', async () => {
  assert.deepEqual(await rows(session, 'SELECT current_user() AS me, current_schema() AS s'), [{ me: 'admin@example.com', s: 'node' }]);
  await assert.rejects(withSession(async () => {}, { token: `dapi${'0'.repeat(32)}` }), /401|token/i);
});

// The driver signs in with OAuth only where the host's name ends in one of Databricks' own.
shows('m2m', 'OAuth with client credentials', async () => {
  const host = 'lakeport.cloud.databricks.com';
  const { lookup } = dns;
  dns.lookup = (name, options, done) => lookup(name === host ? env('HOST') : name, options, done);
  try {
    const robot = { host, authType: 'databricks-oauth', oauthClientId: env('ROBOT'), oauthClientSecret: env('ROBOT_SECRET'), token: undefined };
    const place = { initialSchema: undefined, initialCatalog: undefined };
    assert.deepEqual(await withSession((own) => rows(own, 'SELECT current_user() AS me'), robot, place), [{ me: env('ROBOT') }]);
    await assert.rejects(withSession(async () => {}, { ...robot, oauthClientSecret: `dose${'0'.repeat(32)}` }, place));
  } finally {
    dns.lookup = lookup;
  }
  outcomes.m2m = "works: where the host's name ends in one of Databricks' own, such as .cloud.databricks.com: the driver asks no other";
});

shows('ddl', 'tables, views and schemas are made, changed and dropped', async () => {
  await rows(session, "CREATE TABLE goods (id BIGINT NOT NULL COMMENT 'the key', name STRING) COMMENT 'things'");
  await rows(session, 'ALTER TABLE goods ADD COLUMNS (price DECIMAL(10,2))');
  await rows(session, 'CREATE VIEW cheap AS SELECT id FROM goods WHERE price < 10');
  const described = await rows(session, 'DESCRIBE TABLE goods');
  assert.deepEqual(described.map((row) => [row.col_name, row.data_type]), [['id', 'bigint'], ['name', 'string'], ['price', 'decimal(10,2)']]);
  await rows(session, 'DROP VIEW cheap');
  await rows(session, 'DROP TABLE goods');
  await assert.rejects(rows(session, 'SELECT * FROM goods'), /TABLE_OR_VIEW_NOT_FOUND/);
});

shows('dml', 'rows are inserted, updated, merged and deleted', async () => {
  await rows(session, 'CREATE TABLE stock (id INT, n INT)');
  assert.deepEqual(await rows(session, 'INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)'), [{ num_affected_rows: 3n, num_inserted_rows: 3n }]);
  assert.equal((await rows(session, 'UPDATE stock SET n = n + 1 WHERE id > 1'))[0].num_affected_rows, 2n);
  assert.equal((await rows(session, 'DELETE FROM stock WHERE id = 3'))[0].num_affected_rows, 1n);
  const merged = await rows(session, `MERGE INTO stock AS t USING (SELECT 2 AS id, 99 AS n UNION ALL SELECT 4, 40) AS s ON t.id = s.id
    WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT *`);
  assert.deepEqual(merged, [{ num_affected_rows: 2n, num_updated_rows: 1n, num_deleted_rows: 0n, num_inserted_rows: 1n }]);
  assert.deepEqual(await rows(session, 'SELECT * FROM stock ORDER BY id'), [{ id: 1, n: 10 }, { id: 2, n: 99 }, { id: 4, n: 40 }]);
});

async function everyType() {
  const statements = fs.readFileSync(new URL('../types.sql', import.meta.url), 'utf8').split(';\n');
  await rows(session, 'CREATE SCHEMA IF NOT EXISTS main.types');
  await rows(session, 'DROP TABLE IF EXISTS main.types.every');
  for (const statement of statements.filter((text) => text.trim())) await rows(session, statement);
  return rows(session, 'SELECT * FROM main.types.every ORDER BY k');
}

shows('types', 'every type at its ends, and NULL', async () => {
  const [high, low, none, odd] = await everyType();
  // A JavaScript Date ends at milliseconds, and the driver's way there goes through a double, which rounds the last moment up.
  const flat = ({ a, m, st, deep, x, ...rest }) => ({ ...rest, x: x && [...x] });
  assert.deepEqual(flat(high), {
    k: 1, b: true, t: 127, s: 32767, i: 2147483647, l: 9223372036854775807n, f: Math.fround(3.4028235e38), d: Number.MAX_VALUE,
    n: '9999999999999999999999999999.9999999999', c: 'äöü €😀 "quoted" \\ it\'s', x: [0, 255, 16], day: new Date('9999-12-31'),
    ts: new Date('+010000-01-01T00:00:00.000Z'), tn: new Date('+010000-01-01T00:00:00.000Z') });
  // The driver itself reads negative decimals of so many digits wrongly.
  assert.deepEqual({ ...flat(low), n: undefined }, {
    k: 2, b: false, t: -128, s: -32768, i: -2147483648, l: -9223372036854775808n, f: -Math.fround(3.4028235e38), d: -Number.MAX_VALUE,
    n: undefined, c: '', x: [], day: new Date('0001-01-01'), ts: new Date('0001-01-01T00:00:00Z'),
    tn: new Date('0001-01-01T00:00:00Z') });
  assert.deepEqual(none, Object.fromEntries(Object.keys(high).map((name) => [name, name === 'k' ? 3 : null])));
  assert.ok(Number.isNaN(odd.f));
  assert.equal(odd.d, Infinity);
});

shows('nested', 'arrays, maps and structs', async () => {
  const [high, low] = await everyType();
  assert.deepEqual([high.a, high.m, high.st, high.deep],
    [[1, null, 3], { a: 1, b: null }, { p: 1, q: 'x' }, [{ k: 'y', v: [1n, 9223372036854775807n] }]]);
  assert.deepEqual([low.a, low.m, low.st, low.deep], [[], {}, { p: null, q: null }, []]);
});

shows('intervals', 'intervals come as text', async () => {
  assert.deepEqual(await rows(session, "SELECT INTERVAL '1' DAY AS d"), [{ d: '1 day' }]);
});

shows('named', 'named parameters', async () => {
  const namedParameters = {
    i: 41, big: 9007199254740993n, t: 'it\'s "quoted" ü', f: 1.5, yes: true, none: null,
    n: new DBSQLParameter({ type: DBSQLParameterType.DECIMAL, value: '12345.678' }),
    day: new DBSQLParameter({ type: DBSQLParameterType.DATE, value: '2024-05-17' }),
    at: new Date('2024-05-17T09:30:00.125Z') };
  const columns = Object.keys(namedParameters).map((name) => `:${name} AS ${name}`).join(', ');
  assert.deepEqual(await rows(session, `SELECT ${columns}`, { namedParameters }), [{
    i: 41, big: 9007199254740993n, t: 'it\'s "quoted" ü', f: 1.5, yes: true, none: null, n: '12345.678',
    day: new Date('2024-05-17'), at: new Date('2024-05-17T09:30:00.125Z') }]);
});

shows('positional', 'positional parameters', async () => {
  const ordinalParameters = ['x', 7, false];
  assert.deepEqual(await rows(session, 'SELECT ? AS a, ? + 1 AS b, ? AS c', { ordinalParameters }), [{ a: 'x', b: 8, c: false }]);
  await assert.rejects(rows(session, 'SELECT ? AS a'), /UNBOUND_SQL_PARAMETER/);
});

shows('metadata', 'catalogs, schemas, tables, columns, types', async () => {
  await rows(session, "CREATE TABLE seen (id BIGINT NOT NULL, name STRING COMMENT 'its name')");
  assert.ok((await answered(await session.getCatalogs())).some((row) => row.TABLE_CAT === 'main'));
  assert.deepEqual(await answered(await session.getSchemas({ catalogName: 'main', schemaName: 'nod%' })), [{ TABLE_SCHEM: 'node', TABLE_CATALOG: 'main' }]);
  const tables = await answered(await session.getTables({ catalogName: 'main', schemaName: 'node', tableName: 'se_n' }));
  assert.deepEqual(tables.map((row) => [row.TABLE_NAME, row.TABLE_TYPE]), [['seen', 'TABLE']]);
  const columns = await answered(await session.getColumns({ catalogName: 'main', schemaName: 'node', tableName: 'seen' }));
  assert.deepEqual(columns.map((row) => [row.COLUMN_NAME, row.TYPE_NAME, row.NULLABLE, row.REMARKS]),
    [['id', 'BIGINT', 0, ''], ['name', 'STRING', 1, 'its name']]);
  assert.ok((await answered(await session.getTypeInfo())).some((row) => row.TYPE_NAME === 'DECIMAL'));
  assert.deepEqual((await answered(await session.getTableTypes())).map((row) => row.TABLE_TYPE), ['TABLE', 'VIEW']);
  await rows(session, 'CREATE FUNCTION twice(x BIGINT) RETURNS BIGINT RETURN x * 2');
  const functions = await answered(await session.getFunctions({ catalogName: 'main', schemaName: 'node', functionName: 'tw%' }));
  assert.deepEqual(functions.map((row) => row.FUNCTION_NAME), ['twice']);
});

shows('keys', 'primary and foreign keys', async () => {
  await rows(session, 'CREATE TABLE parents (id BIGINT NOT NULL, CONSTRAINT parents_key PRIMARY KEY (id))');
  await rows(session, 'CREATE TABLE children (id BIGINT, parent BIGINT, CONSTRAINT of_parent FOREIGN KEY (parent) REFERENCES parents)');
  const primary = await answered(await session.getPrimaryKeys({ catalogName: 'main', schemaName: 'node', tableName: 'parents' }));
  assert.deepEqual(primary.map((row) => [row.COLUMN_NAME, row.KEQ_SEQ ?? row.KEY_SEQ, row.PK_NAME]), [['id', 1, 'parents_key']]);
  const foreign = await answered(await session.getCrossReference({
    parentCatalogName: 'main', parentSchemaName: 'node', parentTableName: 'parents',
    foreignCatalogName: 'main', foreignSchemaName: 'node', foreignTableName: 'children' }));
  assert.deepEqual(foreign.map((row) => [row.PKCOLUMN_NAME, row.FKCOLUMN_NAME, row.FK_NAME]), [['id', 'parent', 'of_parent']]);
});

shows('errors', 'errors are OperationStateError and StatusError, with SQLSTATE', async () => {
  const failures = [
    ['SELECT * FROM nowhere', 'TABLE_OR_VIEW_NOT_FOUND', '42P01'], ['SELECT nothing FROM range(1)', 'UNRESOLVED_COLUMN', '42703'],
    ['SELEC 1', 'PARSE_SYNTAX_ERROR', '42601'], ['SELECT 1 / 0', 'DIVIDE_BY_ZERO', '22012'],
    ["SELECT CAST('x' AS INT)", 'CAST_INVALID_INPUT', '22018'] ];
  for (const [sql, name, state] of failures) {
    const error = await rows(session, sql).then(() => assert.fail(sql), (caught) => caught);
    assert.ok(error instanceof errors('OperationStateError') || error instanceof errors('StatusError'), `${sql}: ${error}`);
    assert.ok(error.message.includes(`[${name}`), `${sql}: ${error.message}`);
    assert.ok(error.message.includes(`SQLSTATE: ${state}`), `${sql}: ${error.message}`);
    if (error.response) assert.equal(error.response.sqlState, state);
  }
  const refused = withSession(async () => {}, { path: '/sql/1.0/warehouses/0123456789abcdef' });
  await assert.rejects(refused, /404|0123456789abcdef/);
});

shows('cancel', 'a running statement is cancelled, and the session goes on', async () => {
  const operation = await session.executeStatement('SELECT sum(a.id * b.id) AS s FROM range(10000000) AS a, range(1000000) AS b', { maxRows: null });
  const waiting = operation.fetchAll();
  assert.equal(await operation.cancel().then((status) => status.isSuccess), true);
  const error = await waiting.then(() => assert.fail('it ended'), (caught) => caught);
  assert.ok(error instanceof errors('OperationStateError'), String(error));
  assert.equal(error.errorCode, 'CANCELED');
  assert.deepEqual(await rows(session, 'SELECT 7 AS a'), [{ a: 7 }]);
});

shows('timeout', 'STATEMENT_TIMEOUT ends a statement', async () => {
  const slow = (own) => rows(own, 'SELECT sum(a.id * b.id) AS s FROM range(10000000) AS a, range(1000000) AS b');
  const error = await withSession(slow, {}, { configuration: { STATEMENT_TIMEOUT: '1' } }).then(() => assert.fail('it ended'), (caught) => caught);
  assert.ok(error instanceof errors('OperationStateError'), String(error));
  assert.equal(error.errorCode, 'TIMEOUT');
});

async function downloads() {
  const text = await (await fetch(`${env('URL')}/metrics`)).text();
  return Number(/requests_total\{method="GET",route="\/result-links[^"]*",status="200"\} (\d+)/.exec(text)?.[1] ?? 0);
}

// fetchAll() makes an object of every row; fetchChunk() keeps to the rows of a chunk.
async function large(options, count) {
  const operation = await session.executeStatement(`SELECT id, concat('a text of some length ', id) AS t FROM range(${count})`, options);
  const seen = new Uint8Array(count);
  try {
    do {
      for (const row of await operation.fetchChunk({ maxRows: 100000 })) {
        assert.equal(row.t, `a text of some length ${row.id}`);
        seen[Number(row.id)] += 1;
      }
    } while (await operation.hasMoreRows());
  } finally {
    await operation.close();
  }
  assert.ok(seen.every((times) => times === 1));
}

shows('links', 'a large result by links', async () => {
  const earlier = await downloads();
  await large({ useCloudFetch: true }, 300000);
  assert.ok((await downloads()) > earlier);
});

shows('inline', 'a large result without links, with and without LZ4', async () => {
  const earlier = await downloads();
  await large({ useCloudFetch: false, useLZ4Compression: true }, 100000);
  await large({ useCloudFetch: false, useLZ4Compression: false }, 100000);
  assert.equal(await downloads(), earlier);
});

shows('grants', 'somebody else sees what is granted, no more', async () => {
  await rows(session, 'CREATE TABLE secret (a INT)');
  await rows(session, 'CREATE TABLE shared (a INT)');
  await rows(session, 'INSERT INTO shared VALUES (1)');
  for (const grant of ['USE CATALOG ON CATALOG main', 'USE SCHEMA ON SCHEMA main.node', 'SELECT ON TABLE main.node.shared']) {
    await rows(session, `GRANT ${grant} TO \`${env('ROBOT')}\``);
  }
  await withSession(async (robot) => {
    assert.deepEqual(await rows(robot, 'SELECT a FROM shared'), [{ a: 1 }]);
    await assert.rejects(rows(robot, 'SELECT a FROM secret'), /SQLSTATE: 42(P01|501)/);
    await assert.rejects(rows(robot, 'INSERT INTO shared VALUES (2)'), /SQLSTATE: 42501/);
    const tables = await answered(await robot.getTables({ catalogName: 'main', schemaName: 'node' }));
    assert.deepEqual(tables.map((row) => row.TABLE_NAME), ['shared']);
  }, { token: env('ROBOT_TOKEN') }, { initialSchema: 'node' });
});

shows('staging', 'PUT and GET of volumes are refused', async () => {
  await assert.rejects(rows(session, "PUT '/tmp/a' INTO '/Volumes/main/node/v/a'", { stagingAllowedLocalPath: '/tmp' }), /UNSUPPORTED_FEATURE/);
  outcomes.staging = 'not supported: volumes are names and rights only, they hold no files yet';
});
