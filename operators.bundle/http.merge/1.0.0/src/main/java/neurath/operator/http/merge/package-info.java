@Version("1.0.0")
package neurath.operator.http.merge;

import org.osgi.annotation.versioning.Version;
