package dev.tocsin.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A file read line by line that knows at which byte each line begins. Not for several threads. */
final class Lines {
    private static final byte END = '\n';
    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;
    private final long limit;
    private byte[] buffer = new byte[CHUNK];
    private int from;
    private int filled;
    private long readTo;

    /**
     * One line.
     *
     * @param offset the byte of the file at which it begins
     * @param bytes what it holds, without its end
     * @param ended whether its end is there; only the file's last line may lack it
     */
    @SuppressWarnings("ArrayRecordComponent") // a line is handed on once and never compared
    record Line(long offset, byte[] bytes, boolean ended) {}

    /** Reads from one byte of the file to another, not included. */
    Lines(FileChannel file, long offset, long limit) {
        this.file = file;
        this.readTo = offset;
        this.limit = limit;
    }

    /** The next line, or null after the last. */
    @Nullable
    Line next() throws IOException {
        var scanned = from;
        while (true) {
            for (var at = scanned; at < filled; at++) {
                if (buffer[at] == END) {
                    return line(at, true);
                }
            }
            var left = filled - from;
            scanned = left;
            if (!more()) {
                return left == 0 ? null : line(filled, false);
            }
        }
    }

    private Line line(int to, boolean ended) {
        var line = new Line(readTo - (filled - from), Arrays.copyOfRange(buffer, from, to), ended);
        from = ended ? to + 1 : to;
        return line;
    }

    /** Moves what is left to the buffer's beginning and fills up behind it; false at the end. */
    private boolean more() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, filled - from);
        filled -= from;
        from = 0;
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        var room = (int) Math.min(buffer.length - filled, limit - readTo);
        var read = room == 0 ? -1 : file.read(ByteBuffer.wrap(buffer, filled, room), readTo);
        if (read <= 0) {
            return false;
        }
        filled += read;
        readTo += read;
        return true;
    }
}
