"""A build backend that packs ``src/``, and needs nothing from anywhere."""

import ast, base64, hashlib, os, sys, zipfile

# Python 3.10 has no parser of TOML. In these projects each value of [project] is a line of Python as well.
with open("pyproject.toml", encoding="utf-8") as file:
    lines = file.read().partition("[project]\n")[2].partition("\n[")[0].splitlines()
pairs = [line.partition("=") for line in lines if "=" in line]
project = {key.strip(): ast.literal_eval(value.strip()) for key, _, value in pairs}
name, version = project["name"], project["version"]


def pack(directory, files):
    info = f"{name}-{version}.dist-info"
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    text += "".join(f"Requires-Dist: {one}\n" for one in project.get("dependencies", []))
    files[f"{info}/METADATA"] = text.encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = ""
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, wheel), "w") as archive:
        for path, data in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(data)}\n"
            archive.writestr(path, data)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return wheel


def build_wheel(directory, *_):
    files = {}
    for top, _, names in os.walk("src"):
        for one in names:
            path = os.path.join(top, one)
            if not one.endswith(".pyc"):
                with open(path, "rb") as file:
                    data = file.read()
                if b"DOES NOT BUILD" in data:
                    sys.exit("it does not build")
                files[os.path.relpath(path, "src")] = data
    return pack(directory, files)


def build_editable(directory, *_):
    return pack(directory, {f"{name}.pth": os.path.abspath("src").encode() + b"\n"})
