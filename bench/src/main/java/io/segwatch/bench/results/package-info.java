/**
 * {@code bench/RESULTS.md}: measures, each a class, and how their rows are kept and shown.
 *
 * <ul>
 *   <li>{@code BenchMeasure}: a name, how it is measured, and {@code Figure}s, some with a goal.
 *   <li>{@code KeptResults}: runs measures, keeps their rows in {@code results.json}, and writes the table
 *       ({@code ResultsPage}) and the chart ({@code GoalChart}) from it. {@code Machine} says where.
 *   <li>{@code ChildRun}: another program, for a bounded time.
 * </ul>
 *
 * A new measure is a class that {@code ResultsCommand} lists.
 */
package io.segwatch.bench.results;
