package neurath.operator.http.redis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import neurath.http.cache.Entry;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Entries as bytes: the number of the format, name, fields, and the content to the end. */
final class EntryFormat {
    private static final int NUMBER = 1;

    private EntryFormat() {}

    static byte[] write(Entry entry) {
        ByteBuffer content = entry.bytes().duplicate();
        var bytes = new ByteArrayOutputStream(content.remaining() + 256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(NUMBER);
            out.writeUTF(entry.name());
            out.writeShort(entry.fields().size());
            for (HttpField field : entry.fields()) {
                out.writeUTF(field.getName());
                out.writeUTF(field.getValue() == null ? "" : field.getValue());
            }
            byte[] whole = new byte[content.remaining()];
            content.get(whole);
            out.write(whole);
        } catch (IOException e) {
            throw new IllegalArgumentException("an entry of " + entry.name() + " cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /** The entry, or {@code null} if the bytes are of another format. */
    static Entry read(byte[] bytes) throws IOException {
        var rest = new ByteArrayInputStream(bytes);
        var in = new DataInputStream(rest);
        if (in.readByte() != NUMBER) {
            return null;
        }
        String name = in.readUTF();
        HttpFields.Mutable fields = HttpFields.build();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            fields.add(in.readUTF(), in.readUTF());
        }
        return new Entry(name, fields, ByteBuffer.wrap(bytes, bytes.length - rest.available(), rest.available()).slice());
    }
}
