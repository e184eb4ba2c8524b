@Version("2.1.0")
package neurath.operator.http.reply;

import org.osgi.annotation.versioning.Version;
