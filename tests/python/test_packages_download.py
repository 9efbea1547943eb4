"""Plugins from the network: archives over HTTP(S), repositories with and without git."""

import shutil
import ssl
import subprocess
import sys
import threading

import pytest

from lfs_plugins import PluginError, PluginLoadCancelled, PluginState
from sources import archive, git, installed, left, needs_git, plugin, repository, sha256
from waiting import PATIENCE


@pytest.fixture
def github(web, monkeypatch):
    """`web` is GitHub."""
    monkeypatch.setenv("LFS_PLUGIN_GITHUB_URL", web.url)
    return web


@pytest.fixture
def no_git(monkeypatch, tmp_path):
    """As on the machine of most users."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def refused(manager, home, url, code, **options):
    """Returns the message of an install that has to fail, and to leave nothing behind."""
    with pytest.raises(PluginError) as told:
        manager.install(url, **options)
    assert told.value.code == code, str(told.value)
    assert told.value.hint and left(home) == []
    return str(told.value)


def test_an_archive_by_its_url(home, manager, web, no_git):
    web.pages["/tool.zip"] = plugin(version="1.0.0")
    url = f"{web.url}/tool.zip"
    lines = []
    assert manager.install(url, on_progress=lines.append) == "tool"
    assert manager.get_state("tool") == PluginState.ACTIVE and installed() == "1.0.0"
    assert left(home) == ["tool"] and any(url in line for line in lines)
    assert manager.update("tool") is False
    (home.plugins / "tool" / "model.bin").write_bytes(b"mine")
    web.pages["/tool.zip"] = plugin(version="2.0.0")
    assert manager.update("tool") is True and installed() == "2.0.0"
    assert (home.plugins / "tool" / "model.bin").read_bytes() == b"mine"
    web.pages["/tool.zip"] = plugin(version="3.0.0", code="1 / 0\n")
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        manager.update("tool")
    assert installed() == "2.0.0" and left(home) == ["tool"]
    web.stop()
    with pytest.raises(PluginError, match="no network") as told:
        manager.update("tool")
    assert told.value.code == "LI201" and installed() == "2.0.0"


def test_the_hash_is_checked_before_anything_is_unpacked(home, manager, web):
    good, bad = plugin(), archive([("../../escaped.py", "x")])
    web.pages["/good.zip"], web.pages["/bad.zip"] = good, bad
    said = refused(manager, home, f"{web.url}/bad.zip#sha256={sha256(good)}", "LI214")
    assert sha256(bad) in said and sha256(good) in said
    for fragment in ("main", "sha256=", f"sha256={sha256(good)[1:]}", f"sha256={'x' * 64}"):
        refused(manager, home, f"{web.url}/good.zip#{fragment}", "LI200")
    assert manager.install(f"{web.url}/good.zip#sha256={sha256(good).upper()}") == "tool"


def test_what_servers_answer(home, manager, web):
    for status, code in [(404, "LI202"), (410, "LI202"), (401, "LI211"), (403, "LI211"), (500, "LI212"), (429, "LI212")]:
        web.pages["/x.zip?token=secret"] = (status, {}, b"")
        assert str(status) in refused(manager, home, f"{web.url}/x.zip?token=secret", code)
    web.pages["/x.zip"] = (200, {"Content-Type": "text/html"}, b"<html>please log in</html>")
    assert f"{web.url}/x.zip" in refused(manager, home, f"{web.url}/x.zip", "LI205")
    web.pages["/x.zip"] = (200, {"Content-Length": str(1 << 30)}, b"")
    assert "256.0 MiB" in refused(manager, home, f"{web.url}/x.zip", "LI213")
    web.pages["/x.zip"] = (200, {"Content-Length": "5000"}, b"short")
    refused(manager, home, f"{web.url}/x.zip", "LI218")


def test_a_secret_is_never_printed_or_logged(home, manager, web):
    web.pages["/x.zip?token=secret"] = plugin()
    lines = []
    manager.install(f"{web.url}/x.zip?token=secret", on_progress=lines.append)
    assert "secret" not in "".join(lines)
    assert "secret" not in home.log("tool")
    assert manager.update("tool") is False


def test_redirects(home, manager, web):
    web.pages["/tool.zip"] = plugin()
    web.pages["/moved.zip"] = (302, {"Location": "/tool.zip"}, b"")
    web.pages["/round.zip"] = (302, {"Location": "/round.zip"}, b"")
    web.pages["/out.zip"] = (302, {"Location": "http://example.invalid/tool.zip"}, b"")
    refused(manager, home, f"{web.url}/round.zip", "LI217")
    with pytest.raises(PluginError) as told:
        manager.install(f"{web.url}/out.zip")
    assert told.value.code in ("LI201", "LI217") and left(home) == []
    assert manager.install(f"{web.url}/moved.zip") == "tool"


def test_http_is_for_this_machine_alone(home, manager):
    assert "not encrypted" in refused(manager, home, "http://example.org/x.zip", "LI210")
    assert "password" in refused(manager, home, "https://me:secret@example.org/x.zip", "LI200")


def test_offline_is_not_the_same_as_not_there(home, manager, web):
    web.stop()
    refused(manager, home, f"{web.url}/x.zip", "LI201")
    refused(manager, home, "https://nobody.invalid/x.zip", "LI201")


def test_cancelling_ends_it_at_once(home, manager, web):
    asked, done = threading.Event(), threading.Event()

    def silent(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.flush()
        asked.set()
        done.wait()

    web.pages["/x.zip"] = silent

    def listening(line):
        asked.wait(PATIENCE)
        raise KeyboardInterrupt

    try:
        with pytest.raises((KeyboardInterrupt, PluginLoadCancelled)):
            manager.install(f"{web.url}/x.zip", on_progress=listening)
        assert not done.is_set() and left(home) == []
    finally:
        done.set()


@pytest.mark.parametrize("operation", ["install", "update"])
def test_an_application_may_cancel_it(home, manager, web, operation):
    """By a button, so without an exception in a callback; a server that is silent does not delay it."""
    asked, done = threading.Event(), threading.Event()
    url = f"{web.url}/x.zip"
    if operation == "update":
        web.pages["/x.zip"] = plugin()
        manager.install(url)
    before = left(home)

    def silent(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.flush()
        asked.set()
        done.wait()

    web.pages["/x.zip"] = silent
    call = manager.install if operation == "install" else lambda url, **callbacks: manager.update("tool", **callbacks)
    try:
        with pytest.raises(PluginLoadCancelled):
            call(url, should_cancel=asked.is_set)
        assert asked.is_set() and not done.is_set() and left(home) == before
    finally:
        done.set()


def test_a_proxy_is_used_for_other_machines_only(home, manager, web, monkeypatch):
    for name in ("ALL_PROXY", "all_proxy", "https_proxy", "http_proxy", "HTTP_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", web.url)
    refused(manager, home, "https://nobody.invalid/x.zip", "LI201")
    assert web.asked == ["CONNECT nobody.invalid:443"]
    monkeypatch.setenv("NO_PROXY", "nobody.invalid")
    refused(manager, home, "https://nobody.invalid/x.zip", "LI201")
    assert len(web.asked) == 1
    web.pages["/tool.zip"] = plugin()
    assert manager.install(f"{web.url}/tool.zip") == "tool"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, which makes the certificate, is not installed")
def test_certificates(home, manager, web, tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
        + ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        + ["-addext", "basicConstraints=critical,CA:FALSE"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    web.server.socket = context.wrap_socket(web.server.socket, server_side=True)
    web.pages["/tool.zip"] = plugin()
    url = f"https://localhost:{web.server.server_address[1]}/tool.zip"
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    refused(manager, home, url, "LI216")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing"))
    assert "SSL_CERT_FILE" in refused(manager, home, url, "LI219")
    monkeypatch.setenv("SSL_CERT_FILE", str(key))
    refused(manager, home, url, "LI219")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    web.pages["/out.zip"] = (302, {"Location": "http://localhost/tool.zip"}, b"")
    assert "not encrypted" in refused(manager, home, url.replace("tool.zip", "out.zip"), "LI217")
    assert manager.install(url) == "tool"
    if sys.platform == "linux":
        # What the system trusts: a directory, as distributions have it.
        (tmp_path / "system").mkdir()
        (tmp_path / "system" / "01234567.0").write_bytes(certificate.read_bytes())
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "system"))
        web.pages["/tool.zip"] = plugin(version="2.0.0")
        assert manager.update("tool") is True


@pytest.mark.parametrize("text", ["owner/name", "https://github.com/owner/name", "https://github.com/owner/name.git"])
def test_a_repository_without_git(home, manager, github, no_git, text):
    github.pages["/owner/name/archive/HEAD.zip"] = plugin(version="1.0.0")
    assert manager.install(text) == "tool" and installed() == "1.0.0"
    assert left(home) == ["tool"] and (home.plugins / "tool" / "__init__.py").exists()
    github.pages["/owner/name/archive/HEAD.zip"] = plugin(version="2.0.0")
    assert manager.update("tool") is True and installed() == "2.0.0"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("owner/name#next", "/owner/name/archive/next.zip"),
        ("owner/name#feature/x+y", "/owner/name/archive/feature/x+y.zip"),
        ("https://github.com/owner/name/tree/v1.0", "/owner/name/archive/v1.0.zip"),
        ("owner/name#0123456789abcdef0123456789abcdef01234567", "/owner/name/archive/0123456789abcdef0123456789abcdef01234567.zip"),
    ],
    ids=["branch", "odd branch", "tag", "commit"],
)
def test_a_branch_tag_or_commit_without_git(manager, github, no_git, text, path):
    github.pages[path] = plugin()
    assert manager.install(text) == "tool"
    assert github.asked == [path] and manager.update("tool") is False


def test_gitlab_without_git(manager, web, no_git, monkeypatch):
    monkeypatch.setenv("LFS_PLUGIN_GITLAB_URL", web.url)
    web.pages["/group/sub/name/-/archive/HEAD/name-HEAD.zip"] = plugin()
    assert manager.install("https://gitlab.com/group/sub/name") == "tool"


def test_what_is_not_there_without_git(home, manager, github, no_git):
    said = refused(manager, home, "owner/nobody", "LI202")
    assert "/owner/nobody/archive/HEAD.zip" in said
    refused(manager, home, "https://127.0.0.1:9/x.git", "LI010")
    refused(manager, home, "owner/nobody", "LI010", transport="git")


@pytest.fixture
def private(github, tmp_path, monkeypatch):
    """A repository of GitHub that only git can fetch: here from a directory of this machine."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    repo = repository(tmp_path / "repo")
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "file://{repo}"]\n\tinsteadOf = https://github.com/owner/name\n', encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return repo


