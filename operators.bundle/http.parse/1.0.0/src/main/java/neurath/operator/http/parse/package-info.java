@Version("1.0.0")
package neurath.operator.http.parse;

import org.osgi.annotation.versioning.Version;
