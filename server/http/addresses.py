"""The addresses of clients, as connections and proxies write them."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

# [v6]:port, v4:port, or a bare v6.
NODE = re.compile(r"\[([^\]]+)\](?::\w+)?|([^:]+)(?::\w+)?|(.*)", re.DOTALL)


def address_of(node: str) -> IPv4Address | IPv6Address | None:
    """The address of who is named, without its port; None of one without, such as "unknown"."""
    match = NODE.fullmatch(node)
    try:
        address = ip_address(match[1] or match[2] or match[3] if match else "")
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
