"""A workspace of the tests' own: `lakeport serve` on a free port, and clients of it."""

import dataclasses
import importlib.metadata
import json
import os
import pathlib
import secrets
import subprocess
import sys

import pytest
from databricks.sdk import WorkspaceClient

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "clients"))
from outcomes import Outcomes  # noqa: E402

ADMIN = "admin@example.com"
OUTCOMES = Outcomes("sdk_identity", "databricks-sdk " + importlib.metadata.version("databricks-sdk"))


def pytest_runtest_logreport(report):
    """Each file of tests is a feature of docs/clients.md."""
    feature = pathlib.Path(report.location[0]).stem.removeprefix("test_")
    if report.failed:
        OUTCOMES.note(feature, "fails")
    elif report.when == "call":
        OUTCOMES.found.setdefault(feature, "works")


def pytest_sessionfinish():
    OUTCOMES.write()


@dataclasses.dataclass
class Workspace:
    url: str
    ca_file: str
    workspace_id: int
    account_id: str
    admin_token: str
    admin_password: str

    def client(self, **credentials) -> WorkspaceClient:
        return WorkspaceClient(host=self.url, **credentials)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    # Nothing of the person who runs the tests may reach the clients.
    for name in [name for name in os.environ if name.startswith("DATABRICKS_")]:
        del os.environ[name]
    os.environ["HOME"] = str(tmp_path_factory.mktemp("home"))
    command = [os.environ["LAKEPORT"], "serve", "--data", folder / "data", "--key-file", folder / "key", "--listen",
               "127.0.0.1:0", "--admin-email", ADMIN, "--log-level", "error", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        events = {}
        for line in server.stdout:
            event = json.loads(line)
            events[event["event"]] = event
            if event["event"] == "ready":
                break
        assert "ready" in events, "the server did not start"
        os.environ["REQUESTS_CA_BUNDLE"] = events["ready"]["ca_file"]
        yield Workspace(events["ready"]["url"], events["ready"]["ca_file"], events["ready"]["workspace_id"],
                        events["ready"]["account_id"], events["created"]["admin_token"],
                        events["created"]["admin_password"])
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def admin(workspace) -> WorkspaceClient:
    return workspace.client(token=workspace.admin_token)


@pytest.fixture
def unique():
    """A name that no other test uses."""
    return lambda prefix: f"{prefix}-{secrets.token_hex(4)}"


@pytest.fixture
def robot(workspace, admin, unique):
    """A service principal without rights, and a client that acts as it."""
    principal = admin.service_principals.create(display_name=unique("robot"))
    token = admin.token_management.create_obo_token(application_id=principal.application_id, comment="test")
    return principal, workspace.client(token=token.token_value)
