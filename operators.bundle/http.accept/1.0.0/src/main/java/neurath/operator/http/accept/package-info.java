@Version("1.0.0")
package neurath.operator.http.accept;

import org.osgi.annotation.versioning.Version;
