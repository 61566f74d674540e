"""A proxy on 127.0.0.1 that plays HTTPS hosts, for programs that know nothing of it but their environment.

It answers CONNECT for the hosts that it plays, with a certificate of its own authority, and refuses every other: no
request leaves this machine, and `refused` tells which ones would have.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.loopback.http import Handler, HttpServer, handler_class

_HANDSHAKE_S = 5.0
_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL = _FROM + timedelta(days=365 * 30)


class Gateway(HttpServer):
    """Plays hosts over TLS. `requests` are all that arrived; `refused` the hosts that nobody plays."""

    def __init__(self, hosts: Mapping[str, Handler], folder: Path) -> None:
        """The authority's certificate is written to `folder`, and so are the hosts' keys."""
        self._authority = _Authority(folder)
        self.ca_file = self._authority.path
        super().__init__(hosts)

    @property
    def environment(self) -> dict[str, str]:
        """What a program's environment has to say: the proxy, and the authority in all spellings."""
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), self.base)
        bundles = dict.fromkeys(("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), str(self.ca_file))
        return {**proxies, **bundles, "no_proxy": "", "NO_PROXY": ""}

    def context(self, host: str) -> ssl.SSLContext:
        """TLS as that host."""
        return self._authority.context(host)

    def _requests(self) -> type[BaseHTTPRequestHandler]:
        return _tunnel_class(self)


def _tunnel_class(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    answering = handler_class(gateway)

    class _Tunnel(answering):  # type: ignore[misc, valid-type]
        path: str
        connection: socket.socket
        tunnel_to = ""

        def do_CONNECT(self) -> None:
            host = self.path.rpartition(":")[0]
            if host not in gateway.hosts:
                gateway.refused.append(host)
                self.close_connection = True
                self.send_error(403, "nobody plays this host")
                return
            self.send_response(200, "Connection established")
            self.end_headers()
            with suppress(OSError):
                self._speak_tls(host)
                return
            self.close_connection = True  # the client does not trust us, or went away

        def _speak_tls(self, host: str) -> None:
            plain = self.connection
            gateway.connections.discard(plain)
            plain.settimeout(_HANDSHAKE_S)
            self.connection = self.request = gateway.context(host).wrap_socket(plain, server_side=True)
            gateway.connections.add(self.connection)
            self.rfile = self.connection.makefile("rb", -1)
            self.wfile = self.connection.makefile("wb", 0)
            self.tunnel_to = host
            self.close_connection = False  # a client may ask for the tunnel in HTTP/1.0

        def finish(self) -> None:
            super().finish()
            if self.tunnel_to:
                with suppress(OSError):
                    self.connection.close()

        def _tunnelled(self) -> None:
            if not self.tunnel_to:  # plain HTTP through a proxy: nobody plays that
                gateway.refused.append(self.path)
                self.close_connection = True
                self.send_error(403, "nobody plays this host")
                return
            self.path = f"/{self.tunnel_to}{self.path}"
            super().do_GET()

        do_GET = do_POST = _tunnelled  # noqa: N815 - the names are given

    return _Tunnel


class _Authority:
    """Signs certificates for any host; thrown away with its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback authority")])
        self._contexts: dict[str, ssl.SSLContext] = {}
        certificate = _builder(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self._certificate = certificate.sign(self._key, hashes.SHA256())
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "ca.pem"
        self.path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """A server's TLS context for a host, made once."""
        if host not in self._contexts:
            self._contexts[host] = self._made(host)
        return self._contexts[host]

    def _made(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        builder = (
            _builder(name, self._name, key)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        certificate = builder.sign(self._key, hashes.SHA256())
        path = self._folder / f"{host}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
