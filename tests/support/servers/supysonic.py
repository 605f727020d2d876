"""A real supysonic over a folder of music.

`python -m tests.support.servers.supysonic STATE MUSIC USER PASSWORD` prints its port. A program of its own, because
supysonic keeps its database and its configuration in the process. It is licensed under the AGPL and used for tests
only: nothing of mer imports it.
"""

import sys


def main(state: str, music: str, user: str, password: str) -> None:
    """Read the folder, and serve it at a free port of this machine until killed."""
    from supysonic.config import DefaultConfig  # noqa: PLC0415 - only where it is installed
    from supysonic.db import init_database, release_database  # noqa: PLC0415
    from supysonic.managers.folder import FolderManager  # noqa: PLC0415
    from supysonic.managers.user import UserManager  # noqa: PLC0415
    from supysonic.scanner import Scanner  # noqa: PLC0415
    from supysonic.web import create_application  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    config = DefaultConfig()
    config.BASE = {**config.BASE, "database_uri": f"sqlite:///{state}/supysonic.db"}
    config.WEBAPP = {**config.WEBAPP, "cache_dir": f"{state}/cache", "mount_webui": False}
    config.DAEMON = {**config.DAEMON, "socket": f"{state}/socket"}
    init_database(config.BASE["database_uri"])
    UserManager.add(user, password)
    FolderManager.add("music", music)
    scanner = Scanner()
    scanner.queue_folder("music")
    scanner.run()
    release_database()
    server = make_server("127.0.0.1", 0, create_application(config))
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
