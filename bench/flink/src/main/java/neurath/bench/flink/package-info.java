/** The pipeline of the experiments in Flink, in a process of its own. */
package neurath.bench.flink;
