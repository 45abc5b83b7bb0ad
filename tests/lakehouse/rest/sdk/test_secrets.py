import base64

import pytest
from databricks.sdk.errors import (BadRequest, InvalidParameterValue, PermissionDenied, ResourceAlreadyExists,
                                   ResourceDoesNotExist)
from databricks.sdk.service import workspace as ws


def value(client, scope, key):
    return base64.b64decode(client.secrets.get_secret(scope, key).value)


def test_values(admin, unique):
    scope = unique("scope")
    admin.secrets.create_scope(scope)
    assert scope in [one.name for one in admin.secrets.list_scopes()]
    admin.secrets.put_secret(scope, "password", string_value="hünter2")
    admin.secrets.put_secret(scope, "bytes", bytes_value=base64.b64encode(b"\0\xff").decode())
    assert value(admin, scope, "password").decode() == "hünter2"
    assert value(admin, scope, "bytes") == b"\0\xff"
    assert sorted(secret.key for secret in admin.secrets.list_secrets(scope)) == ["bytes", "password"]
    assert admin.dbutils.secrets.get(scope, "password") == "hünter2"
    admin.secrets.delete_secret(scope, "password")
    with pytest.raises(ResourceDoesNotExist):
        admin.secrets.get_secret(scope, "password")
    with pytest.raises(ResourceAlreadyExists):
        admin.secrets.create_scope(scope)
    admin.secrets.delete_scope(scope)
    with pytest.raises(ResourceDoesNotExist):
        list(admin.secrets.list_secrets(scope))


def test_lists_of_who_may(admin, robot, unique):
    principal, client = robot
    scope = unique("scope")
    admin.secrets.create_scope(scope)
    admin.secrets.put_secret(scope, "k", string_value="v")
    with pytest.raises(PermissionDenied, match="READ"):
        client.secrets.get_secret(scope, "k")
    assert scope not in [one.name for one in client.secrets.list_scopes()]
    admin.secrets.put_acl(scope, principal.application_id, ws.AclPermission.READ)
    assert value(client, scope, "k") == b"v"
    with pytest.raises(PermissionDenied, match="WRITE"):
        client.secrets.put_secret(scope, "k", string_value="w")
    assert admin.secrets.get_acl(scope, principal.application_id).permission == ws.AclPermission.READ
    acls = {acl.principal: acl.permission for acl in admin.secrets.list_acls(scope)}
    assert acls == {"admin@example.com": ws.AclPermission.MANAGE, principal.application_id: ws.AclPermission.READ}
    admin.secrets.delete_acl(scope, principal.application_id)
    with pytest.raises(ResourceDoesNotExist):
        admin.secrets.get_acl(scope, principal.application_id)
    with pytest.raises(PermissionDenied):
        client.secrets.get_secret(scope, "k")


def test_everybody_may_manage(admin, robot, unique):
    _, client = robot
    scope = unique("scope")
    admin.secrets.create_scope(scope, initial_manage_principal="users")
    client.secrets.put_secret(scope, "k", string_value="v")
    client.secrets.delete_scope(scope)


def test_limits(admin, unique):
    scope = unique("scope")
    admin.secrets.create_scope(scope)
    admin.secrets.put_secret(scope, "k", string_value="x" * 131_072)
    with pytest.raises(BadRequest, match="128 KB"):
        admin.secrets.put_secret(scope, "k", string_value="x" * 131_073)
    with pytest.raises(InvalidParameterValue, match="bytes_value"):
        admin.secrets.put_secret(scope, "k", bytes_value="not base64!")
    with pytest.raises(InvalidParameterValue, match="not both"):
        admin.secrets.put_secret(scope, "k", string_value="a", bytes_value="YQ==")
    with pytest.raises(InvalidParameterValue):
        admin.secrets.create_scope("a b")
    with pytest.raises(InvalidParameterValue, match="permission"):
        admin.api_client.do("POST", "/api/2.0/secrets/acls/put",
                            body={"scope": scope, "principal": "users", "permission": "FLY"})
    with pytest.raises(InvalidParameterValue, match="scope"):
        admin.api_client.do("GET", "/api/2.0/secrets/list")
