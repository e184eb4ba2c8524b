/** The commands of Gogo's JLine shell, as components: its own activator would take the process's terminal. */
package neurath.shell.gogo;
