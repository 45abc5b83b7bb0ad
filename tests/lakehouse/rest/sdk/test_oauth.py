import html.parser
import urllib.parse

import pytest
import requests
from databricks.sdk import AccountClient
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, Unauthenticated
from databricks.sdk.oauth import OAuthClient
from databricks.sdk.service import oauth2

REDIRECT = "http://localhost:8020"


class Page(html.parser.HTMLParser):
    """The form of a sign-in page: its fields, and the ids that labels name."""

    def __init__(self, text):
        super().__init__()
        self.fields, self.labels, self.ids, self.tags, self.alert = {}, set(), set(), set(), False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.add(tag)
        if tag == "input":
            self.fields[attributes["name"]] = attributes.get("value", "")
            if attributes.get("type") != "hidden":
                self.ids.add(attributes["id"])
        if tag == "label":
            self.labels.add(attributes["for"])
        self.alert = self.alert or attributes.get("role") == "alert"


@pytest.fixture
def secret(admin, unique):
    """A service principal and a secret of it."""
    principal = admin.service_principals.create(display_name=unique("machine"))
    return principal, admin.service_principal_secrets_proxy.create(service_principal_id=principal.id)


def sign_in(workspace, consent, password=None, decision="allow", **changes):
    """What a browser and its person do; gives the last answer."""
    with requests.Session() as browser:
        shown = browser.get(consent.authorization_url)
        assert shown.status_code == 200, shown.text
        fields = Page(shown.text).fields
        # Over https requests keeps "__Host-" cookies; the form comes back with it.
        fields |= {"email": "admin@example.com", "password": password or workspace.admin_password, "decision": decision}
        fields |= changes
        return browser.post(f"{workspace.url}/oidc/v1/authorize", data=fields, allow_redirects=False)


def consent_of(workspace, client_id="databricks-cli", redirect=REDIRECT, **more):
    return OAuthClient.from_host(workspace.url, client_id, redirect, **more).initiate_consent()


def callback(answer):
    assert answer.status_code == 303, answer.text
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))


def test_machine(workspace, admin, secret):
    principal, made = secret
    client = workspace.client(client_id=principal.application_id, client_secret=made.secret)
    assert client.current_user.me().user_name == principal.application_id
    assert client.config.auth_type == "oauth-m2m"
    token = client.config.oauth_token()
    claims = token.jwt_claims()
    assert claims["iss"] == f"{workspace.url}/oidc"
    assert claims["aud"] == str(workspace.workspace_id)
    assert "all-apis" in claims["scope"]
    (listed,) = admin.service_principal_secrets_proxy.list(service_principal_id=principal.id)
    assert (listed.id, listed.status) == (made.id, "ACTIVE")

    admin.service_principal_secrets_proxy.delete(service_principal_id=principal.id, secret_id=made.id)
    with pytest.raises(Unauthenticated, match="revoked"):
        client.current_user.me()
    with pytest.raises(ValueError, match="invalid_client"):
        workspace.client(client_id=principal.application_id, client_secret=made.secret).current_user.me()


