"""The first lines of a worker: it finds the two packages of the host and no others."""

import sys


def boot(socket, directory, version):
    from importlib.machinery import PathFinder

    class HostPackages:
        """Serves the application's two packages from the host's directory, without its other packages,
        which have other versions than the plugin asked for."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in ("lichtfeld", "lfs_plugins"):
                return PathFinder.find_spec(name, [directory])
            return None

    # The host reads UTF-8, whatever the language of the system; a plugin must not fail for what it prints.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.meta_path.insert(0, HostPackages)
    # Processes that the plugin starts get this path, and find the two packages by it.
    sys.path.append(f"{directory}/lichtfeld/_for_children")
    import lichtfeld

    lichtfeld.plugins.set_host_version(version)
    lichtfeld.__version__ = lichtfeld.plugins.host_version()
    import lfs_plugins

    lichtfeld.plugins._serve_worker(socket)


boot(int(sys.argv[1]), sys.argv[2], sys.argv[3])
