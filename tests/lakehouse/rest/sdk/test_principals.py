import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.service import iam

ADD, REMOVE, REPLACE = iam.PatchOp.ADD, iam.PatchOp.REMOVE, iam.PatchOp.REPLACE
PATCH = [iam.PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP]


def test_me_and_the_workspace(workspace, admin):
    me = admin.current_user.me()
    assert me.user_name == "admin@example.com"
    assert me.active
    assert "admins" in [group.display for group in me.groups]
    assert admin.get_workspace_id() == workspace.workspace_id


def test_users(admin, unique):
    name = unique("user") + "@example.com"
    made = admin.users.create(user_name=name, display_name="Ute User", name=iam.Name(given_name="Ute", family_name="User"),
                              entitlements=[iam.ComplexValue(value="databricks-sql-access")])
    assert made.id.isdigit()
    got = admin.users.get(made.id)
    assert (got.user_name, got.display_name, got.active) == (name, "Ute User", True)
    assert (got.name.given_name, got.name.family_name) == ("Ute", "User")
    assert [email.value for email in got.emails] == [name]
    assert "databricks-sql-access" in [entitlement.value for entitlement in got.entitlements]

    admin.users.patch(made.id, operations=[iam.Patch(op=REPLACE, path="displayName", value="Ute U."),
                                           iam.Patch(op=REPLACE, value={"active": False})], schemas=PATCH)
    got = admin.users.get(made.id)
    assert (got.display_name, got.active) == ("Ute U.", False)
    admin.users.update(made.id, user_name=name, display_name="Ute", active=True)
    got = admin.users.get(made.id)
    assert (got.display_name, got.active, got.name) == ("Ute", True, None)

    with pytest.raises(ResourceConflict):
        admin.users.create(user_name=name)
    admin.users.delete(made.id)
    with pytest.raises(NotFound):
        admin.users.get(made.id)
    with pytest.raises(NotFound):
        admin.users.delete(made.id)


def test_groups(admin, unique):
    people = [admin.users.create(user_name=unique("member") + "@example.com") for _ in range(3)]
    name = unique("group")
    made = admin.groups.create(display_name=name, members=[iam.ComplexValue(value=people[0].id)])

    def members():
        return sorted(member.value for member in admin.groups.get(made.id).members or [])

    assert members() == [people[0].id]
    admin.groups.patch(made.id, schemas=PATCH, operations=[
        iam.Patch(op=ADD, value={"members": [{"value": people[1].id}, {"value": people[2].id}]}),
        iam.Patch(op=REMOVE, path=f'members[value eq "{people[0].id}"]')])
    assert members() == sorted([people[1].id, people[2].id])
    assert name in [group.display for group in admin.users.get(people[1].id).groups]

    outer = admin.groups.create(display_name=unique("outer"), members=[iam.ComplexValue(value=made.id)])
    (member,) = admin.groups.get(outer.id).members
    assert (member.display, member.ref) == (name, f"Groups/{made.id}")
    with pytest.raises(BadRequest):  # a circle
        admin.groups.patch(made.id, schemas=PATCH,
                           operations=[iam.Patch(op=ADD, path="members", value=[{"value": outer.id}])])

    renamed = unique("renamed")
    admin.groups.update(made.id, display_name=renamed, members=[iam.ComplexValue(value=people[0].id)])
    assert members() == [people[0].id]
    assert admin.groups.get(made.id).display_name == renamed
    admin.groups.delete(outer.id)
    admin.groups.delete(made.id)
    with pytest.raises(NotFound):
        admin.groups.get(made.id)


def test_service_principals(admin, unique):
    made = admin.service_principals.create(display_name=unique("app"))
    assert made.application_id.count("-") == 4
    (found,) = admin.service_principals.list(filter=f'applicationId eq "{made.application_id}"')
    assert found.id == made.id
    admin.service_principals.patch(made.id, schemas=PATCH, operations=[iam.Patch(op=REPLACE, path="active", value="false")])
    assert admin.service_principals.get(made.id).active is False
    admin.service_principals.update(made.id, display_name="renamed", application_id=made.application_id, active=True)
    got = admin.service_principals.get(made.id)
    assert (got.display_name, got.active, got.application_id) == ("renamed", True, made.application_id)
    admin.service_principals.delete(made.id)
    with pytest.raises(NotFound):
        admin.service_principals.get(made.id)


def test_lists(admin, unique):
    prefix = unique("list")
    names = [f"{prefix}-{number:02}@example.com" for number in range(7)]
    for name in reversed(names):
        admin.users.create(user_name=name, display_name=name.upper())
    everyone = f'userName sw "{prefix}"'
    listed = [user.user_name for user in admin.users.list(filter=everyone, sort_by="userName")]
    assert listed == names
    # Small pages give the same list.
    listed = [user.user_name for user in admin.users.list(filter=everyone, sort_by="userName", count=2,
                                                          sort_order=iam.ListSortOrder.DESCENDING)]
    assert listed == names[::-1]
    some = admin.users.list(filter=f'{everyone} and displayName co "-03" or userName eq "{names[5]}"')
    assert sorted(user.user_name for user in some) == [names[3], names[5]]
    (one,) = admin.users.list(filter=f'userName eq "{names[2].upper()}"', attributes="id,userName")
    assert one.user_name == names[2] and one.display_name is None and not one.emails
    with pytest.raises(BadRequest, match="cannot search by"):
        list(admin.users.list(filter='shoeSize eq "4"'))


def test_what_others_may_not(robot, admin, unique):
    _, client = robot
    assert [group.display_name for group in client.groups.list(filter='displayName eq "admins"')] == ["admins"]
    with pytest.raises(PermissionDenied):
        client.users.create(user_name=unique("user") + "@example.com")
    with pytest.raises(PermissionDenied):
        client.groups.create(display_name=unique("group"))
    with pytest.raises(PermissionDenied):
        client.service_principals.delete(admin.service_principals.create(display_name="x").id)


def test_bad_input(admin):
    with pytest.raises(BadRequest, match="userName"):
        admin.users.create(display_name="nobody")
    with pytest.raises(NotFound):
        admin.users.get("12345")
    with pytest.raises(NotFound):
        admin.groups.get("not-a-number")
