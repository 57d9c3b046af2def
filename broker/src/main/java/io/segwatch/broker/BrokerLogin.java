package io.segwatch.broker;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/**
 * Lets in who knows the embedded broker's password. Kafka makes it by its name, for each listener. With SCRAM the
 * password itself is never sent, so that a program which takes the port while the broker is away learns nothing, and is
 * not taken for it.
 */
public final class BrokerLogin implements AuthenticateCallbackHandler {
    private static final int ITERATIONS = 4_096;

    private String user;
    private ScramCredential credential;

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        Map<String, ?> options = entries.get(0).getOptions();
        user = options.get("username").toString();
        try {
            credential = new ScramFormatter(ScramMechanism.forMechanismName(mechanism))
                    .generateCredential(options.get("password").toString(), ITERATIONS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java knows no " + mechanism, e);
        }
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        String named = "";
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                named = name.getDefaultName();
            } else if (callback instanceof ScramCredentialCallback asked) {
                asked.scramCredential(user.equals(named) ? credential : null);
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
