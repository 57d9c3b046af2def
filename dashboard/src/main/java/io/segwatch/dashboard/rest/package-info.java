/**
 * The REST API, one class a resource, put together by {@code Api}.
 *
 * <p>What people define (cameras, queries, rules, webhooks) is listed, read, written and deleted by
 * {@code DefinitionRoutes}. {@code DefinitionStore} keeps one topic of definitions in memory; {@code KafkaWriter}
 * writes off the event loop. {@code StatusTables} are the other roles' reports. Handlers run on the event loop; what
 * blocks ({@code PastFrames}, a backtest, files with passwords) runs on a worker thread, a bounded number at a time.
 */
package io.segwatch.dashboard.rest;
