/** The other end of the shell's socket: a small program, run without OSGi. */
package neurath.shell.client;
