import pytest
from databricks.sdk.errors import BadRequest, InvalidParameterValue, NotFound, PermissionDenied, Unauthenticated
from databricks.sdk.service import catalog as uc


@pytest.fixture
def lake(admin, unique):
    """The name of a catalog that goes with the test."""
    name = unique("Lake")
    admin.catalogs.create(name=name, comment="for a test")
    yield name
    admin.catalogs.delete(name, force=True)


def make_table(client, catalog, name, schema="default"):
    return client.tables.create(
        name=name, catalog_name=catalog, schema_name=schema, table_type=uc.TableType.MANAGED,
        data_source_format=uc.DataSourceFormat.DELTA, storage_location="",
        columns=[uc.ColumnInfo(name="id", type_name=uc.ColumnTypeName.LONG, type_text="bigint", position=0, nullable=False),
                 uc.ColumnInfo(name="Größe", type_name=uc.ColumnTypeName.DECIMAL, type_text="decimal(18,2)", position=1)],
        properties={"made.by": "test"})


def grant(admin, kind, name, principal, *privileges):
    change = uc.PermissionsChange(principal=principal.application_id, add=list(privileges))
    return admin.grants.update(securable_type=kind, full_name=name, changes=[change])


def test_metastore(workspace, admin):
    assignment = admin.metastores.current()
    assert assignment.workspace_id == workspace.workspace_id
    assert assignment.default_catalog_name == "main"
    summary = admin.metastores.summary()
    assert summary.metastore_id == assignment.metastore_id
    assert [one.metastore_id for one in admin.metastores.list()] == [summary.metastore_id]
    assert admin.metastores.get(summary.metastore_id).owner == "admins"


def test_catalogs_and_schemas(admin, lake):
    made = admin.catalogs.get(lake.upper())
    assert (made.name, made.comment, made.owner) == (lake, "for a test", "admin@example.com")
    assert made.catalog_type == uc.CatalogType.MANAGED_CATALOG
    assert made.isolation_mode == uc.CatalogIsolationMode.OPEN
    assert {"hive_metastore", "main", lake} <= {one.name for one in admin.catalogs.list()}
    assert {"hive_metastore", "main", lake} <= {one.name for one in admin.catalogs.list(max_results=1)}
    with pytest.raises(BadRequest, match=f"Catalog '{lake}' already exists"):
        admin.catalogs.create(name=lake)
    with pytest.raises(NotFound, match="Catalog 'nothing' does not exist"):
        admin.catalogs.get("nothing")
    with pytest.raises(InvalidParameterValue):
        admin.catalogs.create(name="a.b")
    schema = admin.schemas.create(name="sales figures", catalog_name=lake, properties={"a": "1"})
    assert (schema.full_name, schema.properties) == (f"{lake}.sales figures", {"a": "1"})
    assert [one.name for one in admin.schemas.list(lake)] == ["default", "sales figures"]
    changed = admin.schemas.update(f"{lake}.sales figures", new_name="sold", comment="c")
    assert (changed.name, changed.comment) == ("sold", "c")
    make_table(admin, lake, "t", "sold")
    with pytest.raises(BadRequest, match="not empty"):
        admin.schemas.delete(f"{lake}.sold")
    admin.schemas.delete(f"{lake}.sold", force=True)
    with pytest.raises(NotFound):
        admin.schemas.get(f"{lake}.sold")
    assert admin.catalogs.update(lake, comment="new").comment == "new"


def test_tables(admin, lake):
    made = make_table(admin, lake, "Orders")
    assert made.full_name == f"{lake}.default.Orders"
    assert (made.table_type, made.data_source_format) == (uc.TableType.MANAGED, uc.DataSourceFormat.DELTA)
    assert [column.name for column in made.columns] == ["id", "Größe"]
    assert made.columns[0].type_name == uc.ColumnTypeName.LONG
    assert made.columns[0].nullable is False
    assert (made.columns[1].type_precision, made.columns[1].type_scale) == (18, 2)
    name = f"{lake}.default.orders"
    assert admin.tables.get(name) == made
    assert admin.tables.exists(name).table_exists is True
    assert admin.tables.exists(f"{lake}.default.none").table_exists is False
    for number in range(5):
        make_table(admin, lake, f"t{number}")
    listed = [one.name for one in admin.tables.list(lake, "default", max_results=2)]
    assert listed == ["Orders", "t0", "t1", "t2", "t3", "t4"]
    summaries = admin.tables.list_summaries(lake, table_name_pattern="t%")
    assert [one.full_name for one in summaries] == [f"{lake}.default.t{number}" for number in range(5)]
    key = uc.PrimaryKeyConstraint(name="pk", child_columns=["id"])
    admin.table_constraints.create(full_name_arg=name, constraint=uc.TableConstraint(primary_key_constraint=key))
    constraints = admin.tables.get(name).table_constraints
    assert [one.primary_key_constraint.child_columns for one in constraints] == [["id"]]
    admin.table_constraints.delete(name, "pk", cascade=False)
    assert not admin.tables.get(name).table_constraints
    admin.tables.update(name, owner="admins")
    assert admin.tables.get(name).owner == "admins"
    admin.tables.delete(name)
    with pytest.raises(NotFound):
        admin.tables.get(name)


