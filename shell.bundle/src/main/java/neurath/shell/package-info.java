/** The Gogo shell for those who have access to the platform's home. */
package neurath.shell;
