package io.segwatch.contracts;

import java.nio.charset.StandardCharsets;

/** Addresses of cameras and webhooks, and texts that hold some. */
public final class CameraUrlFuzz {
    private CameraUrlFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        String redacted = CameraUrl.redact(text);
        if (!CameraUrl.redact(redacted).equals(redacted)) {
            throw new AssertionError("redacted again it is another text: " + redacted);
        }
        CameraUrl url;
        try {
            url = CameraUrl.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        if (!CameraUrl.parse(url.withoutLogin()).withoutLogin().equals(url.withoutLogin())) {
            throw new AssertionError("read again it is another address");
        }
        if (CameraUrl.parse(url.withoutLogin()).login().isPresent()) {
            throw new AssertionError("a login is left in " + url);
        }
        CameraUrl published = CameraUrl.parse(url.published());
        if (!published.published().equals(url.published())
                || !published.filled(url.secrets()).withoutLogin().equals(url.withoutLogin())) {
            throw new AssertionError("published and filled again it is another address");
        }
        url.login().ifPresent(login -> {
            CameraUrl again = CameraUrl.parse(url.withLogin(login.user(), login.password()));
            Login kept = again.login().orElseThrow();
            boolean same = kept.user().equals(login.user()) && kept.password().equals(login.password());
            if (!same || !again.withoutLogin().equals(url.withoutLogin())) {
                throw new AssertionError("with its login it is another address");
            }
        });
    }
}
