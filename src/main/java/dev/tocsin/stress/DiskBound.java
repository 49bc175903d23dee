package dev.tocsin.stress;

/** How much a stimulus may write: PostgreSQL tells nobody how much room there is. */
final class DiskBound {
    /** Into the storage of the database, which others need. */
    static final long SHARED = 4L << 30;

    /** Into a tablespace that a scenario names, which is to be a scratch volume. */
    static final long APART = 64L << 30;

    private DiskBound() {}

    /** @param needs in bytes, all files together at the worst moment */
    static void check(String asked, long needs, long most) throws StressException {
        if (needs > most) {
            throw new StressException("%s needs %,d MB of disk, but at most %,d MB may be written there"
                    .formatted(asked, megabytes(needs), megabytes(most)));
        }
    }

    static long megabytes(long bytes) {
        return bytes >> 20;
    }
}
