"""Small wheels, written by hand, so that tests need no network."""

import base64
import hashlib
import zipfile


def wheel(directory, name, version, files, requires=()):
    """Writes a pure wheel ``name`` ``version`` with ``files`` (path: text or bytes) into ``directory``."""
    directory.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {requirement}\n" for requirement in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = []
    path = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in contents.items():
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{file},sha256={digest},{len(data)}\n")
            archive.writestr(file, data)
        archive.writestr(f"{info}/RECORD", "".join(record) + f"{info}/RECORD,,\n")
    return path


def project(directory, *requirements):
    """The lines of a manifest that ask for packages from ``directory`` alone."""
    wanted = ", ".join(f'"{requirement}"' for requirement in requirements)
    return (
        f"dependencies = [{wanted}]\n"
        f"[tool.uv]\nno-index = true\nfind-links = ['{directory}']\n"
    )
