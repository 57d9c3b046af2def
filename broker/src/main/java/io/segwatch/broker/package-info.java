/**
 * A Kafka broker in this JVM, for one machine and for tests.
 *
 * <pre>
 * EmbeddedBroker -> KafkaRaftServer   broker and controller in one, on the loopback address
 *                -> ClientFile        client.properties: its password, for programs of the same user; BrokerLogin asks for it
 *                -> PrivateFolder     closes the data folder to other users
 *                -> DiskSpace         reports a shortage before the broker cannot write
 * </pre>
 */
package io.segwatch.broker;
