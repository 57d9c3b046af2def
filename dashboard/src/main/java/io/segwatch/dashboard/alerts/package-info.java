/**
 * All alerts that Kafka keeps: {@link io.segwatch.dashboard.alerts.AlertArchive} knows where each lies and reads it
 * when somebody asks.
 */
package io.segwatch.dashboard.alerts;
