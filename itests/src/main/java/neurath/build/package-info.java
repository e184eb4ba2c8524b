/** Operator bundles built at run time, as the project's build makes them: new versions for tests and benchmarks to update to. */
package neurath.build;
