"""The parts of the service that belong together, put together for `server.app`."""
