package io.segwatch.launcher;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.role.Role;
import java.util.Optional;

/** The embedded broker as a part of the process that can be not ready. */
record BrokerRole(EmbeddedBroker broker) implements Role {
    @Override
    public String name() {
        return "broker";
    }

    @Override
    public Optional<String> notReady() {
        return broker.shortage();
    }

    @Override
    public void close() {
        broker.close();
    }
}
