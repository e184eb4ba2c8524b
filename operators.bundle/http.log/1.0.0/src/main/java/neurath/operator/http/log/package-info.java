@Version("1.0.0")
package neurath.operator.http.log;

import org.osgi.annotation.versioning.Version;
