/**
 * The {@code segwatch} command, and the process that runs roles. Everything else is below it; nothing uses it.
 *
 * <ul>
 *   <li>{@code Segwatch}: the command with its subcommands.
 *   <li>{@code RunCommand}: runs roles until it is stopped. {@code Node} starts them in order, creates the topics and
 *       closes everything in reverse; {@code NodeConfig} is its configuration; {@code BrokerRole} is the embedded
 *       broker; {@code AdminServer} answers for metrics and probes; {@code Shutdown} waits for the end on a signal.
 *   <li>{@code NativeLibraries}: folders that native libraries can run from; {@code io.segwatch.launcher.log}: what a
 *       process writes.
 *   <li>{@code CheckConfigCommand}: the keys, and what {@code StartChecks} finds wrong.
 *   <li>{@code ExportCommand} and {@code ImportCommand}: a {@code DefinitionDocument} of every {@code DefinitionType},
 *       written by an {@code ImportRun} in {@code ImportStep}s against what is {@code DefinedNow}.
 *   <li>{@code DemoCommand}: a {@code Node} with every role, {@code DemoFootage} and {@code DemoDefinitions}.
 *   <li>{@code CameraCommand}, {@code QueryCommand}, {@code RuleCommand}, {@code WebhookCommand}: a
 *       {@code DefinitionCommand} each; they, {@code BacktestCommand}, {@code CalibrationCommand}, {@code AckCommand}
 *       and {@code MuteCommand} speak to a running dashboard through {@code ApiClient}. {@code RuleOptions} and
 *       {@code Hours} read a rule from the command line.
 * </ul>
 */
package io.segwatch.launcher;