def test_a_private_repository_is_cloned(home, manager, github, private):
    lines = []
    assert manager.install("owner/name", on_progress=lines.append) == "tool" and left(home) == ["tool"]
    assert github.asked == ["/owner/name/archive/HEAD.zip"]
    assert any("private" in line and "git may know more" in line for line in lines)
    repository(private, "2.0.0")
    assert manager.update("tool") is True and installed() == "2.0.0"
    assert manager.uninstall("tool")
    refused(manager, home, "owner/name#nothing", "LI203")


def test_git_is_used_where_it_is_asked_for(manager, github, private):
    assert manager.install("owner/name", transport="git") == "tool"
    repository(private, "2.0.0")
    assert manager.update("tool") is True and installed() == "2.0.0"
    assert github.asked == []


@needs_git
@pytest.mark.parametrize("length", [40, 10])
def test_git_fetches_a_commit(home, manager, tmp_path, length):
    repo = repository(tmp_path / "repo", "1.0.0")
    first = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo, check=True, capture_output=True, text=True).stdout.strip()
    repository(repo, "2.0.0")
    assert manager.install(f"file://{repo}#{first[:length]}") == "tool" and installed() == "1.0.0"
    assert manager.update("tool") is False and manager.uninstall("tool")
    for nothing in ("0" * 40, "0123456"):
        refused(manager, home, f"file://{repo}#{nothing}", "LI203")
    git(repo, "branch", "0123456")
    assert manager.install(f"file://{repo}#0123456") == "tool" and installed() == "2.0.0"


def test_an_archive_of_no_plugin_names_its_url(home, manager, web):
    web.pages["/x.zip"] = archive([("readme.md", "no plugin")])
    with pytest.raises(PluginError, match="is not a plugin that can be used") as told:
        manager.install(f"{web.url}/x.zip")
    assert told.value.code == "LR032" and f"{web.url}/x.zip" in str(told.value)
    assert left(home) == [] and str(home.root) not in str(told.value)
