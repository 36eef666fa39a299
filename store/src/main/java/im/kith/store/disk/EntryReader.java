package im.kith.store.disk;

import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Fetches entries from the log. What lies close together is read at once; every record's checksum is verified, and a
/// bad
/// one fails this read only.
final class EntryReader {

    /// The cleaner has deleted the segment since the index was asked; ask again.
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;

        Gone() {
            super("the segment is gone", null, false, false);
        }
    }

    private static final int GAP = 4 << 10;
    private static final int CHUNK = 256 << 10;
    private static final int ATTEMPTS = 20;

    private final SegmentLog log;
    private final Index index;

    EntryReader(SegmentLog log, Index index) {
        this.log = log;
        this.index = index;
    }

    /// The entries that `scan` selects, oldest first.
    List<Entry> read(String owner, Scan scan) {
        for (int attempt = 1; ; attempt++) {
            List<long[]> found = new ArrayList<>();
            if (scan.limit() > 0) {
                new PostingScan(index.rows, owner, index.view(owner)).run(scan, (words, offset) -> {
                    found.add(Arrays.copyOfRange(words, offset, offset + Postings.WIDTH));
                    return found.size() < scan.limit();
                });
            }
            try {
                return fetch(owner, scan.newest() ? found.reversed() : found);
            } catch (Gone e) {
                if (attempt == ATTEMPTS) {
                    throw new StoreException("the index refers to a deleted part of the log, again and again");
                }
            }
        }
    }

    /// The numbers of the entries that `scan` selects, in ascending order.
    List<Long> numbers(String owner, Scan scan) {
        List<Long> numbers = new ArrayList<>();
        new PostingScan(index.rows, owner, index.view(owner)).run(scan, (words, offset) -> {
            numbers.add(words[offset]);
            return numbers.size() < scan.limit();
        });
        return scan.newest() ? numbers.reversed() : numbers;
    }

    int count(String owner, Scan scan, int atMost) {
        int[] count = new int[1];
        if (atMost > 0) {
            new PostingScan(index.rows, owner, index.view(owner)).run(scan, (words, offset) -> ++count[0] < atMost);
        }
        return count[0];
    }

    /// The entries at the given places, in that order.
    private List<Entry> fetch(String owner, List<long[]> postings) {
        int n = postings.size();
        Record[] records = new Record[n];
        long[] ats = new long[n];
        int[] lengths = new int[n];
        for (int i = 0; i < n; i++) {
            ats[i] = postings.get(i)[Postings.AT];
            lengths[i] = Postings.length(postings.get(i), 0);
        }
        load(ats, lengths, records);
        List<Integer> references = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            Record r = records[i];
            if (r.type != Record.ENTRY || r.seq != postings.get(i)[Postings.SEQ] || !r.owner.equals(owner)) {
                throw new StoreException("the index is wrong: " + log.describe(ats[i]) + " is not entry "
                        + postings.get(i)[Postings.SEQ] + " of " + owner);
            }
            if ((r.bits & Record.REFERENCE) != 0) references.add(i);
        }
        Map<Long, Body> bodies = new HashMap<>();
        if (!references.isEmpty()) {
            Record[] holders = new Record[references.size()];
            long[] bodyAts =
                    references.stream().mapToLong(i -> records[i].bodyAt).toArray();
            load(
                    bodyAts,
                    references.stream()
                            .mapToInt(i -> records[i].bodyRecordLength)
                            .toArray(),
                    holders);
            for (int i = 0; i < holders.length; i++) bodies.put(bodyAts[i], new Body(holders[i].copyValue()));
        }
        List<Entry> entries = new ArrayList<>(n);
        for (Record r : records) {
            Body shared = (r.bits & Record.REFERENCE) != 0 ? bodies.get(r.bodyAt) : null;
            entries.add(r.entry(shared != null ? shared : new Body(r.copyValue())));
        }
        return entries;
    }

    private void load(long[] ats, int[] lengths, Record[] into) {
        Integer[] order = new Integer[ats.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingLong(i -> ats[i]));
        int i = 0;
        while (i < order.length) {
            long from = ats[order[i]];
            long to = from + lengths[order[i]];
            int end = i + 1;
            while (end < order.length) {
                long at = ats[order[end]];
                int length = lengths[order[end]];
                if (at > to + GAP || at + length - from > CHUNK) break;
                to = Math.max(to, at + length);
                end++;
            }
            byte[] chunk = new byte[(int) (to - from)];
            if (!log.read(from, ByteBuffer.wrap(chunk))) throw new Gone();
            for (; i < end; i++) {
                int which = order[i];
                Record record = new Record(log.mask());
                int offset = (int) (ats[which] - from);
                if (record.check(chunk, offset, offset + lengths[which]) != lengths[which]) {
                    throw log.damaged(ats[which], lengths[which]);
                }
                record.decode(chunk, offset);
                into[which] = record;
            }
        }
    }
}
