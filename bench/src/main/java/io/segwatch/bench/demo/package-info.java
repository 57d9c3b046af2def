/**
 * {@code segwatch demo}, measured: {@code DemoReport} reads its topics, {@code HeadlessPage} stands in for a browser.
 */
package io.segwatch.bench.demo;
