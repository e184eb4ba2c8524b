/** What the shell and its client say to each other over the socket. */
package neurath.shell.wire;
