@Version("1.0.0")
package neurath.operator.http.read;

import org.osgi.annotation.versioning.Version;
