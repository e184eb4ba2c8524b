@Version("2.0.0")
package neurath.operator.http.reply;

import org.osgi.annotation.versioning.Version;