def test_grants(workspace, admin, robot, lake):
    principal, other = robot
    make_table(admin, lake, "t")
    name = f"{lake}.default.t"
    assert lake not in [one.name for one in other.catalogs.list()]
    with pytest.raises(NotFound):
        other.tables.get(name)
    answer = grant(admin, "TABLE", name, principal, uc.Privilege.SELECT)
    assert answer.privilege_assignments[0].privileges == [uc.Privilege.SELECT]
    with pytest.raises(PermissionDenied, match=f"USE CATALOG on Catalog '{lake}'"):
        other.tables.get(name)
    grant(admin, "CATALOG", lake, principal, uc.Privilege.USE_CATALOG)
    grant(admin, "SCHEMA", f"{lake}.default", principal, uc.Privilege.USE_SCHEMA, uc.Privilege.MODIFY)
    assert other.tables.get(name).name == "t"
    with pytest.raises(PermissionDenied, match="MANAGE"):
        other.tables.delete(name)
    held = admin.grants.get("TABLE", name)
    assert [one.principal for one in held.privilege_assignments] == [principal.application_id]
    effective = admin.grants.get_effective("TABLE", name).privilege_assignments[0].privileges
    assert {(one.privilege, one.inherited_from_name) for one in effective} == {
        (uc.Privilege.SELECT, None), (uc.Privilege.MODIFY, f"{lake}.default")}
    with pytest.raises(InvalidParameterValue, match="not applicable"):
        grant(admin, "TABLE", name, principal, uc.Privilege.CREATE_CATALOG)
    with pytest.raises(Unauthenticated):
        list(workspace.client(token="dapi00000000000000000000000000000000").catalogs.list())


def test_volumes_functions_and_places(admin, lake, unique):
    role_name, place_name = unique("role"), unique("landing")
    role = admin.storage_credentials.create(
        name=role_name, aws_iam_role=uc.AwsIamRoleRequest(role_arn="arn:aws:iam::1:role/x"))
    assert role.aws_iam_role.role_arn == "arn:aws:iam::1:role/x"
    place = admin.external_locations.create(
        name=place_name, url=f"s3://bucket/{place_name}", credential_name=role_name)
    assert admin.external_locations.get(place_name) == place
    assert admin.external_locations.update(place_name, read_only=True).read_only is True
    admin.external_locations.update(place_name, read_only=False)
    volume = admin.volumes.create(catalog_name=lake, schema_name="default", name="files",
                                  volume_type=uc.VolumeType.EXTERNAL, storage_location=f"{place.url}/files")
    assert admin.volumes.read(volume.full_name) == volume
    assert [one.name for one in admin.volumes.list(lake, "default")] == ["files"]
    with pytest.raises(BadRequest):
        admin.external_locations.delete(place_name)
    admin.volumes.delete(volume.full_name)
    admin.external_locations.delete(place_name)
    admin.storage_credentials.delete(role_name)
    assert role_name not in [one.name for one in admin.storage_credentials.list()]

    parameter = uc.FunctionParameterInfo(name="w", type_text="double", type_name=uc.ColumnTypeName.DOUBLE, position=0)
    made = admin.functions.create(uc.CreateFunction(
        name="area", catalog_name=lake, schema_name="default", input_params=uc.FunctionParameterInfos([parameter]),
        data_type=uc.ColumnTypeName.DOUBLE, full_data_type="double",
        routine_body=uc.CreateFunctionRoutineBody.SQL, routine_definition="w * w",
        parameter_style=uc.CreateFunctionParameterStyle.S, is_deterministic=True,
        sql_data_access=uc.CreateFunctionSqlDataAccess.CONTAINS_SQL, is_null_call=False,
        security_type=uc.CreateFunctionSecurityType.DEFINER, specific_name="area"))
    assert (made.routine_definition, made.data_type) == ("w * w", uc.ColumnTypeName.DOUBLE)
    assert [one.name for one in admin.functions.list(lake, "default")] == ["area"]
    admin.functions.delete(made.full_name)
    with pytest.raises(NotFound):
        admin.functions.get(made.full_name)


def test_bindings(workspace, admin, lake):
    admin.catalogs.update(lake, isolation_mode=uc.CatalogIsolationMode.ISOLATED)
    assert admin.workspace_bindings.get(lake).workspaces == [workspace.workspace_id]
    read_only = uc.WorkspaceBindingBindingType.BINDING_TYPE_READ_ONLY
    admin.workspace_bindings.update_bindings(
        "catalog", lake, add=[uc.WorkspaceBinding(workspace_id=workspace.workspace_id, binding_type=read_only)])
    assert [one.binding_type for one in admin.workspace_bindings.get_bindings("catalog", lake)] == [read_only]
    with pytest.raises(PermissionDenied):
        admin.schemas.create(name="s", catalog_name=lake)
    admin.catalogs.update(lake, isolation_mode=uc.CatalogIsolationMode.OPEN)
    admin.schemas.create(name="s", catalog_name=lake)
