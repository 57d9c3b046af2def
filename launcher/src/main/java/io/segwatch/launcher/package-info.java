/**
 * The {@code segwatch} command, and the process that runs roles. Everything else is below it; nothing uses it.
 *
 * <ul>
 *   <li>{@code Segwatch}: the command with its subcommands.
 *   <li>{@code RunCommand}: runs roles until it is stopped. {@code Node} starts them in order, creates the topics and
 *       closes everything in reverse; {@code NodeConfig} is its configuration; {@code BrokerRole} is the embedded
 *       broker; {@code AdminServer} answers for metrics and probes; {@code Shutdown} waits for the end on a signal.
 *   <li>{@code DemoCommand}: a {@code Node} with every role, {@code DemoFootage} and {@code DemoDefinitions}.
 *   <li>{@code CameraCommand}, {@code QueryCommand}, {@code RuleCommand}, {@code WebhookCommand}: a
 *       {@code DefinitionCommand} each; they, {@code BacktestCommand} and {@code CalibrationCommand} speak to a running
 *       dashboard through {@code ApiClient}. {@code RuleOptions} and {@code Hours} read a rule from the command line.
 * </ul>
 */
package io.segwatch.launcher;
