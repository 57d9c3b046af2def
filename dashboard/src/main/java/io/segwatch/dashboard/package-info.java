/**
 * The web page and its API in one HTTP server.
 *
 * <p>{@code DashboardRole} starts the server. Each request passes {@code AccessHandler} (host, origin;
 * {@code TokenLogin} has the token, {@code ReverseProxies} tells where the visitor is; {@code access} says who,
 * {@code oidc} when another service knows), then goes to the API ({@code rest}), to an open stream ({@code live}), or
 * is answered with a file of the page ({@code src/main/resources/web}).
 *
 * <pre>
 * Kafka facts -> live (FactReader) -> pages and programs
 * Kafka facts -> live, past (HistoryReader) -> charts of hours and weeks
 * Kafka tables -> rest (DefinitionStore, StatusTables) -> REST, and what changes to live
 * REST -> rest (KafkaWriter) -> Kafka definitions, prompts
 * </pre>
 *
 * <p>Arrows point one way: this package names {@code rest} and {@code live}, {@code rest} names {@code live}, all name
 * {@code access}, {@code store}, {@code http} and {@code listen}.
 */
package io.segwatch.dashboard;
