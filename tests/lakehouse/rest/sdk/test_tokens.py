import time

import pytest
from databricks.sdk.errors import (BadRequest, InvalidParameterValue, NotFound, PermissionDenied,
                                   ResourceDoesNotExist, Unauthenticated)
from databricks.sdk.service import settings


def test_own_tokens(workspace, admin):
    before = int(time.time() * 1000)
    made = admin.tokens.create(comment="laptop", lifetime_seconds=3600)
    info = made.token_info
    assert made.token_value.startswith("dapi")
    assert info.comment == "laptop"
    assert info.expiry_time - info.creation_time == 3_600_000
    assert info.creation_time >= before - 1000
    endless = admin.tokens.create()
    assert endless.token_info.expiry_time == -1
    listed = {token.token_id: token for token in admin.tokens.list()}
    assert listed[info.token_id].comment == "laptop"

    client = workspace.client(token=made.token_value)
    assert client.current_user.me().user_name == "admin@example.com"
    admin.tokens.delete(info.token_id)
    with pytest.raises(Unauthenticated, match="revoked"):
        client.current_user.me()
    assert info.token_id not in [token.token_id for token in admin.tokens.list()]
    with pytest.raises(ResourceDoesNotExist):
        admin.tokens.delete(info.token_id)


def test_bad_tokens(workspace, admin):
    with pytest.raises(Unauthenticated):
        workspace.client(token="dapi00000000000000000000000000000000").current_user.me()
    with pytest.raises(InvalidParameterValue, match="lifetime_seconds"):
        admin.tokens.create(lifetime_seconds=-5)
    with pytest.raises(BadRequest, match="lifetime_seconds"):
        admin.api_client.do("POST", "/api/2.0/token/create", body={"lifetime_seconds": "soon"})


def test_management(workspace, admin, robot):
    principal, client = robot
    made = client.tokens.create(comment="its own")
    token_id = made.token_info.token_id
    got = admin.token_management.get(token_id).token_info
    assert (got.comment, got.owner_id, got.created_by_username) == ("its own", int(principal.id), principal.application_id)
    assert got.workspace_id == workspace.workspace_id
    listed = list(admin.token_management.list(created_by_username=principal.application_id))
    assert [token.token_id for token in listed] == [token_id]
    with pytest.raises(PermissionDenied):
        list(client.token_management.list())
    with pytest.raises(NotFound):
        client.token_management.get("0")
    admin.token_management.delete(token_id)
    with pytest.raises(Unauthenticated):
        workspace.client(token=made.token_value).current_user.me()


def test_on_behalf_of(workspace, admin, robot):
    principal, client = robot
    made = admin.token_management.create_obo_token(application_id=principal.application_id, lifetime_seconds=60,
                                                   comment="for it")
    assert made.token_info.owner_id == int(principal.id)
    assert workspace.client(token=made.token_value).current_user.me().user_name == principal.application_id
    with pytest.raises(PermissionDenied):
        client.token_management.create_obo_token(application_id=principal.application_id)
    with pytest.raises(NotFound):
        admin.token_management.create_obo_token(application_id="00000000-0000-0000-0000-000000000000")
    with pytest.raises(BadRequest):
        admin.token_management.create_obo_token(application_id="admin@example.com")


def test_who_may_make_tokens(admin, robot):
    principal, client = robot
    levels = admin.token_management.get_permission_levels().permission_levels
    assert [level.permission_level.value for level in levels] == ["CAN_USE"]

    def entries():  # the SDK has no word for what admins have
        answer = admin.api_client.do("GET", "/api/2.0/permissions/authorization/tokens")
        assert len(answer["access_control_list"]) == len(admin.token_management.get_permissions().access_control_list)
        return {(entry.get("group_name") or entry.get("service_principal_name")):
                entry["all_permissions"][0]["permission_level"] for entry in answer["access_control_list"]}

    assert entries() == {"users": "CAN_USE", "admins": "CAN_MANAGE"}
    use = settings.TokenPermissionLevel.CAN_USE
    try:
        admin.token_management.set_permissions(access_control_list=[])
        assert entries() == {"admins": "CAN_MANAGE"}
        with pytest.raises(PermissionDenied, match="CAN_USE"):
            client.tokens.create()
        admin.token_management.update_permissions(access_control_list=[settings.TokenAccessControlRequest(
            service_principal_name=principal.application_id, permission_level=use)])
        assert entries() == {principal.application_id: "CAN_USE", "admins": "CAN_MANAGE"}
        assert client.tokens.create().token_value
    finally:
        admin.token_management.set_permissions(
            access_control_list=[settings.TokenAccessControlRequest(group_name="users", permission_level=use)])
    with pytest.raises(PermissionDenied):
        client.token_management.set_permissions(access_control_list=[])
    with pytest.raises(NotFound, match="nobody"):
        admin.token_management.update_permissions(
            access_control_list=[settings.TokenAccessControlRequest(user_name="nobody", permission_level=use)])
