/**
 * A Kafka broker in this JVM, for one machine and for tests.
 *
 * <pre>
 * EmbeddedBroker -> KafkaRaftServer   broker and controller in one, on the loopback address
 *                -> DiskSpace         reports a shortage before the broker cannot write
 * </pre>
 */
package io.segwatch.broker;
