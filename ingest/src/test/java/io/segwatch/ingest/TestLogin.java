package io.segwatch.ingest;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Login;
import io.segwatch.secrets.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Keeps a user and password for the address that a test reads. */
final class TestLogin {
    private TestLogin() {}

    static void put(Credentials credentials, String name, String url, String user, String password) {
        try {
            credentials.put(name, CameraUrl.parse(url).authority(), AddressSecrets.of(new Login(user, password)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
