"""The first lines of a worker: finds the host's packages and nothing else of the host."""

import sys


def boot(socket, directory, version):
    from importlib.machinery import PathFinder

    class HostPackages:
        """Serves the application's two packages from where the host has them, without its other
        packages: those are not of the versions that the plugin asked for."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in ("lichtfeld", "lfs_plugins"):
                return PathFinder.find_spec(name, [directory])
            return None

    sys.meta_path.insert(0, HostPackages)
    import lichtfeld

    lichtfeld.plugins.set_host_version(version)
    lichtfeld.__version__ = lichtfeld.plugins.host_version()
    import lfs_plugins

    lichtfeld.plugins._serve_worker(socket)


boot(int(sys.argv[1]), sys.argv[2], sys.argv[3])
