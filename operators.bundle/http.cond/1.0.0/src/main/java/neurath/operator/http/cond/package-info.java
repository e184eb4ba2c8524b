@Version("1.0.0")
package neurath.operator.http.cond;

import org.osgi.annotation.versioning.Version;
