package io.segwatch.kafka;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;

/** Kafka does not answer, has too few brokers, or refuses this process. The message says which, with the remedy. */
public final class UnusableKafka extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final boolean refusal;

    private UnusableKafka(String message, boolean refusal, Throwable cause) {
        super(message, cause);
        this.refusal = refusal;
    }

    static UnusableKafka of(Kafka kafka, Exception e) {
        Throwable failure = e instanceof ExecutionException ? e.getCause() : e;
        String where = "Kafka at " + kafka.bootstrapServers() + " ";
        if (KafkaRights.isRefusal(failure)) {
            return new UnusableKafka(
                    where + "refuses this process: " + failure.getMessage() + ". " + KafkaRights.REMEDY, true, e);
        }
        if (failure instanceof InvalidReplicationFactorException) {
            return new UnusableKafka(
                    where + "has too few brokers for segwatch.kafka.replication-factor=" + kafka.replicationFactor()
                            + ": " + failure.getMessage() + ". Start more, or lower it before the topics are made.",
                    false,
                    e);
        }
        // A name that nobody knows is the cause of a failure to make the client.
        Throwable told = failure.getCause() instanceof ConfigException unknown ? unknown : failure;
        return new UnusableKafka(
                where + "does not answer: " + told.getMessage()
                        + ". Check segwatch.kafka.bootstrap-servers and that the broker runs.",
                false,
                e);
    }

    /** True when Kafka answers and does not let this process do its work: waiting changes nothing. */
    public boolean isRefusal() {
        return refusal;
    }
}
