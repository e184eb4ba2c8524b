@Version("1.0.0")
package neurath.operator.http.send;

import org.osgi.annotation.versioning.Version;
