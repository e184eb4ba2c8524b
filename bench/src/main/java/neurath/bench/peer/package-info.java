/** Web servers that Neurath is put beside, each in a process of its own, which answers each line with a line. */
package neurath.bench.peer;