def test_machine_with_basic_credentials(workspace, secret):
    principal, made = secret
    url = f"{workspace.url}/oidc/v1/token"
    form = {"grant_type": "client_credentials", "scope": "sql"}
    given = requests.post(url, data=form, auth=(principal.application_id, made.secret))
    assert given.status_code == 200
    assert given.headers["Cache-Control"] == "no-store"
    body = given.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "sql")
    # A token for SQL opens no other API.
    with pytest.raises(PermissionDenied, match="scopes"):
        workspace.client(token=body["access_token"]).tokens.create()
    wrong = requests.post(url, data=form, auth=(principal.application_id, "dose0"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    both = requests.post(url, data=form | {"client_secret": made.secret}, auth=(principal.application_id, made.secret))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    assert requests.post(url, json=form).json()["error"] == "invalid_request"
    twice = requests.post(url, data=[("grant_type", "client_credentials"), ("scope", "sql"), ("scope", "all-apis")])
    assert twice.json()["error"] == "invalid_request"


def test_discovery(workspace):
    config = requests.get(f"{workspace.url}/.well-known/databricks-config").json()
    assert config["workspace_id"] == str(workspace.workspace_id)
    assert config["account_id"] == workspace.account_id
    document = requests.get(f"{config['oidc_endpoint']}/.well-known/oauth-authorization-server").json()
    assert document["issuer"] == f"{workspace.url}/oidc"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert requests.get(f"{config['oidc_endpoint']}/.well-known/openid-configuration").json() == document
    (key,) = requests.get(document["jwks_uri"]).json()["keys"]
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}


def test_person(workspace):
    consent = consent_of(workspace)
    answer = sign_in(workspace, consent)
    credentials = consent.exchange_callback_parameters(callback(answer))
    client = workspace.client(token=credentials.token().access_token)
    assert client.current_user.me().user_name == "admin@example.com"
    first = credentials.token().refresh_token
    refreshed = credentials.refresh()
    assert refreshed.refresh_token and refreshed.refresh_token != first
    # The old one again: a thief. Everything of this sign-in falls.
    with pytest.raises(ValueError, match="invalid_grant"):
        credentials.refresh()
    with pytest.raises(Unauthenticated):
        workspace.client(token=refreshed.access_token).current_user.me()


def test_person_who_changes_their_mind(workspace):
    query = callback(sign_in(workspace, consent_of(workspace), decision="deny"))
    assert query["error"] == "access_denied" and "code" not in query


def test_the_page(workspace):
    shown = requests.get(consent_of(workspace).authorization_url)
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe-inline" not in policy and REDIRECT in policy
    cookie = shown.headers["Set-Cookie"]
    assert cookie.startswith("__Host-") and "Secure" in cookie and "HttpOnly" in cookie and "SameSite" in cookie
    page = Page(shown.text)
    assert 'lang="en"' in shown.text and "script" not in page.tags
    assert page.ids == {"email", "password"} == page.labels
    wrong = sign_in(workspace, consent_of(workspace), password="wrong")
    assert wrong.status_code == 401 and Page(wrong.text).alert and "wrong" in wrong.text


def test_forms_of_others(workspace):
    assert sign_in(workspace, consent_of(workspace), proof="1.abc").status_code == 403
    # The proof without its cookie.
    shown = requests.get(consent_of(workspace).authorization_url)
    fields = Page(shown.text).fields | {"email": "admin@example.com", "password": workspace.admin_password,
                                        "decision": "allow"}
    assert requests.post(f"{workspace.url}/oidc/v1/authorize", data=fields).status_code == 403
    # Hidden fields changed on the way: checked again.
    assert sign_in(workspace, consent_of(workspace), redirect_uri="https://evil.example").status_code == 400


def test_bad_authorization_requests(workspace):
    def ask(**changes):
        url = urllib.parse.urlsplit(consent_of(workspace).authorization_url)
        query = dict(urllib.parse.parse_qsl(url.query)) | changes
        return requests.get(f"{workspace.url}{url.path}", params=query, allow_redirects=False)

    for changes in ({"client_id": "nobody"}, {"redirect_uri": "https://evil.example"},
                    {"client_id": '"><script>alert(1)</script>'}):
        answer = ask(**changes)
        assert answer.status_code == 400 and "Location" not in answer.headers and "<script>" not in answer.text
    assert callback(ask(code_challenge_method="plain"))["error"] == "invalid_request"
    assert callback(ask(response_type="token"))["error"] == "unsupported_response_type"
    assert callback(ask(scope="fly"))["error"] == "invalid_scope"
    assert callback(ask(scope="fly", state="a&b="))["state"] == "a&b="


def test_custom_apps(workspace, admin, robot, unique):
    account = AccountClient(host=workspace.url, account_id=workspace.account_id, token=workspace.admin_token)
    apps = account.custom_app_integration
    name = unique("app")
    made = apps.create(name=name, redirect_urls=["https://app.example/back"], scopes=["sql", "offline_access"], confidential=True,
                       token_access_policy=oauth2.TokenAccessPolicy(access_token_ttl_in_minutes=10,
                                                                    refresh_token_ttl_in_minutes=60))
    assert made.client_secret.startswith("dose")
    got = apps.get(made.integration_id)
    assert (got.name, got.confidential, got.redirect_urls) == (name, True, ["https://app.example/back"])
    assert got.token_access_policy.access_token_ttl_in_minutes == 10
    assert made.integration_id in [app.integration_id for app in apps.list()]

    consent = consent_of(workspace, made.client_id, "https://app.example/back", scopes=["sql", "offline_access"],
                         client_secret=made.client_secret)
    credentials = consent.exchange_callback_parameters(callback(sign_in(workspace, consent)))
    assert credentials.token().jwt_claims()["client_id"] == made.client_id

    apps.update(made.integration_id, redirect_urls=["https://app.example/new"])
    assert apps.get(made.integration_id).redirect_urls == ["https://app.example/new"]
    with pytest.raises(BadRequest, match="redirect_urls"):
        apps.create(name="bad", redirect_urls=["http://app.example"])
    _, client = robot
    other = AccountClient(host=workspace.url, account_id=workspace.account_id, token=client.config.token)
    with pytest.raises(PermissionDenied):
        other.custom_app_integration.create(name="x", redirect_urls=["https://app.example"])
    apps.delete(made.integration_id)
    with pytest.raises(NotFound):
        apps.get(made.integration_id)
