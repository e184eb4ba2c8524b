/** Experiments: what is measured, beside whom, and the harness that keeps it fair. Started by {@code ./neurath bench}. */
package neurath.bench;
