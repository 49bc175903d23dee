package dev.tocsin.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks whether SQLite's write-ahead log ends in the middle of a commit, which SQLite takes back without a word.
 *
 * <p>The format is documented at https://www.sqlite.org/fileformat2.html#walformat: a header, then frames of one page
 * each, chained by checksums; a frame that ends a commit holds the database's size, and frames of an older round of
 * the log carry other salts than its header.
 */
final class WriteAheadLog {
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int BIG_ENDIAN_SUMS = 1;

    private int first;
    private int second;

    private WriteAheadLog() {}

    /** How many bytes after the last whole commit belong to one that was never finished. */
    static long unfinished(Path log) throws IOException {
        if (!Files.exists(log) || Files.size(log) < HEADER) {
            return 0;
        }
        try (var file = FileChannel.open(log, StandardOpenOption.READ)) {
            return new WriteAheadLog().unfinished(file);
        }
    }

    private long unfinished(FileChannel file) throws IOException {
        var header = read(file, 0, HEADER);
        var order = (header.getInt(0) & BIG_ENDIAN_SUMS) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        var frameSize = FRAME_HEADER + header.getInt(8);
        var salts = header.getLong(16);
        sum(header, 0, HEADER - Long.BYTES, order);
        var at = (long) HEADER;
        var whole = at;
        while (at + frameSize <= file.size()) {
            var frame = read(file, at, frameSize);
            if (frame.getLong(8) != salts) {
                return at - whole; // from here on it is an older round, waiting to be overwritten
            }
            sum(frame, 0, Long.BYTES, order);
            sum(frame, FRAME_HEADER, frameSize - FRAME_HEADER, order);
            at += frameSize;
            if (frame.getInt(16) != first || frame.getInt(20) != second) {
                return file.size() - whole;
            }
            if (frame.getInt(4) != 0) {
                whole = at;
            }
        }
        return file.size() - whole;
    }

    private void sum(ByteBuffer bytes, int from, int length, ByteOrder order) {
        var words = bytes.slice(from, length).order(order);
        while (words.hasRemaining()) {
            first += words.getInt() + second;
            second += words.getInt() + first;
        }
    }

    private static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
            // a read may give less than was asked for
        }
        return bytes.flip();
    }
}
