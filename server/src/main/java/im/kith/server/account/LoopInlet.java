package im.kith.server.account;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event loop's [Inlet]: a list per partition, posted as one message.
final class LoopInlet implements Inlet {

    private final ShardedDirectory directory;
    private final @Nullable List<Event>[] waiting;
    private int[] touched = new int[16];
    private int count;

    @SuppressWarnings({"unchecked", "rawtypes"})
    LoopInlet(ShardedDirectory directory) {
        this.directory = directory;
        this.waiting = new List[directory.partitionCount()];
    }

    @Override
    public void add(Event event) {
        int partition =
                switch (event) {
                    case Event.Bind bind -> directory.partitionOf(bind.account());
                    case Event.Resume resume -> directory.partitionOf(resume.account());
                    case Event.Arrived arrived -> arrived.session().partition();
                    case Event.Malformed malformed -> malformed.session().partition();
                    case Event.Nonza nonza -> nonza.session().partition();
                    case Event.Writable writable -> writable.session().partition();
                    case Event.Closed closed -> closed.session().partition();
                    case Event.Gone gone -> gone.session().partition();
                };
        var list = waiting[partition];
        if (list == null) {
            list = new ArrayList<>(4);
            waiting[partition] = list;
            if (count == touched.length) touched = Arrays.copyOf(touched, count * 2);
            touched[count++] = partition;
        }
        list.add(event);
    }

    @Override
    public void flush() {
        if (count == 0) return;
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int partition = touched[i];
            var list = waiting[partition];
            waiting[partition] = null;
            if (list != null) directory.post(partition, new Partition.Arrivals(list, now));
        }
        count = 0;
    }
}
