package io.segwatch.kafka;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** What is said when Kafka does not let a process do what its role needs. */
final class KafkaRights {
    static final String REMEDY = "The table of rights in docs/operations.md lists what each role needs; the login is in"
            + " segwatch.kafka.client-file.";

    private KafkaRights() {}

    static boolean isRefusal(Throwable failure) {
        return failure instanceof AuthorizationException || failure instanceof AuthenticationException;
    }
}
