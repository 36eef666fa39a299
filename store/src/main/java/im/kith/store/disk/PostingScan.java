package im.kith.store.disk;

import im.kith.store.Scan;
import org.jspecify.annotations.Nullable;

/// One walk over an owner's entries as the index knows them, in either direction: rows first and layers last, or the
/// other way round. Belongs to one reader.
final class PostingScan {

    /// Is shown one entry after another; answers whether to go on.
    interface Visitor {
        boolean visit(long[] words, int offset);
    }

    private final Rows rows;
    private final String owner;
    private final View view;
    private final Meta meta;

    PostingScan(Rows rows, String owner, View view) {
        this.rows = rows;
        this.owner = owner;
        this.view = view;
        this.meta = view.erased ? Meta.NONE : Meta.of(rows, owner);
    }

    long trim() {
        return Math.max(view.trim, meta.trim());
    }

    /// The first entry's number, or 0.
    long first() {
        long[] first = new long[1];
        run(Scan.after(0, 1), (words, offset) -> {
            first[0] = words[offset];
            return false;
        });
        return first[0];
    }

    /// The newest entry of the rows, be it trimmed or not.
    long @Nullable [] newestInRows() {
        byte[] prefix = Keys.owner('B', owner);
        try (var cursor = rows.cursor(prefix, Keys.afterAll(prefix))) {
            cursor.last();
            if (!cursor.valid()) return null;
            byte[] row = cursor.value();
            long[] words = new long[Postings.WIDTH];
            Postings.unpack(row, row.length - Postings.PACKED, Keys.number(cursor.key(), prefix.length), words, 0);
            return words;
        }
    }

    /// Shows the visitor what `scan` selects, ignoring its limit: in ascending order, or descending if `newest`.
    void run(Scan scan, Visitor visitor) {
        var filter = new Filter(scan, Math.max(scan.after(), trim()), visitor);
        if (filter.after + 1 >= scan.before()) return;
        if (scan.newest()) {
            for (View.Part part : view.parts.reversed()) if (!down(part, filter)) return;
            inRows(filter);
        } else {
            if (!inRows(filter)) return;
            for (View.Part part : view.parts) if (!up(part, filter)) return;
        }
    }

    private boolean up(View.Part part, Filter filter) {
        int from = Postings.ceiling(part.words(), part.from(), part.to(), filter.after + 1);
        for (int i = from; i < part.to(); i++) if (!filter.show(part.words(), i * Postings.WIDTH)) return false;
        return true;
    }

    private boolean down(View.Part part, Filter filter) {
        int to = Postings.ceiling(part.words(), part.from(), part.to(), filter.before);
        for (int i = to - 1; i >= part.from(); i--) {
            if (!filter.show(part.words(), i * Postings.WIDTH)) return false;
        }
        return true;
    }

    private boolean inRows(Filter filter) {
        if (view.erased) return true;
        long before = Math.min(filter.before, view.firstInMemory());
        if (filter.after + 1 >= before) return true;
        try (var scan = new RowScan(rows, owner, meta.peersUpTo(), view.moved)) {
            return scan.run(filter, before);
        }
    }

    /// A scan's conditions. Shows what fulfils them.
    static final class Filter {
        final long after;
        final long before;
        final long fromMillis;
        final long toMillis;
        final int flags;
        final long peer;
        final boolean byPeer;
        final boolean newest;
        private final Visitor visitor;

        Filter(Scan scan, long after, Visitor visitor) {
            this.after = after;
            this.before = scan.before();
            this.fromMillis = scan.fromMillis();
            this.toMillis = scan.toMillis();
            this.flags = scan.flags();
            this.byPeer = scan.peer() != null;
            this.peer = Record.peerHash(scan.peer());
            this.newest = scan.newest();
            this.visitor = visitor;
        }

        /// Answers whether to go on.
        boolean show(long[] words, int offset) {
            long seq = words[offset];
            if (newest ? seq <= after : seq >= before) return false;
            if (newest ? seq >= before : seq <= after) return true;
            long time = words[offset + Postings.TIME];
            if (newest ? time < fromMillis : time > toMillis) return false;
            if (newest ? time > toMillis : time < fromMillis) return true;
            if (byPeer && words[offset + Postings.PEER] != peer) return true;
            if ((Postings.flags(words, offset) & flags) != flags) return true;
            return visitor.visit(words, offset);
        }
    }
}
